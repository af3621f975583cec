/** Small elements that many others use. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { initials } from "../names.js";

/**
 * A circle with initials; its colour depends on the id.
 *
 * @param {number} id
 * @param {string} name
 */
export function avatar(id, name) {
  return h("span.avatar", { "data-colour": id % 7, "aria-hidden": "true" }, initials(name));
}

/** A name, which ends with an ellipsis where it is too long. @param {string} name @param {Node} [mark] after it, always visible */
export function label(name, mark) {
  return h("span.name", {}, h("span.label", {}, name), mark);
}

/** Shows whether a bot's program is connected. @param {boolean} isRunning */
export function statusDot(isRunning) {
  const label = t(isRunning ? "botRunning" : "botNotRunning");
  return h(isRunning ? "span.status-dot.on" : "span.status-dot", { role: "img", "aria-label": label, title: label });
}

/**
 * An input with its label above it.
 *
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement} input
 */
export function field(label, input) {
  // The browser's own message would be in its language, not the page's.
  input.addEventListener("invalid", () => input.setCustomValidity(explainValidity(input.validity)));
  input.addEventListener("input", () => input.setCustomValidity(""));
  return h("label.field", {}, h("span", {}, label), input);
}

/** Explains why the value of a field is refused. @param {ValidityState} validity */
function explainValidity(validity) {
  if (validity.valueMissing) return t("fieldMissing");
  if (validity.rangeUnderflow || validity.rangeOverflow || validity.badInput) return t("fieldNumber");
  return t("fieldInvalid");
}

/** @param {string} label @param {HTMLInputElement} input */
export function check(label, input) {
  return h("label.check", {}, input, h("span", {}, label));
}
