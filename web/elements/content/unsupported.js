/** Content that the page cannot show, because the server is newer than the page. */

import { h } from "../../dom.js";
import { t } from "../../i18n.js";

/** @type {import("./index.js").ContentKind} */
export const unsupported = {
  field: "",

  summary: ({ caption }) => caption ?? t("unsupportedContent"),

  draw: ({ caption }, { stamp }) => ({
    nodes: h("div.said", { dir: "auto" }, h("div.text", {}, h("i", {}, t("unsupportedContent")), caption ? `\n${caption}` : null), stamp),
    hasStamp: stamp !== null,
  }),
};
