/** The page's texts in the chosen language. Messages are never translated. */

import { en } from "./locales/en.js";
import { ru } from "./locales/ru.js";

const LANGUAGE = "parlor.language";
/** @type {Record<string, Record<Word, import("./locales/en.js").Text>>} */
const known = { en, ru };

const wanted = localStorage.getItem(LANGUAGE) ?? navigator.language.slice(0, 2);

/** `en` or `ru`: the chosen language, else the browser's. */
export const language = wanted in known ? wanted : "en";

/** The locale for dates: the browser's own if it has the chosen language. */
export const locale = navigator.language.startsWith(language) ? navigator.language : language;

const words = known[language];
const plural = new Intl.PluralRules(language);

/** @typedef {keyof typeof en} Word */

/**
 * Returns a text of the page.
 *
 * @param {Word} word
 * @param {Record<string, string | number>} [values] replace `{name}`; `{count}` chooses the plural form
 */
export function t(word, values = {}) {
  const found = words[word];
  const text = typeof found === "string" ? found : found[form(Number(values.count))] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {number} count @returns {"one" | "few" | "many" | "other"} */
function form(count) {
  const rule = plural.select(count);
  return rule === "one" || rule === "few" || rule === "many" ? rule : "other";
}

/** @param {string} code */
export function chooseLanguage(code) {
  localStorage.setItem(LANGUAGE, code);
  location.reload();
}
