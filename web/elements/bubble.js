/** One message, drawn. */

import { h, icon } from "../dom.js";
import { dateTime, time as clock } from "../format.js";
import { t } from "../i18n.js";
import { safeLink } from "../links.js";
import { formatted, largeEmoji } from "../text.js";

/**
 * @typedef {import("../types").Message} Message
 * @typedef {import("../types").InlineKey} InlineKey
 */

/**
 * What a bubble shows beside its message, and what a person can do with it.
 *
 * @typedef {object} Surroundings
 * @property {string} botName
 * @property {boolean} isRead an own message: whether the bot has read it
 * @property {Message | undefined} answered the message that it replies to, if that is loaded
 * @property {string[]} pressed keys of buttons that wait: `<message>:<data>`
 * @property {(origin: { account_id: number, is_bot: boolean }) => string} nameOf
 */

/**
 * @typedef {object} Actions
 * @property {(message: Message, key: InlineKey) => void} press
 * @property {(message: Message, at: { x: number, y: number }) => void} menu
 * @property {(id: number) => void} jump
 * @property {(message: Message, emoji: string) => void} react
 */

/** One line for lists and quotes. @param {Message} message @param {string} botName */
export function summary(message, botName) {
  if (message.text != null) return message.text.replace(/\s+/g, " ");
  if (message.write_access) return allowed(message.write_access);
  return message.from === "user" ? t("pinnedServiceMe") : t("pinnedService", { name: botName });
}

/** @param {import("../types").WriteAccess} access */
function allowed(access) {
  switch (access.type) {
    case "website":
      return t("allowedSite", { domain: access.domain });
    case "web_app":
      return t("allowedApp");
    case "attachment_menu":
      return t("allowedMenu");
    default:
      return t("allowedRequest");
  }
}

/** @type {Record<string, import("../i18n.js").Word>} */
const ACTIONS = {
  typing: "typing",
  upload_photo: "sendingPhoto",
  record_video: "recordingVideo",
  upload_video: "sendingVideo",
  record_voice: "recordingVoice",
  upload_voice: "sendingVoice",
  upload_document: "sendingFile",
  choose_sticker: "choosingSticker",
  find_location: "choosingLocation",
  record_video_note: "recordingVideo",
  upload_video_note: "sendingVideo",
};

/** @param {string | undefined} action of the Bot API */
export function shownAction(action) {
  if (!action) return undefined;
  return t(ACTIONS[action] ?? "busy");
}

/**
 * @param {Message} message
 * @param {Surroundings} around
 * @param {Actions} actions
 */
export function bubble(message, around, actions) {
  if (message.text == null) return service(message, around, actions);
  const own = message.from === "user";
  const name = own ? t("you") : around.botName;
  const openMenu = (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    event.stopPropagation();
    actions.menu(message, { x: event.clientX, y: event.clientY });
  };
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" || event.target !== event.currentTarget) return;
    // The same key must not press the menu's first button.
    event.preventDefault();
    const { left, bottom } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    actions.menu(message, { x: left, y: bottom });
  };
  const preview = linkPreview(message);
  const above = message.link_preview?.show_above_text;
  const reacted = reactions(message, actions);
  const time = stamp(message, around, own);
  // The time stands after the last word, unless something else stands between them.
  const footer = reacted.length || (preview && !above) ? h("footer", {}, reacted, time) : null;
  const text = h("div.text", { "data-emoji": largeEmoji(message.text, message.entities) || null });
  text.append(...formatted(message.text, message.entities));
  const said = h("div.said", { dir: "auto" }, text, footer ? null : time);
  const content = h(
    "div.content",
    { oncontextmenu: openMenu },
    forwarded(message, around),
    reply(message, around, actions),
    above ? [preview, said] : [said, preview],
    footer,
  );
  const more = h("button.more", { type: "button", "aria-label": t("messageMenu"), title: t("more"), onclick: openMenu }, icon("down"));
  return h(
    own ? "article.message.own" : "article.message",
    { tabindex: 0, "aria-label": `${name}, ${clock(message.date)}`, "data-id": message.id, onkeydown },
    h("div.bubble", {}, content, more),
    keyboard(message, around, actions),
  );
}

