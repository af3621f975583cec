/** Formats texts with entities as nodes. Offsets count UTF-16 code units, as JavaScript's strings do. */

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { safeLink } from "./links.js";
import { dateTime } from "./format.js";

/** @typedef {import("./types").MessageEntity} MessageEntity */

/** Texts of at most this many emoji, and nothing else, are shown large. */
const LARGE_EMOJI = 3;
/** The longest emoji in UTF-16 code units: a family with skin tones. */
const EMOJI_LENGTH = 32;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
// Telegram sends a heart without its variation selector.
const emoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic})$/v;

/**
 * Returns the number of emoji of a text that is shown large; 0 for other texts.
 *
 * @param {string} text
 * @param {MessageEntity[]} entities
 */
export function largeEmoji(text, entities) {
  if (text.length > LARGE_EMOJI * EMOJI_LENGTH || entities.some(({ type }) => type !== "custom_emoji")) return 0;
  const parts = [...graphemes.segment(text)];
  return parts.length <= LARGE_EMOJI && parts.every(({ segment }) => emoji.test(segment)) ? parts.length : 0;
}

/** Entities that are shown as blocks. */
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];

/**
 * @param {string} text
 * @param {MessageEntity[]} entities
 * @returns {Node[]}
 */
export function formatted(text, entities) {
  // Outer entities first; the API has none that overlap without nesting.
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return part(text, sorted, 0, text.length);
}

/**
 * @param {string} text
 * @param {MessageEntity[]} entities those within, sorted
 * @param {number} start
 * @param {number} end
 * @returns {Node[]}
 */
function part(text, entities, start, end) {
  const nodes = [];
  let at = start;
  for (let i = 0; i < entities.length; i++) {
    const entity = entities[i];
    const last = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || last <= entity.offset) continue;
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    const inner = entities.slice(i + 1).filter((other) => other.offset < last);
    nodes.push(element(entity, text.slice(entity.offset, last), part(text, inner, entity.offset, last)));
    at = last;
    // A block ends its line; the line break after it would be a second one.
    if (BLOCKS.includes(entity.type) && text[at] === "\n") at++;
  }
  if (at < end) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

/**
 * @param {MessageEntity} entity
 * @param {string} text what it covers
 * @param {Node[]} inner
 * @returns {Node}
 */
function element(entity, text, inner) {
  switch (entity.type) {
    case "bold":
      return h("b", {}, inner);
    case "italic":
      return h("i", {}, inner);
    case "underline":
      return h("u", {}, inner);
    case "strikethrough":
      return h("s", {}, inner);
    case "code":
      return h("code", { title: t("copy"), "data-copy": text }, inner);
    case "pre":
      // Focusable, so that long lines can be scrolled with the keyboard.
      return h("pre", { tabindex: 0 }, entity.language ? h("span.language", {}, entity.language) : null, h("code", {}, inner));
    case "blockquote":
      return h("blockquote", {}, inner);
    case "expandable_blockquote":
      return expandable(inner);
    case "spoiler":
      return spoiler(inner);
    case "url":
      return link(text, inner);
    case "text_link":
      return link(entity.url ?? "", inner);
    case "email":
      return link(`mailto:${text}`, inner);
    case "phone_number":
      return link(`tel:${text.replace(/[^+\d]/g, "")}`, inner);
    case "mention":
      return link(`https://t.me/${text.slice(1)}`, inner);
    case "bot_command":
      return h("button.link", { type: "button", "data-command": text }, inner);
    case "date_time":
      return h("time", { title: dateTime(entity.unix_time ?? 0) }, inner);
    default:
      // Hashtags, cashtags, text mentions and custom emoji lead nowhere here.
      return h("span", { class: entity.type }, inner);
  }
}

/**
 * Creates a link. The page handles its click, and asks before it opens other sites (`elements/user-pane.js`).
 *
 * @param {string} url
 * @param {Node[]} inner
 */
function link(url, inner) {
  const safe = safeLink(url);
  return h("a", { href: safe, rel: "noopener noreferrer", target: "_blank", title: safe }, inner);
}

/** Creates a quote that shows its first lines until it is expanded. @param {Node[]} inner */
function expandable(inner) {
  const toggle = () => button.setAttribute("aria-expanded", String(quote.classList.toggle("open")));
  const attributes = { type: "button", "aria-label": t("quote"), title: t("quote"), "aria-expanded": false, onclick: toggle };
  const button = h("button.expand", attributes, icon("down"));
  const quote = h("blockquote.expandable", {}, h("div.lines-of-quote", {}, inner), button);
  return quote;
}

/** @param {Node[]} inner */
function spoiler(inner) {
  const hidden = h("span.spoiler", { role: "button", tabindex: 0, "aria-label": t("spoiler") }, inner);
  const reveal = () => {
    hidden.classList.add("revealed");
    hidden.removeAttribute("role");
    hidden.removeAttribute("aria-label");
  };
  hidden.addEventListener("click", reveal);
  hidden.addEventListener("keydown", (event) => event.key === "Enter" && reveal());
  return hidden;
}
