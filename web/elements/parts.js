/** Small parts that many elements are made of. */

import { h } from "../dom.js";
import { initials } from "../format.js";
import { t } from "../i18n.js";

/**
 * A circle with initials, of the colour that goes with the id.
 *
 * @param {number} id
 * @param {string} name
 */
export function avatar(id, name) {
  return h("span.avatar", { "data-colour": id % 7, "aria-hidden": "true" }, initials(name));
}

/** A name, cut where it is too long. @param {string} name @param {Node} [behind] stands behind it, and is never cut */
export function label(name, behind) {
  return h("span.name", {}, h("span.label", {}, name), behind);
}

/** Whether a bot's program is there, at one glance. @param {boolean} isRunning */
export function statusDot(isRunning) {
  const label = t(isRunning ? "botRunning" : "botNotRunning");
  return h(isRunning ? "span.status-dot.on" : "span.status-dot", { role: "img", "aria-label": label, title: label });
}

/**
 * A field with its label above it.
 *
 * @param {string} label
 * @param {HTMLInputElement | HTMLSelectElement} input
 */
export function field(label, input) {
  // The browser would say it in its own language, not the page's.
  input.addEventListener("invalid", () => input.setCustomValidity(fault(input.validity)));
  input.addEventListener("input", () => input.setCustomValidity(""));
  return h("label.field", {}, h("span", {}, label), input);
}

/** Why a field can't be what it is. @param {ValidityState} validity */
function fault(validity) {
  if (validity.valueMissing) return t("fieldMissing");
  if (validity.rangeUnderflow || validity.rangeOverflow || validity.badInput) return t("fieldNumber");
  return t("fieldInvalid");
}

/** @param {string} label @param {HTMLInputElement} input */
export function check(label, input) {
  return h("label.check", {}, input, h("span", {}, label));
}
