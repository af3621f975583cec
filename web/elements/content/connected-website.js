/** The service message about a login on a website, which lets the bot write to the user. */

import { t } from "../../i18n.js";

/** @type {import("./index.js").ContentKind} */
export const connectedWebsite = {
  field: "connected_website",

  summary: ({ connected_website: domain = "" }) => t("allowedSite", { domain }),
};
