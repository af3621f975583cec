/** Errors in the page's language. The server explains them in English; its codes are translated here. */

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
 * Explains a refusal. MTProto has codes that several rules share; the status distinguishes them.
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
