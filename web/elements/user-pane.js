/** One user's app: the list of chats and the open dialog. Several apps can be side by side. */

import { accounts } from "../accounts.js";
import { fill, h } from "../dom.js";
import { idOf } from "../history.js";
import { t } from "../i18n.js";
import { botLink, safeLink } from "../links.js";
import { chatName, fullName } from "../names.js";
import { Person } from "../store.js";
import { avatar } from "./parts.js";
import { alertBox, runOrToast, below, chooser, confirm, copy, menu, toast } from "./popups.js";
import { ChatList } from "./chat-list.js";
import { DialogView } from "./dialog-view.js";
import { ownReactions } from "./reactions.js";
import { editProfile, newUser } from "./user-form.js";

/**
 * @typedef {import("../types").DialogMessage} DialogMessage
 * @typedef {import("../types").InlineKeyboardButton} InlineKeyboardButton
 */

/** The reactions in the menu of a message; Telegram has more. */
const QUICK = ["👍", "❤", "🔥", "🎉", "😁", "😢", "👎"];

export class UserPane extends HTMLElement {
  /** @type {import("./app.js").ParlorApp} */
  app;
  /** @type {Person} */
  person;
  /** The chat whose dialog is open. @type {number | undefined} */
  chatId;
  /** The Start button that a link has brought back. @type {{ chatId: number, payload: string | undefined } | undefined} */
  offered;
  /** Whether the profile of the chat is open. */
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
    // Names the landmark, so that the panes of several users can be told apart.
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

  /** Opens a dialog, or closes the open one. @param {number | undefined} chatId */
  async show(chatId) {
    if (chatId !== this.chatId) {
      this.chatId = chatId;
      this.profile = false;
      if (this.offered?.chatId !== chatId) this.offered = undefined;
      this.#show();
      this.app.panesChanged();
    }
    if (chatId === undefined) return;
    await runOrToast(this.person.open(chatId));
    if (this.person.dialogs.get(chatId)?.is_bot) await accounts.learnBot(chatId);
    this.#view?.composer.focusField();
  }

