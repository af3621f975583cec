/** The theme: dark, light, or the system's. */

const THEME = "parlor.theme";
const themes = /** @type {const} */ (["system", "dark", "light"]);

/** @typedef {(typeof themes)[number]} Theme */

const stored = localStorage.getItem(THEME);
let theme = themes.find((known) => known === stored) ?? "system";

/** Returns the theme after the current one. */
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
