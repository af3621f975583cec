/** Content that the page cannot show, because the server is newer than the page. */

import { h } from "../../dom.js";
import { t } from "../../i18n.js";

/** @type {import("./index.js").ContentKind} */
export const unsupported = {
  field: "",

  summary: () => t("unsupportedContent"),

  draw: (_, { stamp }) => ({
    nodes: h("div.said", { dir: "auto" }, h("div.text", {}, h("i", {}, t("unsupportedContent"))), stamp),
    hasStamp: stamp !== null,
  }),
};
