/**
 * The kinds of content that messages have. A module of this folder draws one kind; a new kind is one more module and
 * one more line in `KINDS`.
 *
 * @typedef {import("../../types").Message} Message
 *
 * @typedef {object} ContentKind
 * @property {string} field the field of a Bot API message that has this content
 * @property {(message: Message, viewer: number) => string} summary the content in one line, for lists and quotes
 * @property {(message: Message, more: { isOutgoing: boolean, stamp: HTMLElement | null }) => Drawn} [draw] draws what a
 *   bubble holds; the summary of a kind without it is shown as a service message
 * @property {(message: Message) => number | undefined} [target] the message that a service message leads to
 *
 * @typedef {object} Drawn
 * @property {import("../../dom.js").Child} nodes
 * @property {boolean} hasStamp whether the given stamp is in the nodes; if not, it is placed below them
 */

import { connectedWebsite } from "./connected-website.js";
import { pinnedMessage } from "./pinned-message.js";
import { text } from "./text.js";
import { unsupported } from "./unsupported.js";
import { writeAccessAllowed } from "./write-access-allowed.js";

/** @type {ContentKind[]} */
const KINDS = [text, pinnedMessage, connectedWebsite, writeAccessAllowed];

/** Returns the kind of a message's content. @param {Message} message @returns {ContentKind} */
export function contentKind(message) {
  return KINDS.find(({ field }) => field in message) ?? unsupported;
}

/** Whether a message tells of an action in the chat. @param {Message} message */
export const isService = (message) => !contentKind(message).draw;

/** Returns a message's content in one line. @param {Message} message @param {number} viewer whose app shows it */
export const summary = (message, viewer) => contentKind(message).summary(message, viewer);
