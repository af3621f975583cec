/** A bot's profile page. */

import { accounts } from "../accounts.js";
import { h, iconButton } from "../dom.js";
import { t } from "../i18n.js";
import { shareLink } from "../links.js";
import { avatar, statusDot } from "./parts.js";
import { runOrToast, confirm, copy, toast } from "./popups.js";

/** @typedef {import("../types").Dialog} Dialog */

/**
 * @param {import("./user-pane.js").UserPane} pane
 * @param {Dialog} dialog
 */
export function botProfile(pane, dialog) {
  const { bot_id: id, bot_name: name, bot_username: username } = dialog;
  const running = accounts.isRunning(id);
  const head = h(
    "div.head",
    {},
    avatar(id, name),
    h("h2", {}, name),
    h("p", {}, statusDot(running), t(running ? "botRunning" : "botNotRunning")),
  );
  const close = iconButton("close", t("close"), () => pane.hideProfile());
  return h(
    "aside.profile",
    { "aria-label": name },
    h("header", {}, close),
    head,
    h("dl", {}, row(t("username"), `@${username}`), row(t("about"), dialog.short_description), row(t("whatCanBotDo"), dialog.description)),
    commands(pane, dialog),
    buttons(pane, dialog),
  );
}

/** @param {string} label @param {string} text */
function row(label, text) {
  return text ? h("div", {}, h("dt", {}, label), h("dd", { dir: "auto" }, text)) : null;
}

/** @param {import("./user-pane.js").UserPane} pane @param {Dialog} dialog */
function commands(pane, { commands }) {
  if (!commands.length) return null;
  const items = commands.map(({ command, description }) => {
    const send = () => pane.sendText(`/${command}`);
    return h("li", {}, h("button.link", { type: "button", onclick: send }, `/${command}`), ` ${description}`);
  });
  return h("section", {}, h("h3", {}, t("commands")), h("ul", {}, items));
}

/** @param {import("./user-pane.js").UserPane} pane @param {Dialog} dialog */
function buttons(pane, dialog) {
  const { bot_id: id, bot_name: name, bot_username: username } = dialog;
  const button = (/** @type {string} */ text, /** @type {() => void} */ onclick, classes = "") =>
    h("button", { type: "button", onclick, class: classes }, text);
  const addToGroup = () => {
    copy(`${shareLink(username)}?startgroup`);
    toast(t("addToGroupLink"));
  };
  const block = async () => {
    if (await confirm(t("blockSure", { name }), t("block"))) runOrToast(pane.person.block(id, true));
  };
  return h(
    "div.buttons",
    {},
    button(t("shareLink"), () => copy(shareLink(username))),
    dialog.can_join_groups ? button(t("addToGroup"), addToGroup) : null,
    button(t("showInspector"), () => pane.inspect(id)),
    button(t("firstMessage"), () => pane.toStart()),
    dialog.is_blocked
      ? button(t("unblock"), () => runOrToast(pane.person.block(id, false)))
      : button(t("block"), block, "danger"),
  );
}

