/** The profile of a chat: of a bot, of a user. */

import { accounts } from "../accounts.js";
import { h, iconButton } from "../dom.js";
import { t } from "../i18n.js";
import { shareLink } from "../links.js";
import { chatName } from "../names.js";
import { avatar, statusDot } from "./parts.js";
import { confirm, copy, runOrToast, toast } from "./popups.js";

/**
 * @typedef {import("../types").Dialog} Dialog
 * @typedef {import("./user-pane.js").UserPane} UserPane
 */

/** @param {UserPane} pane @param {Dialog} dialog */
export function chatProfile(pane, dialog) {
  const { chat, description, short_description } = dialog;
  const name = chatName(chat, pane.person.id);
  const running = accounts.isRunning(chat.id);
  const status = h("p", {}, statusDot(running), t(running ? "botRunning" : "botNotRunning"));
  const rows = [
    row(t("username"), chat.username && `@${chat.username}`),
    row(t("about"), short_description),
    row(t("whatCanBotDo"), description),
  ];
  return h(
    "aside.profile",
    { "aria-label": name },
    h("header", {}, iconButton("close", t("close"), () => pane.hideProfile())),
    h("div.head", {}, avatar(chat.id, name), h("h2", {}, name), dialog.is_bot ? status : null),
    rows.some(Boolean) ? h("dl", {}, rows) : null,
    commands(pane, dialog),
    h("div.buttons", {}, buttons(pane, dialog)),
  );
}

/** @param {string} label @param {string | undefined} text */
function row(label, text) {
  return text ? h("div", {}, h("dt", {}, label), h("dd", { dir: "auto" }, text)) : null;
}

/** @param {UserPane} pane @param {Dialog} dialog */
function commands(pane, { commands }) {
  if (!commands.length) return null;
  const items = commands.map(({ command, description }) => {
    const send = () => pane.sendText(`/${command}`);
    return h("li", {}, h("button.link", { type: "button", onclick: send }, `/${command}`), ` ${description}`);
  });
  return h("section", {}, h("h3", {}, t("commands")), h("ul", {}, items));
}

/** @param {UserPane} pane @param {Dialog} dialog */
function buttons(pane, { chat, is_bot: isBot, is_blocked: isBlocked, can_join_groups: canJoinGroups }) {
  const { id, username = "" } = chat;
  const button = (/** @type {string} */ text, /** @type {() => void} */ onclick, classes = "") =>
    h("button", { type: "button", onclick, class: classes }, text);
  const addToGroup = () => {
    copy(`${shareLink(username)}?startgroup`);
    toast(t("addToGroupLink"));
  };
  const block = async () => {
    const question = t("blockSure", { name: chatName(chat, pane.person.id) });
    if (await confirm(question, t(isBot ? "block" : "blockUser"))) runOrToast(pane.person.block(id, true));
  };
  const unblock = () => runOrToast(pane.person.block(id, false));
  const isOwn = id === pane.person.id;
  return [
    username ? button(t("shareLink"), () => copy(shareLink(username))) : null,
    isBot && canJoinGroups ? button(t("addToGroup"), addToGroup) : null,
    isBot ? button(t("showInspector"), () => pane.inspect(id)) : null,
    button(t("firstMessage"), () => pane.toStart()),
    isBlocked ? button(t("unblock"), unblock) : null,
    isBlocked || isOwn ? null : button(t(isBot ? "block" : "blockUser"), block, "danger"),
  ];
}
