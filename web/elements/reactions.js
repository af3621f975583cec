/** The reactions below a message, with their counts. */

import { h } from "../dom.js";

/**
 * @typedef {import("../types").DialogMessage} DialogMessage
 * @typedef {import("../types").ReactionType} ReactionType
 */

/** Returns what a reaction looks like; custom emoji have no picture here. @param {ReactionType} reaction */
function shown(reaction) {
  if ("emoji" in reaction) return reaction.emoji;
  return reaction.type === "paid" ? "⭐" : "◌";
}

/** Returns the viewer's own reactions. @param {DialogMessage} message @param {number} viewer */
export const ownReactions = (message, viewer) => (message.reactions[viewer] ?? []).map(shown);

/**
 * @param {DialogMessage} message
 * @param {number} viewer
 * @param {import("./message.js").Actions} actions
 */
export function reactions(message, viewer, actions) {
  const own = ownReactions(message, viewer);
  const others = Object.entries(message.reactions).filter(([account]) => account !== String(viewer));
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const emoji of [...own, ...others.flatMap(([, given]) => given.map(shown))]) {
    counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  }
  return [...counts].map(([emoji, count]) => {
    const toggle = () => actions.react(message, emoji);
    const attributes = { type: "button", "aria-pressed": own.includes(emoji), onclick: toggle };
    return h("button.reaction", attributes, emoji, count > 1 ? ` ${count}` : "");
  });
}
