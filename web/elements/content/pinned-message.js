/** The service message about a pinned message. */

import { t } from "../../i18n.js";
import { senderName } from "../../names.js";

/** @type {import("./index.js").ContentKind} */
export const pinnedMessage = {
  field: "pinned_message",

  summary: (message, viewer) =>
    message.from?.id === viewer ? t("pinnedServiceMe") : t("pinnedService", { name: senderName(message, viewer) }),

  target: ({ pinned_message: pinned }) => pinned?.message_id,
};
