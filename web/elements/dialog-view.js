/** An open dialog: its head, its messages, the place of the text field. */

import { accounts } from "../accounts.js";
import { world } from "../api.js";
import { fill, h, icon, iconButton, watch } from "../dom.js";
import { fullName } from "../format.js";
import { t } from "../i18n.js";
import { watchUnserved } from "../unserved.js";
import { shownAction, summary } from "./bubble.js";
import { botProfile } from "./bot-profile.js";
import { MessageComposer } from "./composer.js";
import { MessageList } from "./message-list.js";
import { avatar, check, label, statusDot } from "./parts.js";
import { runOrToast, below, confirm, menu } from "./popups.js";

/** @typedef {import("../types").Dialog} Dialog */

/** Where Parlor listens if it is not told otherwise. */
const USUAL = ["127.0.0.1:8081", "localhost:8081"];

export class DialogView extends HTMLElement {
  /** @type {import("./user-pane.js").UserPane} */
  // @ts-expect-error given by the pane before it is shown
  pane;
  /** @type {number} */
  // @ts-expect-error given by the pane before it is shown
  bot;

  /** @type {MessageList} */
  list = new MessageList();
  /** @type {MessageComposer} */
  composer = new MessageComposer();

  /** Whose app this is; shown where the list of chats is not, beside other people. */
  #whose = h("button.whose", { type: "button", onclick: () => this.pane.chooseUser(this.#whose) });
  #head = h("header");
  #notRunning = h("p.not-running", { hidden: true });
  #why = h("p.why", { hidden: true });
  #pinned = h("div.pinned", { hidden: true });
  #empty = h("div.empty", { hidden: true });
  #body = h("section.body");
  #profile = h("div.profile-place", { hidden: true });
  #shown = "";
  #ends = [() => {}];

  connectedCallback() {
    for (const part of [this.list, this.composer]) Object.assign(part, { pane: this.pane, bot: this.bot });
    const above = [this.#whose, this.#head, this.#notRunning, this.#why, this.#pinned];
    this.#body.append(...above, h("div.middle", {}, this.#empty, this.list), this.composer);
    this.append(this.#body, this.#profile);
    const { person } = this.pane;
    this.#ends = [watch([person, accounts], () => this.draw()), watchUnserved(person, this.bot)];
  }

  disconnectedCallback() {
    this.#ends.forEach((end) => end());
  }

  get dialog() {
    return this.pane.person.dialogs.get(this.bot);
  }

  draw() {
    const { dialog } = this;
    if (!dialog) return;
    // First what leaves the messages less room.
    this.composer.draw();
    this.list.draw();
    const { actions, histories, user } = this.pane.person;
    const action = shownAction(actions.get(this.bot));
    const running = accounts.isRunning(this.bot);
    const isEmpty = !histories.get(this.bot)?.messages.length;
    const token = accounts.bots.get(this.bot)?.token;
    const shown = JSON.stringify([dialog, action, running, token, isEmpty, user, this.pane.profile]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const name = user ? fullName(user) : "…";
    fill(this.#whose, avatar(this.pane.person.id, name), label(name), icon("down"));
    this.#drawHead(dialog, action, running);
    this.#drawNotRunning(!running && !dialog.is_deleted && Boolean(token));
    this.#drawWhy(dialog);
    this.#drawPinned(dialog);
    this.#drawEmpty(dialog, isEmpty);
    this.#profile.hidden = !this.pane.profile;
    if (this.pane.profile) fill(this.#profile, botProfile(this.pane, dialog));
  }

  /** @param {Dialog} dialog @param {string | undefined} action @param {boolean} running */
  #drawHead(dialog, action, running) {
    const back = iconButton("back", t("back"), () => this.pane.show(undefined), { class: "round back" });
    const status = action
      ? h("span.status.doing", {}, action)
      : h("span.status", {}, t("bot"), " · ", t(running ? "botRunning" : "botNotRunning"));
    const lines = h("span.lines", {}, label(dialog.bot_name, statusDot(running)), status);
    const profile = h("button.who", { type: "button", onclick: () => this.pane.toggleProfile() });
    profile.append(avatar(this.bot, dialog.bot_name), lines);
    const more = iconButton("more", t("more"), () => this.#menu(dialog, more));
    fill(this.#head, back, profile, more);
  }

  /** @param {Dialog} dialog @param {Element} button */
  #menu(dialog, button) {
    const { pane } = this;
    menu(below(button), [
      { text: dialog.bot_name, act: () => pane.toggleProfile() },
      { text: t("showInspector"), hint: "Alt+I", act: () => pane.inspect(this.bot) },
      { text: t("firstMessage"), act: () => pane.toStart() },
      { text: t("latest"), act: () => pane.toEnd() },
      { text: t("clearHistory"), danger: true, act: () => this.#clearHistory() },
    ]);
  }

  async #clearHistory() {
    const forBoth = h("input", { type: "checkbox" });
    const isSure = await confirm(t("clearHistorySure"), t("clear"), check(t("deleteForBoth", { name: this.dialog?.bot_name ?? "" }), forBoth));
    if (isSure) runOrToast(this.pane.person.clear(this.bot, forBoth.checked));
  }

  /** How the bot's program is started, while it is not there. @param {boolean} isShown */
  #drawNotRunning(isShown) {
    this.#notRunning.hidden = !isShown;
    if (!isShown) return;
    const command = runCommand();
    const attributes = { type: "button", title: t("copy"), "data-copy": command };
    fill(this.#notRunning, t("startProgram"), h("button.link", attributes, h("code", {}, command)));
  }

  /** Why the bot may write, though it was never written to. @param {Dialog} dialog */
  #drawWhy(dialog) {
    const text = why(dialog);
    this.#why.hidden = !text;
    this.#why.textContent = text ?? "";
  }

  /** @param {Dialog} dialog */
  #drawPinned(dialog) {
    const [id] = dialog.pinned_message_ids;
    this.#pinned.hidden = id === undefined;
    if (id === undefined) return;
    const message = this.pane.person.histories.get(this.bot)?.messages.find((m) => m.id === id);
    const text = message ? summary(message, dialog.bot_name) : t("message");
    const button = h("button", { type: "button", onclick: () => this.list.jump(id) });
    button.append(icon("pin"), h("span.lines", {}, h("b", {}, t("pinned")), h("span.text", { dir: "auto" }, text)));
    fill(this.#pinned, button);
  }

  /** What stands where the messages will be. @param {Dialog} dialog @param {boolean} isEmpty */
  #drawEmpty(dialog, isEmpty) {
    this.#empty.hidden = !isEmpty;
    if (!isEmpty) return;
    const text = dialog.description
      ? [h("h2", {}, t("whatCanBotDo")), h("p", { dir: "auto" }, dialog.description)]
      : h("p", {}, t("dialogEmpty"));
    fill(this.#empty, h("div.card", {}, text));
  }
}

/** The line that runs a program against this server, which `parlor run` finds by itself at its usual address. */
function runCommand() {
  const isUsual = !world && USUAL.includes(location.host);
  return `parlor run ${isUsual ? "" : `--server ${location.origin}${world} `}-- python bot.py`;
}

/** @param {Dialog} dialog */
function why(dialog) {
  const bot = dialog.bot_name;
  const access = dialog.write_access;
  switch (access?.type) {
    case "join_request":
      return t("whyJoin", { bot, chat: access.title });
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
