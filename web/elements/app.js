/** The whole page: the apps of users side by side, the inspector, and what they share. */

import { accounts } from "../accounts.js";
import { ApiError, get, world } from "../api.js";
import { fill, h } from "../dom.js";
import { noteClock } from "../format.js";
import { chooseLanguage, language, t } from "../i18n.js";
import { linkOfAddress } from "../links.js";
import { fullName } from "../names.js";
import { chooseTheme, nextTheme } from "../theme.js";
import { BotInspector } from "./inspector.js";
import { jumpBox } from "./jump-box.js";
import { landing, tokenForm, welcome } from "./landing.js";
import { below, chooser, toast } from "./popups.js";
import { newUser } from "./user-form.js";
import { UserPane } from "./user-pane.js";

/** @typedef {import("../types").BotAccount} BotAccount */

/** The storage key of the last user of this world. */
const LAST = `parlor.user${world}`;
/** The most panes side by side. */
const MAX_PANES = 4;

export class ParlorApp extends HTMLElement {
  /** @type {UserPane[]} */
  panes = [];

  #banner = h("p.banner", { role: "alert", hidden: true }, t("connectionLost"));
  #panes = h("main.panes");
  #inspector = new BotInspector();

  async connectedCallback() {
    fill(this, this.#banner, h("div.columns", {}, this.#panes, this.#inspector));
    accounts.addEventListener("change", () => this.#connection());
    addEventListener("keydown", (event) => this.#key(event));
    accounts.addEventListener("newbot", (event) => this.#announce(/** @type {CustomEvent<BotAccount>} */ (event).detail));
    addEventListener("hashchange", () => this.#fromAddress());
    addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => this.#dropped(event));
    try {
      noteClock((await get("/clock")).now);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return this.#ask(tokenForm());
    }
    await accounts.ready;
    await this.#begin();
  }

  #connection() {
    this.#banner.hidden = accounts.isConnected || Boolean(this.querySelector(".landing"));
    // The world was emptied, and its users with it.
    if (accounts.isConnected && this.panes.length && !accounts.living().length) this.#begin();
  }

  /** Opens what the address asks for: a link, or users; else the last user, or the first, or the page of the first visit. */
  async #begin() {
    const link = linkOfAddress();
    const last = Number(localStorage.getItem(LAST));
    const known = accounts.living().some((user) => user.id === last) ? last : undefined;
    if (link) return this.#openLink(link, known);
    const named = await this.#named();
    if (named.length) return this.#setPanes(named);
    const user = known ?? accounts.living()[0]?.id;
    if (user !== undefined) this.#setPanes([{ user, chatId: undefined }]);
    else this.#ask(welcome((made) => this.enter(made.id)));
  }

  /** @param {string} link @param {number | undefined} user */
  async #openLink(link, user) {
    if (user === undefined) return this.#ask(await landing(link, (chosen) => this.#openLink(link, chosen)));
    history.replaceState(null, "", `${world}/`);
    this.enter(user);
    await this.panes[0]?.open(link);
  }

  /** Shows a question in the place of the panes. @param {HTMLElement} question */
  #ask(question) {
    this.panes = [];
    fill(this.#panes, question);
    question.querySelector("input")?.select();
  }

  /** @param {number} user */
  enter(user) {
    this.#setPanes([{ user, chatId: undefined }]);
  }

  /** Reads the users and chats of the address, pane by pane: `#1000001/7000000001+1000002`. */
  async #named() {
    const parts = location.hash.slice(1).split("+").filter((part) => /^\d+(\/\d+)?$/.test(part));
    const numbers = parts.slice(0, MAX_PANES).map((part) => part.split("/").map(Number));
    // A user may be newer than the list, or beyond its length.
    await Promise.all(numbers.map(([user]) => accounts.learnUser(user)));
    const exists = (/** @type {number} */ user) => accounts.living().some(({ id }) => id === user);
    for (const [user] of numbers) if (!exists(user)) toast(t("noSuchUser", { id: user }));
    return numbers.filter(([user]) => exists(user)).map(([user, chatId]) => ({ user, chatId }));
  }

  async #fromAddress() {
    const { hash } = location;
    const named = await this.#named();
    if (named.length && location.hash === hash) this.#setPanes(named);
  }

