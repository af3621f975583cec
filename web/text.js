/** Texts with entities, as nodes. Offsets count UTF-16 code units, which are what JavaScript's strings are made of. */

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { safeLink } from "./links.js";
import { dateTime } from "./format.js";

/**
 * @typedef {import("./types").Entity} Entity
 */

/** Texts of so few emoji, and nothing else, are shown large. */
const LARGE_EMOJI = 3;
/** One emoji is no longer than this, in UTF-16 code units: a family with skin tones. */
const EMOJI_LENGTH = 32;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
// A heart without its variation selector counts too: that is how Telegram sends it.
const emoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic})$/v;

/**
 * How many emoji a text is made of, if it is shown large; else 0.
 *
 * @param {string} text
 * @param {Entity[]} entities
 */
export function largeEmoji(text, entities) {
  if (text.length > LARGE_EMOJI * EMOJI_LENGTH || entities.some(({ type }) => type !== "custom_emoji")) return 0;
  const parts = [...graphemes.segment(text)];
  return parts.length <= LARGE_EMOJI && parts.every(({ segment }) => emoji.test(segment)) ? parts.length : 0;
}

/** Entities that are blocks: they break the line. */
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];

/**
 * @param {string} text
 * @param {Entity[]} entities
 * @returns {Node[]}
 */
export function formatted(text, entities) {
  // Outer ones first; the API gives none that overlap without nesting.
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return part(text, sorted, 0, text.length);
}

/**
 * @param {string} text
 * @param {Entity[]} entities those within, sorted
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
    // The line break behind a block is the block's own.
    if (BLOCKS.includes(entity.type) && text[at] === "\n") at++;
  }
  if (at < end) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

/**
 * @param {Entity} entity
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
      // Long lines are scrolled, by keys too.
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
      // Hashtags, cashtags, mentions of people and custom emoji lead nowhere here.
      return h("span", { class: entity.type }, inner);
  }
}

/**
 * Followed by the page itself, which asks before it leaves (`elements/user-pane.js`).
 *
 * @param {string} url
 * @param {Node[]} inner
 */
function link(url, inner) {
  const safe = safeLink(url);
  return h("a", { href: safe, rel: "noopener noreferrer", target: "_blank", title: safe }, inner);
}

/** A long quote shows its first lines until somebody wants all of it. @param {Node[]} inner */
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
