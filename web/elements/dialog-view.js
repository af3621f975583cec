/** An open dialog: its head, its messages, the place of the text field. */

import { accounts } from "../accounts.js";
import { fill, h, icon, iconButton, watch } from "../dom.js";
import { t } from "../i18n.js";
import { shownAction, summary } from "./bubble.js";
import { botProfile } from "./bot-profile.js";
import { MessageComposer } from "./composer.js";
import { MessageList } from "./message-list.js";
import { avatar, lamp } from "./parts.js";
import { below, menu } from "./popups.js";

/** @typedef {import("../types").Dialog} Dialog */

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

  #head = h("header");
  #why = h("p.why", { hidden: true });
  #pinned = h("div.pinned", { hidden: true });
  #empty = h("div.empty", { hidden: true });
  #body = h("section.body");
  #profile = h("div.profile-place", { hidden: true });
  #shown = "";
  #end = () => {};

  connectedCallback() {
    for (const part of [this.list, this.composer]) Object.assign(part, { pane: this.pane, bot: this.bot });
    this.#body.append(this.#head, this.#why, this.#pinned, this.#empty, this.list, this.composer);
    this.append(this.#body, this.#profile);
    this.#end = watch([this.pane.person, accounts], () => this.draw());
  }

  disconnectedCallback() {
    this.#end();
  }

  get dialog() {
    return this.pane.person.dialogs.get(this.bot);
  }

  draw() {
    const { dialog } = this;
    if (!dialog) return;
    this.list.draw();
    this.composer.draw();
    const { actions, histories } = this.pane.person;
    const action = shownAction(actions.get(this.bot));
    const running = accounts.isRunning(this.bot);
    const isEmpty = !histories.get(this.bot)?.messages.length;
    const shown = JSON.stringify([dialog, action, running, isEmpty, this.pane.profile]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#drawHead(dialog, action, running);
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
    const name = h("span.name", {}, dialog.bot_name, lamp(running));
    const lines = h("span.lines", {}, name, status);
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
    ]);
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
