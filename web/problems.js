/** What went wrong, in the reader's language. The server's own words are English; its codes are for programs. */

import { ApiError } from "./api.js";
import { language, t } from "./i18n.js";
import { problems as ru } from "./locales/problems.ru.js";

/** @type {Record<string, Record<string, string>>} */
const translated = { ru };

/** @param {unknown} error */
export function explain(error) {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  if (error.code === "NO_SERVER") return t("noServer");
  if (error.code === "UNREADABLE") return t("noProblem", { status: error.status });
  return ruleText(error.code, error.status, error.message);
}

/**
 * A refusal in words. A code that MTProto shares among several rules is told apart by the status.
 *
 * @param {string} code
 * @param {number} status
 * @param {string} english
 */
export function ruleText(code, status, english) {
  const words = translated[language];
  if (!words) return english;
  return words[`${code} ${status}`] ?? words[code] ?? t("refused", { code });
}
