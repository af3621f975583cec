/** Dark, light, or as the system is. */

const THEME = "parlor.theme";
const themes = /** @type {const} */ (["system", "dark", "light"]);

/** @typedef {(typeof themes)[number]} Theme */

const stored = localStorage.getItem(THEME);
let theme = themes.find((known) => known === stored) ?? "system";

/** The one that a press on the switch leads to. */
export const nextTheme = () => themes[(themes.indexOf(theme) + 1) % themes.length];

/** @param {Theme} chosen */
export function chooseTheme(chosen) {
  theme = chosen;
  localStorage.setItem(THEME, chosen);
  applyTheme();
}

export function applyTheme() {
  document.documentElement.dataset.theme = theme;
}
