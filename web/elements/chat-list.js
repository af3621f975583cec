/** The left side of an app: the user, the search, the chats. */

import { accounts } from "../accounts.js";
import { get } from "../api.js";
import { fill, h, icon, iconButton, reconcile, watch } from "../dom.js";
import { when } from "../format.js";
import { t } from "../i18n.js";
import { chatName, fullName } from "../names.js";
import { shownAction } from "./chat-action.js";
import { isService, summary } from "./content/index.js";
import { avatar, label, statusDot } from "./parts.js";
import { walk } from "./popups.js";

/**
 * @typedef {import("../types").BotAccount} BotAccount
 * @typedef {import("../types").DialogSummary} DialogSummary
 *
 * @typedef {object} Row
 * @property {number} id the chat's
 * @property {string} name
 * @property {boolean | undefined} isRunning of a bot: whether its program is connected
 * @property {boolean} selected
 * @property {boolean} doing whether the text is a chat action
 * @property {string} text
 * @property {boolean} own
 * @property {string} when
 * @property {number} unread
 * @property {boolean} blocked
 */

/** Milliseconds between the last key press and the search. */
const SEARCH_DELAY = 120;

export class ChatList extends HTMLElement {
  /** @type {import("./user-pane.js").UserPane} */
  // @ts-expect-error given by the pane before it is shown
  pane;
  /** @type {BotAccount[]} */
  #found = [];
  #query = "";
  #timer = 0;

  #who = h("button.account", { type: "button", onclick: () => this.pane.chooseUser(this.#who) });
  #status = h("p.status", { role: "status" });
  #search = h("input", {
    type: "search",
    placeholder: t("search"),
    "aria-label": t("search"),
    oninput: () => this.#find(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#searchKey(event),
  });
  #title = h("h2.section");
  #list = h("ul.chats", { "aria-label": t("chats") });
  #othersTitle = h("h2.section");
  #others = h("ul.chats", { "aria-label": t("botsHere") });
  #lists = h("div.lists", {}, this.#title, this.#list, this.#othersTitle, this.#others);
  #end = () => {};

  connectedCallback() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", t("chats"));
    const head = h("div.top", {}, this.#who, iconButton("more", t("more"), (event) => this.pane.showMenu(event)));
    const search = h("div.search", {}, icon("search"), this.#search);
    this.append(head, search, this.#status, this.#lists);
    this.#lists.addEventListener("keydown", (event) => walk(event, this.#lists));
    this.#end = watch([this.pane.person, accounts], () => this.draw());
  }

  disconnectedCallback() {
    this.#end();
  }

  focusSearch() {
    this.#search.focus();
  }

  #find() {
    this.#query = this.#search.value.trim();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const query = this.#query;
      const found = query ? await get(`/search?q=${encodeURIComponent(query)}`).catch(() => []) : [];
      if (query !== this.#query) return;
      this.#found = found;
      this.draw();
    }, SEARCH_DELAY);
  }

  /** @param {KeyboardEvent} event */
  #searchKey(event) {
    if (event.key === "Escape" && this.#search.value) {
      event.stopPropagation();
      this.#clear();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      this.#lists.querySelector("button")?.focus();
    } else if (event.key === "Enter") {
      this.#lists.querySelector("button")?.click();
    }
  }

  #clear() {
    this.#search.value = "";
    this.#query = "";
    this.#found = [];
    this.draw();
  }

  draw() {
    const { person } = this.pane;
    const name = person.user ? fullName(person.user) : "…";
    fill(this.#who, avatar(person.id, name), label(name), icon("down"));
    this.#status.textContent = person.connection === "here" ? "" : t("connecting");
    const { title, rows, othersTitle, others } = this.#rows();
    this.#drawList(this.#title, title, this.#list, rows);
    this.#drawList(this.#othersTitle, othersTitle, this.#others, others);
  }

  /** @param {HTMLElement} heading @param {string | undefined} title @param {HTMLElement} list @param {Row[]} rows */
  #drawList(heading, title, list, rows) {
    heading.hidden = title === undefined;
    heading.textContent = title ?? "";
    reconcile(
      list,
      rows,
      (row) => String(row.id),
      (row) => row,
      (row) => this.#row(row),
    );
  }

  /**
   * Returns what is listed: the results of the search, or the chats and below them the bots without a chat.
   *
   * @returns {{ title?: string, rows: Row[], othersTitle?: string, others: Row[] }}
   */
  #rows() {
    const { person } = this.pane;
    if (this.#query) {
      const title = t(this.#found.length ? "searchResults" : "nothingFound");
      return { title, rows: this.#found.map((bot) => this.#bot(bot)), others: [] };
    }
    // Before the chats are known, every bot would be listed as one without a chat.
    if (!person.user) return { rows: [], others: [] };
    const known = new Set(person.chats.map(({ chat }) => chat.id));
    const others = accounts.livingBots().filter((bot) => !known.has(bot.id));
    const title = t(accounts.programs().length ? "botsHere" : "noBotYet");
    return {
      rows: person.chats.map((summary) => this.#chat(summary)),
      othersTitle: others.length ? title : undefined,
      others: others.map((bot) => this.#bot(bot)),
    };
  }

  /** @param {DialogSummary} summary @returns {Row} */
  #chat({ chat, is_bot, is_blocked, unread_count, last_message: last }) {
    const { person } = this.pane;
    const doing = shownAction(person.actions.get(chat.id));
    const isOwn = last?.is_outgoing === true && chat.id !== person.id;
    return {
      id: chat.id,
      name: chatName(chat, person.id),
      isRunning: is_bot ? accounts.isRunning(chat.id) : undefined,
      selected: chat.id === this.pane.chatId,
      doing: doing !== undefined,
      text: doing ?? (last ? summary(last.message, person.id) : ""),
      own: isOwn && !isService(last.message) && !doing,
      when: last ? when(last.message.date) : "",
      unread: unread_count,
      blocked: is_blocked,
    };
  }

  /** @param {BotAccount} bot @returns {Row} */
  #bot({ id, first_name: name, username, is_running: isRunning }) {
    const selected = id === this.pane.chatId;
    return { id, name, isRunning, selected, doing: false, text: `@${username}`, own: false, when: "", unread: 0, blocked: false };
  }

  /** @param {Row} row */
  #row(row) {
    const open = () => {
      this.#clear();
      this.pane.show(row.id);
    };
    const text = h(row.doing ? "span.text.doing" : "span.text", {}, row.own ? `${t("you")}: ` : "", row.text);
    const unread = row.unread
      ? h("span.badge", { "aria-label": t("unread", { count: row.unread }) }, row.unread)
      : null;
    const first = h("span.line", {}, label(row.name, row.isRunning === undefined ? undefined : statusDot(row.isRunning)), h("time", {}, row.when));
    const second = h("span.line", {}, text, row.blocked ? h("span.hint", {}, t("blocked")) : null, unread);
    const button = h("button.chat", { type: "button", onclick: open, "aria-current": row.selected ? "true" : null });
    button.append(avatar(row.id, row.name), h("span.lines", {}, first, second));
    return h("li", {}, button);
  }

  /** Opens the chat above or below the open one. @param {number} step */
  move(step) {
    const { chats } = this.pane.person;
    const here = chats.findIndex(({ chat }) => chat.id === this.pane.chatId);
    const next = chats[here + step];
    if (next) this.pane.show(next.chat.id);
  }
}

customElements.define("chat-list", ChatList);