  /** Announces a bot that was just created. @param {BotAccount} bot */
  #announce({ id, first_name: name, username = "" }) {
    const [pane] = this.panes;
    if (pane) toast(t("botAppeared", { name, username }), { text: t("open"), act: () => pane.show(id) });
  }

  /** Keeps the browser from opening a dropped file in the place of the page. @param {DragEvent} event */
  #dropped(event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    toast(t("dropUnserved"));
  }

  /** @param {{ user: number, chatId: number | undefined }[]} wanted */
  #setPanes(wanted) {
    const old = this.panes;
    this.panes = wanted.map(({ user }) => old.find((pane) => pane.person.id === user) ?? new UserPane(this, user));
    // Panes that stay are not moved: a custom element that is moved is disconnected and connected again.
    for (const child of [...this.#panes.children]) {
      if (!this.panes.includes(/** @type {UserPane} */ (child))) child.remove();
    }
    this.panes.forEach((pane, i) => {
      if (this.#panes.children[i] !== pane) this.#panes.insertBefore(pane, this.#panes.children[i] ?? null);
    });
    wanted.forEach(({ chatId }, i) => this.panes[i].show(chatId));
    this.panesChanged();
  }

  /** Shows the number of unread messages in the title. */
  drawTitle() {
    const chats = this.panes.flatMap((pane) => pane.person.chats);
    const unread = chats.reduce((sum, chat) => sum + chat.unread_count, 0);
    document.title = unread ? `(${unread}) ${t("page")}` : t("page");
  }

  /** Puts the open panes into the address. */
  panesChanged() {
    const named = this.panes.map(({ person, chatId }) => (chatId === undefined ? `${person.id}` : `${person.id}/${chatId}`));
    const address = `${world}/#${named.join("+")}`;
    if (location.pathname + location.hash !== address) history.pushState(null, "", address);
    if (this.panes[0]) localStorage.setItem(LAST, String(this.panes[0].person.id));
  }

  #wanted() {
    return this.panes.map(({ person, chatId }) => ({ user: person.id, chatId }));
  }

  /** @param {UserPane} pane @param {number} user */
  switchUser(pane, user) {
    const wanted = this.#wanted();
    wanted[this.panes.indexOf(pane)] = { user, chatId: pane.chatId };
    this.#setPanes(wanted);
  }

  /** Adds the app of another user. */
  addPane() {
    const here = new Set(this.panes.map((pane) => pane.person.id));
    const add = (/** @type {number} */ user) => this.#setPanes([...this.#wanted(), { user, chatId: this.panes[0]?.chatId }].slice(-MAX_PANES));
    const others = accounts.living().filter((user) => !here.has(user.id));
    const made = async () => {
      const user = await newUser();
      if (user) add(user.id);
    };
    if (!others.length) return made();
    const items = others.map((user) => ({
      text: fullName(user),
      hint: user.username ? `@${user.username}` : undefined,
      act: () => add(user.id),
    }));
    const first = this.panes[0]?.querySelector(".account") ?? this;
    chooser(below(first), [...items, { text: t("newUser"), hint: "+", act: made, stays: true }]);
  }

  /** @param {UserPane} pane */
  closePane(pane) {
    const rest = this.#wanted().filter((_, i) => this.panes[i] !== pane);
    if (rest.length) return this.#setPanes(rest);
    localStorage.removeItem(LAST);
    history.replaceState(null, "", `${world}/`);
    this.#begin();
  }

  /** Opens the inspector for the bot of a chat, or closes it. @param {number | undefined} chatId */
  inspect(chatId) {
    const bot = chatId !== undefined && accounts.bots.has(chatId) ? chatId : undefined;
    const shows = this.#inspector.hidden || (bot !== undefined && bot !== this.#inspector.bot);
    if (shows) this.#inspector.show(bot);
    else this.#inspector.hide();
  }

  jump() {
    const pane = this.panes.find((pane) => pane.contains(document.activeElement)) ?? this.panes[0];
    if (pane) jumpBox(pane);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "k") this.jump();
    else if (event.altKey && event.code === "KeyI") this.inspect(this.panes[0]?.chatId);
    else {
      // Without a focus, typing goes to the first pane.
      if (event.target === document.body) this.panes[0]?.key(event);
      return;
    }
    event.preventDefault();
  }

  /** Returns the menu items of the whole page. */
  settings() {
    const other = language === "en" ? "ru" : "en";
    const names = /** @type {Record<string, string>} */ ({ en: "English", ru: "Русский" });
    const theme = nextTheme();
    return [
      { text: names[other], act: () => chooseLanguage(other) },
      { text: `${t("theme")}: ${t(theme)}`, act: () => chooseTheme(theme) },
    ];
  }
}

/** @param {DragEvent} event */
const hasFiles = ({ dataTransfer }) => Boolean(dataTransfer?.types.includes("Files"));

customElements.define("parlor-app", ParlorApp);
