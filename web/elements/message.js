/** One message: picks how it is drawn by its content. */

import { bubble } from "./bubble.js";
import { contentKind } from "./content/index.js";
import { serviceMessage } from "./service-message.js";

/**
 * @typedef {import("../types").DialogMessage} DialogMessage
 * @typedef {import("../types").InlineKeyboardButton} InlineKeyboardButton
 * @typedef {import("../types").Message} Message
 *
 * @typedef {object} Context what an element shows beside its message
 * @property {number} viewer the user whose app it is
 * @property {boolean} isRead whether the other side has read an outgoing message
 * @property {Message | undefined} answered the message that it replies to, as far as it is known
 * @property {string[]} pressed keys of buttons that wait for the bot: `<message>:<data>`
 *
 * @typedef {object} Actions what a user can do with a message
 * @property {(message: DialogMessage, button: InlineKeyboardButton) => void} press
 * @property {(message: DialogMessage, at: { x: number, y: number }) => void} menu
 * @property {(id: number) => void} jump
 * @property {(message: DialogMessage, emoji: string) => void} react
 */

/**
 * @param {DialogMessage} message
 * @param {Context} context
 * @param {Actions} actions
 */
export function messageElement(message, context, actions) {
  const kind = contentKind(message.message);
  if (!kind.draw) return serviceMessage(message.message, kind, context, actions);
  return bubble(message, kind.draw, context, actions);
}