/** @param {Message} message @param {Surroundings} around @param {Actions} actions */
function service(message, around, actions) {
  const jump = () => message.pinned_message_id != null && actions.jump(message.pinned_message_id);
  const text = summary(message, around.botName);
  return h("article.service", { "data-id": message.id }, h("button", { type: "button", onclick: jump }, text));
}

/** @param {Message} message @param {Surroundings} around */
function forwarded(message, around) {
  const origin = message.forwarded_from;
  return origin ? h("p.forwarded", {}, t("forwardedFrom", { name: around.nameOf(origin) })) : null;
}

/** @param {Message} message @param {Surroundings} around @param {Actions} actions */
function reply(message, around, actions) {
  const { reply } = message;
  if (!reply) return null;
  const { answered } = around;
  const name = answered?.from === "user" ? t("you") : around.botName;
  const text = reply.quote ?? (answered ? summary(answered, around.botName) : "…");
  const jump = () => actions.jump(reply.message_id);
  return h("button.reply", { type: "button", onclick: jump }, h("b", {}, name), h("span", { dir: "auto" }, text));
}

/** Nothing is fetched: the card says where the link leads, as far as the bot told. @param {Message} message */
function linkPreview(message) {
  const { link_preview: options, entities, text } = message;
  if (options?.is_disabled || message.from === "user") return null;
  const first = entities.find((entity) => entity.type === "url" || entity.type === "text_link");
  const url = options?.url ?? first?.url ?? (first && text?.slice(first.offset, first.offset + first.length));
  if (!url) return null;
  const safe = safeLink(url);
  let host;
  try {
    host = new URL(safe).hostname;
  } catch {
    return null;
  }
  const card = h(options?.prefer_large_media ? "a.preview.large" : "a.preview", {
    href: safe,
    rel: "noopener noreferrer",
    target: "_blank",
  });
  card.append(h("b", {}, host), h("span", {}, safe));
  return card;
}

/** @param {Message} message @param {Actions} actions */
function reactions(message, actions) {
  const counted = new Map();
  for (const emoji of [...message.user_reactions, ...message.bot_reactions]) {
    counted.set(emoji, (counted.get(emoji) ?? 0) + 1);
  }
  return [...counted].map(([emoji, count]) => {
    const mine = message.user_reactions.includes(emoji);
    const toggle = () => actions.react(message, emoji);
    const attributes = { type: "button", "aria-pressed": mine, onclick: toggle };
    return h("button.reaction", attributes, emoji, count > 1 ? ` ${count}` : "");
  });
}

/** When it was sent, whether it was edited and read. @param {Message} message @param {Surroundings} around @param {boolean} own */
function stamp(message, around, own) {
  const ticks = own ? h("span.ticks", { role: "img", "aria-label": t(around.isRead ? "read" : "sent") }, around.isRead ? "✓✓" : "✓") : null;
  const edited = message.edit_date ? h("span", {}, t("edited")) : null;
  const date = h("time", { title: dateTime(message.date) }, clock(message.date));
  return h("span.stamp", {}, edited, date, ticks);
}

/** What stands on a button beside its text, by what the button does. */
const CORNER = /** @type {Record<string, string>} */ ({
  url: "↗",
  login_url: "↗",
  web_app: "▣",
  copy_text: "⧉",
  switch_inline: "↪",
  switch_inline_current: "↪",
});

/** @param {Message} message @param {Surroundings} around @param {Actions} actions */
function keyboard(message, around, actions) {
  if (!message.inline_keyboard.length) return null;
  const rows = message.inline_keyboard.map((row) => {
    const keys = row.map((key) => {
      const waits = around.pressed.includes(`${message.id}:${key.value}`);
      const press = () => actions.press(message, key);
      const attributes = { type: "button", onclick: press, "aria-busy": waits, "data-style": key.style, disabled: waits };
      const corner = CORNER[key.action];
      return h("button.key", attributes, key.text, corner ? h("span.corner", { "aria-hidden": "true" }, corner) : null);
    });
    return h("div.row", {}, keys);
  });
  return h("div.inline-keyboard", {}, rows);
}
