/** An open dialog: its header, its notices, its messages, the message field, the profile of the chat. */

import { accounts } from "../accounts.js";
import { world } from "../api.js";
import { fill, h, icon, iconButton, watch } from "../dom.js";
import { t } from "../i18n.js";
import { chatName, fullName } from "../names.js";
import { watchUnserved } from "../unserved.js";
import { shownAction } from "./chat-action.js";
import { chatProfile } from "./chat-profile.js";
import { MessageComposer } from "./composer.js";
import { summary } from "./content/index.js";
import { MessageList } from "./message-list.js";
import { avatar, check, label, statusDot } from "./parts.js";
import { below, confirm, menu, runOrToast } from "./popups.js";

/** @typedef {import("../types").Dialog} Dialog */

/** The addresses at which `parlor run` looks for a server. */
const DEFAULT_HOSTS = ["127.0.0.1:8081", "localhost:8081"];

export class DialogView extends HTMLElement {
  /** @type {import("./user-pane.js").UserPane} */
  // @ts-expect-error given by the pane before it is shown
  pane;
  /** @type {number} */
  // @ts-expect-error given by the pane before it is shown
  chatId;

  /** @type {MessageList} */
  list = new MessageList();
  /** @type {MessageComposer} */
  composer = new MessageComposer();

  /** The user whose app it is; shown beside other panes, where the list of chats is hidden. */
  #owner = h("button.owner", { type: "button", onclick: () => this.pane.chooseUser(this.#owner) });
  #head = h("header");
  #notRunning = h("p.not-running", { hidden: true });
  #writeAccess = h("p.write-access", { hidden: true });
  #pinned = h("div.pinned", { hidden: true });
  #empty = h("div.empty", { hidden: true });
  #body = h("section.body");
  #profile = h("div.profile-place", { hidden: true });
  #shown = "";
  #ends = [() => {}];

