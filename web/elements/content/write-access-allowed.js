/** The service message about a user's permission for a bot to write to them. */

import { t } from "../../i18n.js";

/** @type {import("./index.js").ContentKind} */
export const writeAccessAllowed = {
  field: "write_access_allowed",

  summary({ write_access_allowed: access }) {
    if (access?.from_attachment_menu) return t("allowedMenu");
    if (access?.from_request) return t("allowedRequest");
    // The name of the mini app is absent for the main one.
    return t("allowedApp");
  },
};
