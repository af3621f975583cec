/** One person's app: recent chats and the open dialog. Several of them may stand side by side. */

import { accounts } from "../accounts.js";
import { fill, h } from "../dom.js";
import { fullName } from "../format.js";
import { t } from "../i18n.js";
import { botLink, safeLink } from "../links.js";
import { Person } from "../store.js";
import { avatar } from "./parts.js";
import { alertBox, runOrToast, below, chooser, confirm, copy, menu, toast } from "./popups.js";
import { ChatList } from "./chat-list.js";
import { DialogView } from "./dialog-view.js";
import { editProfile, newUser } from "./user-form.js";

/**
 * @typedef {import("../types").Message} Message
 * @typedef {import("../types").InlineKey} InlineKey
 */

/** What a tap on a message offers; Telegram knows more. */
const QUICK = ["👍", "❤", "🔥", "🎉", "😁", "😢", "👎"];

export class UserPane extends HTMLElement {
  /** @type {import("./app.js").ParlorApp} */
  app;
  /** @type {Person} */
  person;
  /** The bot whose dialog is open. @type {number | undefined} */
  bot;
  /** A link brought Start back. @type {{ bot: number, payload: string | undefined } | undefined} */
  offered;
  /** Whether the profile of the bot is open. */
  profile = false;

