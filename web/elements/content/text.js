/** A text, with a card for its link. */

import { h } from "../../dom.js";
import { safeLink } from "../../links.js";
import { formatted, largeEmoji } from "../../text.js";

/** @typedef {import("../../types").Message} Message */

/** @type {import("./index.js").ContentKind} */
export const text = {
  field: "text",

  summary: ({ text = "" }) => text.replace(/\s+/g, " "),

  draw(message, { isOutgoing, stamp }) {
    const { text = "", entities = [], link_preview_options: options } = message;
    const words = h("div.text", { "data-emoji": largeEmoji(text, entities) || null });
    words.append(...formatted(text, entities));
    const preview = isOutgoing ? null : linkPreview(options);
    const isAbove = options?.show_above_text === true;
    // The time stands after the last word, unless a link preview comes between them.
    const hasStamp = stamp !== null && (!preview || isAbove);
    const said = h("div.said", { dir: "auto" }, words, hasStamp ? stamp : null);
    return { nodes: isAbove ? [preview, said] : [said, preview], hasStamp };
  },
};

/** Nothing is fetched from the linked site: the card shows the address alone. @param {Message["link_preview_options"]} options */
function linkPreview(options) {
  if (!options?.url || options.is_disabled) return null;
  const url = safeLink(options.url);
  if (!URL.canParse(url)) return null;
  const card = h(options.prefer_large_media ? "a.preview.large" : "a.preview", {
    href: url,
    rel: "noopener noreferrer",
    target: "_blank",
  });
  card.append(h("b", {}, new URL(url).hostname), h("span", {}, url));
  return card;
}