  #show() {
    this.dataset.view = this.chatId === undefined ? "list" : "dialog";
    this.#view = undefined;
    if (this.chatId === undefined) {
      fill(this.#place, h("p.pick", {}, t("pick")));
    } else {
      this.#view = Object.assign(new DialogView(), { pane: this, chatId: this.chatId });
      fill(this.#place, this.#view);
    }
    this.#list.draw();
  }

  /** Opens the dialog that a link to a bot leads to. @param {string} link */
  async open(link) {
    const opened = await runOrToast(this.person.openLink(link));
    if (!opened) return;
    const { action, payload, dialog } = opened;
    // A link to a group or channel in which the user is not: the page has no card for it yet.
    if (!dialog) return toast(t("unserved"));
    const { id: chatId } = dialog.chat;
    if (action === "start" && payload) this.offered = { chatId, payload };
    await this.show(chatId);
    this.#view?.draw();
    if (action === "start_app") toast(t("miniApp"));
    if (action === "start_group" || action === "start_channel") toast(t("unserved"));
  }

  /** Opens a link, and asks first if it leads to another site. @param {string} url */
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
      // Typing outside of fields goes to the message field.
      const types = [...event.key].length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (types && (onMessage || target === document.body)) this.#view?.composer.focusField();
      return;
    }
    event.preventDefault();
  }

  /** Goes one step back: ends the reply, closes the profile, closes the dialog. */
  #escape() {
    if (this.#view?.composer.forget()) return;
    if (this.profile) this.hideProfile();
    else if (this.chatId !== undefined) this.show(undefined).then(() => this.#list.focusSearch());
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

  /** Whether a chat is the user's own Saved Messages. @param {number} chatId */
  isOwnChat(chatId) {
    return chatId === this.person.id;
  }

  /** @param {number} chatId */
  #nameOf(chatId) {
    const chat = this.person.dialogs.get(chatId)?.chat;
    return chat ? chatName(chat, this.person.id) : "";
  }

  /** What the user can do with the messages of a dialog. @param {number} chatId @returns {import("./message.js").Actions} */
  actions(chatId) {
    return {
      press: (message, button) => this.#press(chatId, message, button),
      menu: (message, at) => this.#messageMenu(chatId, message, at),
      jump: (id) => this.#view?.list.jump(id),
      react: (message, emoji) => this.#react(chatId, message, emoji),
    };
  }

  /** @param {number} chatId @param {DialogMessage} message @param {InlineKeyboardButton} button */
  async #press(chatId, message, button) {
    const url = button.url ?? button.login_url?.url;
    if (url !== undefined) return this.follow(url);
    if (button.copy_text) return copy(button.copy_text.text);
    if (button.web_app) return toast(t("miniApp"));
    if (button.callback_data === undefined) return toast(t(isInline(button) ? "noInline" : "unserved"));
    const press = this.person.press(chatId, idOf(message), button.callback_data);
    const pressed = await runOrToast(press.then((answer) => ({ answer })));
    if (!pressed) return;
    const { answer } = pressed;
    if (!answer) return toast(t("noAnswer"));
    if (answer.url) this.follow(answer.url);
    if (answer.text && answer.show_alert) alertBox(this.#nameOf(chatId), answer.text);
    else if (answer.text) toast(answer.text);
  }

  /** Sets a reaction, or removes it if it is set. @param {number} chatId @param {DialogMessage} message @param {string} emoji */
  #react(chatId, message, emoji) {
    const isSet = ownReactions(message, this.person.id).includes(emoji);
    runOrToast(this.person.react(chatId, idOf(message), isSet ? undefined : emoji));
  }

  /** @param {number} chatId @param {DialogMessage} message @param {{ x: number, y: number }} at */
  #messageMenu(chatId, message, at) {
    const { person } = this;
    const id = idOf(message);
    const { text } = message.message;
    const pinned = person.dialogs.get(chatId)?.pinned_message_ids.includes(id) ?? false;
    const composer = this.#view?.composer;
    const deletion = { text: t("deleteForBoth", { name: this.#nameOf(chatId) }), danger: true, act: () => runOrToast(person.delete(chatId, id, true)) };
    /** @type {import("./popups.js").Item[]} */
    const items = [
      { text: t("reply"), hint: "Ctrl+↑", act: () => composer?.about("reply", message) },
      ...(message.is_outgoing && text != null ? [{ text: t("edit"), hint: "↑", act: () => composer?.about("edit", message) }] : []),
      ...(text != null ? [{ text: t("copyText"), act: () => copy(text) }] : []),
      { text: t("forward"), act: () => this.#forwardMenu(chatId, id, at) },
      { text: t(pinned ? "unpin" : "pin"), act: () => runOrToast(person.pin(chatId, id, !pinned)) },
      { text: t(this.isOwnChat(chatId) ? "delete" : "deleteForMe"), danger: true, act: () => runOrToast(person.delete(chatId, id, false)) },
      // In Saved Messages there is no other side.
      ...(this.isOwnChat(chatId) ? [] : [deletion]),
    ];
    const quick = QUICK.map((emoji) => {
      const react = () => {
        quickRow.closest("[popover]")?.remove();
        this.#react(chatId, message, emoji);
      };
      return h("button", { type: "button", role: "menuitem", "aria-label": emoji, onclick: react }, emoji);
    });
    const quickRow = h("div.quick", { role: "group" }, quick);
    menu(at, items, quickRow);
  }

  /** Asks for the chat that a message is forwarded to. @param {number} chatId @param {number} id @param {{ x: number, y: number }} at */
  #forwardMenu(chatId, id, at) {
    const items = accounts.livingBots().map((to) => ({
      text: to.first_name,
      hint: `@${to.username}`,
      act: async () => {
        if (await runOrToast(this.person.forward(chatId, id, to.id))) this.show(to.id);
      },
    }));
    chooser(at, items);
  }

  /** Opens the menu of users. @param {Element} button */
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
      { text: t("showInspector"), hint: "Alt+I", act: () => this.app.inspect(this.chatId) },
      { text: t("jump"), hint: "Ctrl+K", act: () => this.app.jump() },
      ...this.app.settings(),
    ];
    if (this.app.panes.length > 1) items.push({ text: t("close"), act: () => this.app.closePane(this) });
    menu(below(/** @type {Element} */ (event.currentTarget)), items);
  }
}

/** Whether a button begins an inline query. @param {InlineKeyboardButton} button */
const isInline = (button) => Object.keys(button).some((field) => field.startsWith("switch_inline_query"));

customElements.define("user-pane", UserPane);