  connectedCallback() {
    for (const part of [this.list, this.composer]) Object.assign(part, { pane: this.pane, chatId: this.chatId });
    const above = [this.#owner, this.#head, this.#notRunning, this.#writeAccess, this.#pinned];
    this.#body.append(...above, h("div.middle", {}, this.#empty, this.list), this.composer);
    this.append(this.#body, this.#profile);
    const { person } = this.pane;
    this.#ends = [watch([person, accounts], () => this.draw()), watchUnserved(person, this.chatId)];
  }

  disconnectedCallback() {
    this.#ends.forEach((end) => end());
  }

  get dialog() {
    return this.pane.person.dialogs.get(this.chatId);
  }

  draw() {
    const { dialog } = this;
    if (!dialog) return;
    // The composer first: its height decides how much room the messages have.
    this.composer.draw();
    this.list.draw();
    const { actions, histories, user } = this.pane.person;
    const action = shownAction(actions.get(this.chatId));
    const running = accounts.isRunning(this.chatId);
    const isEmpty = !histories.get(this.chatId)?.messages.length;
    const token = accounts.bots.get(this.chatId)?.token;
    const shown = JSON.stringify([dialog, action, running, token, isEmpty, user, this.pane.profile]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const name = user ? fullName(user) : "…";
    fill(this.#owner, avatar(this.pane.person.id, name), label(name), icon("down"));
    this.#drawHead(dialog, action, running);
    this.#drawNotRunning(!running && !dialog.is_deleted && Boolean(token));
    this.#drawWriteAccess(dialog);
    this.#drawPinned(dialog);
    this.#drawEmpty(dialog, isEmpty);
    this.#profile.hidden = !this.pane.profile;
    if (this.pane.profile) fill(this.#profile, chatProfile(this.pane, dialog));
  }

  /** @param {Dialog} dialog */
  #nameOf({ chat }) {
    return chatName(chat, this.pane.person.id);
  }

  /** @param {Dialog} dialog @param {string | undefined} action @param {boolean} running */
  #drawHead(dialog, action, running) {
    const name = this.#nameOf(dialog);
    const back = iconButton("back", t("back"), () => this.pane.show(undefined), { class: "round back" });
    const about = dialog.is_bot ? `${t("bot")} · ${t(running ? "botRunning" : "botNotRunning")}` : dialog.chat.username && `@${dialog.chat.username}`;
    const status = action ? h("span.status.doing", {}, action) : h("span.status", {}, about);
    const lines = h("span.lines", {}, label(name, dialog.is_bot ? statusDot(running) : undefined), status);
    const profile = h("button.account", { type: "button", onclick: () => this.pane.toggleProfile() });
    profile.append(avatar(this.chatId, name), lines);
    const more = iconButton("more", t("more"), () => this.#menu(dialog, more));
    fill(this.#head, back, profile, more);
  }

  /** @param {Dialog} dialog @param {Element} button */
  #menu(dialog, button) {
    const { pane } = this;
    const inspector = { text: t("showInspector"), hint: "Alt+I", act: () => pane.inspect(this.chatId) };
    menu(below(button), [
      { text: this.#nameOf(dialog), act: () => pane.toggleProfile() },
      ...(dialog.is_bot ? [inspector] : []),
      { text: t("firstMessage"), act: () => pane.toStart() },
      { text: t("latest"), act: () => pane.toEnd() },
      { text: t("clearHistory"), danger: true, act: () => this.#clearHistory(dialog) },
    ]);
  }

  /** @param {Dialog} dialog */
  async #clearHistory(dialog) {
    const forBoth = h("input", { type: "checkbox" });
    // In Saved Messages there is no other side.
    const other = this.pane.isOwnChat(this.chatId) ? null : check(t("deleteForBoth", { name: this.#nameOf(dialog) }), forBoth);
    const isSure = await confirm(t("clearHistorySure"), t("clear"), other);
    if (isSure) runOrToast(this.pane.person.clear(this.chatId, forBoth.checked));
  }

  /** Shows how to start the bot's program while it is not running. @param {boolean} isShown */
  #drawNotRunning(isShown) {
    this.#notRunning.hidden = !isShown;
    if (!isShown) return;
    const command = runCommand();
    const attributes = { type: "button", title: t("copy"), "data-copy": command };
    fill(this.#notRunning, t("startProgram"), h("button.link", attributes, h("code", {}, command)));
  }

  /** Shows why a bot to which the user never wrote can write to them. @param {Dialog} dialog */
  #drawWriteAccess(dialog) {
    const text = writeAccess(dialog, this.#nameOf(dialog));
    this.#writeAccess.hidden = !text;
    this.#writeAccess.textContent = text ?? "";
  }

  /** @param {Dialog} dialog */
  #drawPinned(dialog) {
    const [id] = dialog.pinned_message_ids;
    this.#pinned.hidden = id === undefined;
    if (id === undefined) return;
    const { histories, id: viewer } = this.pane.person;
    const pinned = histories.get(this.chatId)?.find(id);
    const text = pinned ? summary(pinned.message, viewer) : t("message");
    const button = h("button", { type: "button", onclick: () => this.list.jump(id) });
    button.append(icon("pin"), h("span.lines", {}, h("b", {}, t("pinned")), h("span.text", { dir: "auto" }, text)));
    fill(this.#pinned, button);
  }

  /** Fills the place of the messages while there are none. @param {Dialog} dialog @param {boolean} isEmpty */
  #drawEmpty(dialog, isEmpty) {
    this.#empty.hidden = !isEmpty;
    if (!isEmpty) return;
    const text = dialog.description
      ? [h("h2", {}, t("whatCanBotDo")), h("p", { dir: "auto" }, dialog.description)]
      : h("p", {}, t("dialogEmpty"));
    fill(this.#empty, h("div.card", {}, text));
  }
}

/** Returns the command that runs a program against this server; `parlor run` finds one at a default address by itself. */
function runCommand() {
  const isDefault = !world && DEFAULT_HOSTS.includes(location.host);
  return `parlor run ${isDefault ? "" : `--server ${location.origin}${world} `}-- python bot.py`;
}

/** @param {Dialog} dialog @param {string} bot its name */
function writeAccess({ write_access: access }, bot) {
  switch (access?.type) {
    case "join_request":
      return t("whyJoin", { bot, chat: access.chat.title ?? "" });
    case "website":
      return t("whySite", { bot, domain: access.domain });
    case "web_app":
      return t("whyApp", { bot });
    case "attachment_menu":
      return t("whyMenu", { bot });
    case "request":
      return t("whyRequest", { bot });
  }
}

customElements.define("dialog-view", DialogView);
