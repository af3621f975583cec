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

/** Whether a bot's program is there, at one glance. @param {boolean} isRunning */
export function lamp(isRunning) {
  const label = t(isRunning ? "botRunning" : "botNotRunning");
  return h(isRunning ? "span.lamp.on" : "span.lamp", { role: "img", "aria-label": label, title: label });
}

/**
 * A field with its label above it.
 *
 * @param {string} label
 * @param {HTMLElement} input
 */
export function field(label, input) {
  return h("label.field", {}, h("span", {}, label), input);
}

/** @param {string} label @param {HTMLInputElement} input */
export function check(label, input) {
  return h("label.check", {}, input, h("span", {}, label));
}
