/** The bubble of a message: who it is forwarded from, what it replies to, its content, time, reactions and buttons. */

import { h, icon } from "../dom.js";
import { dateTime, time as clock } from "../format.js";
import { t } from "../i18n.js";
import { originName, senderName } from "../names.js";
import { summary } from "./content/index.js";
import { inlineKeyboard } from "./inline-keyboard.js";
import { reactions } from "./reactions.js";

/**
 * @typedef {import("../types").DialogMessage} DialogMessage
 * @typedef {import("./message.js").Context} Context
 * @typedef {import("./message.js").Actions} Actions
 */

/**
 * @param {DialogMessage} message
 * @param {NonNullable<import("./content/index.js").ContentKind["draw"]>} draw draws the content
 * @param {Context} context
 * @param {Actions} actions
 */
export function bubble(message, draw, context, actions) {
  const { message: sent, is_outgoing: isOutgoing } = message;
  const openMenu = (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    actions.menu(message, { x: event.clientX, y: event.clientY });
  };
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.target !== event.currentTarget) return;
    // The same key must not press the first button of the menu.
    event.preventDefault();
    const { left, bottom } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    actions.menu(message, { x: left, y: bottom });
  };
  const reacted = reactions(message, context.viewer, actions);
  const time = stamp(message, context);
  const { nodes, hasStamp } = draw(sent, { isOutgoing, stamp: reacted.length ? null : time });
  const content = h(
    "div.content",
    { oncontextmenu: openMenu },
    forwarded(message, context),
    reply(message, context, actions),
    nodes,
    hasStamp ? null : h("footer", {}, reacted, time),
  );
  const more = h("button.more", { type: "button", "aria-label": t("messageMenu"), title: t("more"), onclick: openMenu }, icon("down"));
  const name = isOutgoing ? t("you") : senderName(sent, context.viewer);
  return h(
    isOutgoing ? "article.message.own" : "article.message",
    { tabindex: 0, "aria-label": `${name}, ${clock(sent.date)}`, "data-id": sent.message_id, onkeydown },
    h("div.bubble", {}, content, more),
    inlineKeyboard(message, context, actions),
  );
}

/** @param {DialogMessage} message @param {Context} context */
function forwarded({ message: { forward_origin: origin } }, { viewer }) {
  return origin ? h("p.forwarded", {}, t("forwardedFrom", { name: originName(origin, viewer) })) : null;
}

/** @param {DialogMessage} message @param {Context} context @param {Actions} actions */
function reply({ message: { chat, quote }, reply_to_message_id: id }, { answered, viewer }, actions) {
  if (id == null) return null;
  const name = senderName(answered ?? /** @type {import("../types").Message} */ ({ chat }), viewer);
  const text = quote?.text ?? (answered ? summary(answered, viewer) : "…");
  return h("button.reply", { type: "button", onclick: () => actions.jump(id) }, h("b", {}, name), h("span", { dir: "auto" }, text));
}

/** Shows the time of a message, and whether it was edited and read. @param {DialogMessage} message @param {Context} context */
function stamp({ message, is_outgoing: isOutgoing }, { isRead }) {
  const label = t(isRead ? "read" : "sent");
  const ticks = isOutgoing ? h("span.ticks", { role: "img", "aria-label": label }, isRead ? "✓✓" : "✓") : null;
  const edited = message.edit_date ? h("span", {}, t("edited")) : null;
  const date = h("time", { title: dateTime(message.date) }, clock(message.date));
  return h("span.stamp", {}, edited, date, ticks);
}
