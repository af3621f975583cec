/** The line of a service message; a click leads to the message that it is about. */

import { h } from "../dom.js";

/**
 * @param {import("../types").Message} message
 * @param {import("./content/index.js").ContentKind} kind
 * @param {import("./message.js").Context} context
 * @param {import("./message.js").Actions} actions
 */
export function serviceMessage(message, kind, { viewer }, actions) {
  const target = kind.target?.(message);
  const jump = () => target !== undefined && actions.jump(target);
  const button = h("button", { type: "button", onclick: jump }, kind.summary(message, viewer));
  return h("article.service", { "data-id": message.message_id }, button);
}