  #list = new ChatList();
  #place = h("div.place");
  /** @type {DialogView | undefined} */
  #view;
  #changed = () => {
    this.app.drawTitle();
    if (this.person.user) this.setAttribute("aria-label", fullName(this.person.user));
    if (this.person.connection === "gone" || this.person.user?.is_deleted) this.app.closePane(this);
  };

  /** @param {import("./app.js").ParlorApp} app @param {number} user */
  constructor(app, user) {
    super();
    this.app = app;
    this.person = new Person(user);
    this.#list.pane = this;
  }

  connectedCallback() {
    // People side by side are told apart by their names.
    this.setAttribute("role", "region");
    this.append(this.#list, this.#place);
    this.person.addEventListener("change", this.#changed);
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.#show();
  }

  disconnectedCallback() {
    this.person.removeEventListener("change", this.#changed);
    this.person.close();
  }

  /** Opens a dialog, or none. @param {number | undefined} bot */
  async show(bot) {
    if (bot !== this.bot) {
      this.bot = bot;
      this.profile = false;
      if (this.offered?.bot !== bot) this.offered = undefined;
      this.#show();
      this.app.panesChanged();
    }
    if (bot === undefined) return;
    await runOrToast(Promise.all([this.person.open(bot), accounts.learnBot(bot)]));
    this.#view?.composer.focusField();
  }

  #show() {
    this.dataset.view = this.bot === undefined ? "list" : "dialog";
    this.#view = undefined;
    if (this.bot === undefined) {
      fill(this.#place, h("p.pick", {}, t("pick")));
    } else {
      this.#view = Object.assign(new DialogView(), { pane: this, bot: this.bot });
      fill(this.#place, this.#view);
    }
    this.#list.draw();
  }

  /** Opens what a link to a bot leads to. @param {string} link */
  async open(link) {
    const opened = await runOrToast(this.person.openLink(link));
    if (!opened) return;
    const { action, payload, dialog } = opened;
    if (action === "start" && payload) this.offered = { bot: dialog.bot_id, payload };
    await this.show(dialog.bot_id);
    this.#view?.draw();
    if (action === "start_app") toast(t("miniApp"));
    if (action === "start_group" || action === "start_channel") toast(t("unserved"));
  }

  /** Opens a link, after a question if it leads out of here. @param {string} url */
  async follow(url) {
    const link = botLink(url);
    if (link) return this.open(link);
    const safe = safeLink(url);
    if (await confirm(t("leaveFor"), t("open"), h("p.url", {}, safe))) window.open(safe, "_blank", "noopener,noreferrer");
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = event.target instanceof Element ? event.target.closest("a, [data-command], [data-copy]") : null;
    if (target instanceof HTMLAnchorElement) {
      event.preventDefault();
      this.follow(target.href);
    } else if (target instanceof HTMLElement && target.dataset.command) {
      this.sendText(target.dataset.command);
    } else if (target instanceof HTMLElement && target.dataset.copy) {
      copy(target.dataset.copy);
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open], .menu:popover-open")) return;
    const { target } = event;
    const onMessage = target instanceof Element && target.matches(".message");
    if (event.key === "Escape") this.#escape();
    else if (event.altKey && event.key === "ArrowDown") this.#list.move(1);
    else if (event.altKey && event.key === "ArrowUp") this.#list.move(-1);
    else if (onMessage && event.key === "ArrowUp") this.#view?.list.walk(-1);
    else if (onMessage && event.key === "ArrowDown") this.#view?.list.walk(1);
    else {
      // Who types means the text field.
      const types = [...event.key].length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (types && (onMessage || target === document.body)) this.#view?.composer.focusField();
      return;
    }
    event.preventDefault();
  }

  /** One step back, whatever that is. */
  #escape() {
    if (this.#view?.composer.forget()) return;
    if (this.profile) this.hideProfile();
    else if (this.bot !== undefined) this.show(undefined).then(() => this.#list.focusSearch());
  }

  toggleProfile() {
    this.profile = !this.profile;
    this.#view?.draw();
  }

  hideProfile() {
    this.profile = false;
    this.#view?.draw();
  }

  toEnd() {
    this.#view?.list.toEnd();
  }

  toStart() {
    if (this.clientWidth < 700) this.hideProfile();
    this.#view?.list.toStart();
  }

  /** @param {number} bot */
  inspect(bot) {
    this.app.inspect(bot);
  }

  /** @param {string} text */
  sendText(text) {
    this.#view?.composer.sendText(text);
  }

  /** @param {{ account_id: number, is_bot: boolean }} origin */
  nameOf = (origin) => {
    const { account_id: id } = origin;
    if (id === this.person.id) return t("you");
    const user = accounts.users.get(id);
    const bot = accounts.bots.get(id);
    return (origin.is_bot ? bot?.name : user && fullName(user)) ?? String(id);
  };

  /** What can be done with the messages of a dialog. @param {number} bot @returns {import("./bubble.js").Actions} */
  actions(bot) {
    return {
      press: (message, key) => this.#press(bot, message, key),
      menu: (message, at) => this.#messageMenu(bot, message, at),
      jump: (id) => this.#view?.list.jump(id),
      react: (message, emoji) => this.#react(bot, message, emoji),
    };
  }

  /** @param {number} bot @param {Message} message @param {InlineKey} key */
  async #press(bot, message, key) {
    switch (key.action) {
      case "url":
      case "login_url":
        return this.follow(key.value);
      case "copy_text":
        return copy(key.value);
      case "web_app":
        return toast(t("miniApp"));
      case "switch_inline":
      case "switch_inline_current":
        return toast(t("noInline"));
    }
    const pressed = await runOrToast(this.person.press(bot, message.id, key.value).then((answer) => ({ answer })));
    if (!pressed) return;
    const { answer } = pressed;
    if (!answer) return toast(t("noAnswer"));
    if (answer.url) this.follow(answer.url);
    if (answer.text && answer.show_alert) alertBox(this.person.dialogs.get(bot)?.bot_name ?? "", answer.text);
    else if (answer.text) toast(answer.text);
  }

  /** @param {number} bot @param {Message} message @param {string} emoji */
  #react(bot, message, emoji) {
    const had = message.user_reactions.includes(emoji);
    runOrToast(this.person.react(bot, message.id, had ? [] : [emoji]));
  }

  /** @param {number} bot @param {Message} message @param {{ x: number, y: number }} at */
  #messageMenu(bot, message, at) {
    const { person } = this;
    const own = message.from === "user";
    const pinned = person.dialogs.get(bot)?.pinned_message_ids.includes(message.id) ?? false;
    const composer = this.#view?.composer;
    /** @type {import("./popups.js").Item[]} */
    const items = [
      { text: t("reply"), hint: "Ctrl+↑", act: () => composer?.about("reply", message) },
      ...(own ? [{ text: t("edit"), hint: "↑", act: () => composer?.about("edit", message) }] : []),
      { text: t("copyText"), act: () => copy(message.text ?? "") },
      { text: t("forward"), act: () => this.#forwardMenu(bot, message, at) },
      { text: t(pinned ? "unpin" : "pin"), act: () => runOrToast(person.pin(bot, message.id, !pinned)) },
      { text: t("deleteForMe"), danger: true, act: () => runOrToast(person.delete(bot, message.id, false)) },
      { text: t("deleteForBoth", { name: person.dialogs.get(bot)?.bot_name ?? "" }), danger: true, act: () => runOrToast(person.delete(bot, message.id, true)) },
    ];
    const quick = QUICK.map((emoji) => {
      const react = () => {
        quickRow.closest("[popover]")?.remove();
        this.#react(bot, message, emoji);
      };
      return h("button", { type: "button", role: "menuitem", "aria-label": emoji, onclick: react }, emoji);
    });
    const quickRow = h("div.quick", { role: "group" }, quick);
    menu(at, items, quickRow);
  }

  /** To whom? @param {number} bot @param {Message} message @param {{ x: number, y: number }} at */
  #forwardMenu(bot, message, at) {
    const items = accounts.livingBots().map((to) => ({
      text: to.name,
      hint: `@${to.username}`,
      act: async () => {
        if (await runOrToast(this.person.forward(bot, message.id, to.id))) this.show(to.id);
      },
    }));
    chooser(at, items);
  }

  /** The switcher of users. @param {Element} button */
  chooseUser(button) {
    const others = accounts.living().filter((user) => user.id !== this.person.id);
    const items = others.map((user) => ({
      text: fullName(user),
      hint: user.username ? `@${user.username}` : undefined,
      act: () => this.app.switchUser(this, user.id),
    }));
    const made = async () => {
      const user = await newUser();
      if (user) this.app.switchUser(this, user.id);
    };
    const more = { text: t("newUser"), hint: "+", act: made, stays: true };
    const name = this.person.user ? fullName(this.person.user) : "";
    const about = [this.person.user?.username && `@${this.person.user.username}`, `id ${this.person.id}`];
    const lines = h("span.lines", {}, h("b", {}, name), h("span", {}, about.filter(Boolean).join(" · ")));
    chooser(below(button), [...items, more], h("div.me", {}, avatar(this.person.id, name), lines));
  }

  /** @param {MouseEvent} event */
  showMenu(event) {
    const items = [
      { text: t("editProfile"), act: () => editProfile(this.person.id) },
      { text: t("moreUsers"), act: () => this.app.addPane() },
      { text: t("showInspector"), hint: "Alt+I", act: () => this.app.inspect(this.bot) },
      { text: t("jump"), hint: "Ctrl+K", act: () => this.app.jump() },
      ...this.app.settings(),
    ];
    if (this.app.panes.length > 1) items.push({ text: t("close"), act: () => this.app.closePane(this) });
    menu(below(/** @type {Element} */ (event.currentTarget)), items);
  }
}

customElements.define("user-pane", UserPane);
