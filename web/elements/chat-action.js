/** Chat actions in words: "typing…". */

import { t } from "../i18n.js";

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
