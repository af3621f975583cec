/** Names of accounts and chats, as a user's app shows them. */

import { t } from "./i18n.js";

/**
 * @typedef {import("./types").Chat} Chat
 * @typedef {import("./types").Message} Message
 * @typedef {import("./types").MessageOrigin} MessageOrigin
 *
 * @typedef {object} Named what accounts and private chats have in common
 * @property {string} [first_name]
 * @property {string | null} [last_name]
 * @property {boolean} [is_deleted]
 */

/** Returns the first and last name of an account. @param {Named} account */
export function fullName({ first_name: first, last_name: last, is_deleted }) {
  // A deleted account has no name of its own.
  if (is_deleted || !first) return t("deletedAccount");
  return last ? `${first} ${last}` : first;
}

/** Returns the title of a chat. @param {Chat} chat @param {number} viewer whose app shows it */
export function chatName(chat, viewer) {
  if (chat.id === viewer) return t("savedMessages");
  return chat.title ?? fullName(chat);
}

/** Returns the name of a message's sender. @param {Message} message @param {number} viewer */
export function senderName({ chat, from }, viewer) {
  if (from?.id === viewer) return t("you");
  // The chat has the bot's name in the viewer's language.
  if (!from || from.id === chat.id) return chatName(chat, viewer);
  return fullName(from);
}

/** Returns the name of a forwarded message's first sender. @param {MessageOrigin} origin @param {number} viewer */
export function originName(origin, viewer) {
  if ("sender_user_name" in origin) return origin.sender_user_name;
  if ("sender_chat" in origin) return chatName(origin.sender_chat, viewer);
  if ("chat" in origin) return chatName(origin.chat, viewer);
  return origin.sender_user.id === viewer ? t("you") : fullName(origin.sender_user);
}

/** Returns the first letters of a name's first two words. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/).slice(0, 2);
  return words.map((word) => [...word][0] ?? "").join("").toUpperCase();
}
