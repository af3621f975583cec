/**
 * The messages of a dialog: a window that moves over a history of any length.
 *
 * Only what is near the eye is in the page. What is drawn anew keeps its place: the first message in sight stays where
 * it is, whatever comes or goes above it.
 */

import { h, iconButton, reconcile } from "../dom.js";
import { dayKey, dayName } from "../format.js";
import { t } from "../i18n.js";
import { placeUnserved } from "../unserved.js";
import { bubble } from "./bubble.js";
import { runOrToast, showError } from "./popups.js";

/**
 * @typedef {import("../types").Message} Message
 * @typedef {{ key: string, day?: string, unread?: boolean, refused?: string, message?: Message }} Row
 */

/** So near to an end (in pixels), more is fetched. */
const NEAR = 900;
/** So near to the end, one is at it, and follows what is new. */
const AT_END = 80;
/** Milliseconds that a message stays marked when one was led to it. */
const FLASH = 1500;

export class MessageList extends HTMLElement {
  /** @type {import("./user-pane.js").UserPane} */
  // @ts-expect-error given by the pane before it is shown
  pane;
  /** @type {number} */
  // @ts-expect-error given by the pane before it is shown
  bot;

  #rows = h("div.rows", { role: "log", "aria-label": t("history"), "aria-live": "polite" });
  #scroller = h("div.scroller", { onscroll: () => this.#scrolled(), tabindex: -1 }, this.#rows);
  #down = iconButton("down", t("latest"), () => this.toEnd(), { class: "round down" });
  /** Follows the end of the dialog. */
  #follows = true;
  /** The first message that was unread when the dialog was opened. @type {number | undefined} */
  #unreadFrom;
  #opened = false;
  /** The last message that the server was told is read. */
  #read = 0;
  /** Where the view was scrolled to when it was last looked at, and how high it was. */
  #top = 0;
  #height = 0;
  #resized = new ResizeObserver(() => this.#keepBottom());

  connectedCallback() {
    this.append(this.#scroller, this.#down);
    this.#resized.observe(this.#scroller);
    document.addEventListener("visibilitychange", this.#markRead);
    addEventListener("focus", this.#markRead);
  }

  disconnectedCallback() {
    this.#resized.disconnect();
    document.removeEventListener("visibilitychange", this.#markRead);
    removeEventListener("focus", this.#markRead);
  }

  get #history() {
    return this.pane.person.histories.get(this.bot);
  }

  draw() {
    const history = this.#history;
    const dialog = this.pane.person.dialogs.get(this.bot);
    if (!history || !dialog) return;
    if (!this.#opened && history.messages.length && !history.loading) {
      this.#opened = true;
      this.#findUnread(history.messages, dialog.unread_count, dialog.read_up_to ?? 0);
    }
    const anchor = this.#anchor();
    const byId = new Map(history.messages.map((message) => [message.id, message]));
    const around = (/** @type {Message} */ message) => ({
      botName: dialog.bot_name,
      isRead: message.from === "user" && (dialog.read_by_bot ?? 0) >= message.id,
      answered: message.reply ? byId.get(message.reply.message_id) : undefined,
      pressed: [...this.pane.person.presses.waiting].filter((key) => key.startsWith(`${message.id}:`)),
    });
    const nameOf = this.pane.nameOf;
    reconcile(
      this.#rows,
      this.#list(history.messages),
      (row) => row.key,
      (row) => (row.message ? [row.message, around(row.message)] : [row.day, row.unread, row.refused]),
      (row) => {
        if (row.unread) return h("div.unread-from", { role: "separator" }, t("unreadFrom"));
        if (row.refused) return h("p.refused", {}, t("notServed", { method: row.refused }));
        if (!row.message) return h("div.day", { role: "separator" }, h("span", {}, row.day));
        return bubble(row.message, { ...around(row.message), nameOf }, this.pane.actions(this.bot));
      },
    );
    this.#keepPlace(anchor);
    this.#follows ||= this.#isAtEnd();
    this.#down.hidden = this.#follows && history.atEnd;
    this.#down.dataset.count = dialog.unread_count ? String(dialog.unread_count) : "";
    this.#markRead();
    // A short part may leave room for more.
    this.#fetchMore();
  }

  /** @param {Message[]} messages @param {number} unread @param {number} readUpTo */
  #findUnread(messages, unread, readUpTo) {
    if (unread) this.#unreadFrom = messages.find((m) => m.id > readUpTo && m.from === "bot")?.id;
    this.#follows = this.#unreadFrom === undefined;
  }

  /** Messages with what stands between them. @param {Message[]} messages @returns {Row[]} */
  #list(messages) {
    /** @type {Row[]} */
    const rows = [];
    const unserved = placeUnserved(this.pane.person.unserved.get(this.bot) ?? [], messages);
    let day = "";
    for (const message of messages) {
      const today = dayKey(message.date);
      if (today !== day) rows.push({ key: `day ${today}`, day: dayName(message.date) });
      day = today;
      if (message.id === this.#unreadFrom) rows.push({ key: "unread", unread: true });
      rows.push({ key: String(message.id), message });
      for (const { number, method } of unserved.get(message.id) ?? []) rows.push({ key: `refused ${number}`, refused: method });
    }
    return rows;
  }

  /** The first element in sight that has a key, and where it is. */
  #anchor() {
    const top = this.#scroller.getBoundingClientRect().top;
    for (const child of this.#rows.children) {
      const { bottom, top: own } = child.getBoundingClientRect();
      if (bottom > top && child.classList.contains("message")) {
        return { key: /** @type {HTMLElement} */ (child).dataset.key, offset: own - top };
      }
    }
  }

  /** @param {{ key: string | undefined, offset: number } | undefined} anchor */
  #keepPlace(anchor) {
    if (this.#follows) return this.#stickToEnd();
    if (!anchor) {
      // As much as fits of what is unread: its end, if all of it does.
      this.#rows.querySelector(".unread-from")?.scrollIntoView({ block: "start" });
      return;
    }
    const element = this.#rows.querySelector(`[data-key="${anchor.key}"]`);
    if (!element) return;
    const moved = element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - anchor.offset;
    if (moved) this.#scroller.scrollTop += moved;
  }

  #stickToEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  /** A keyboard that opens or closes moves the messages, as in apps: what is at the bottom stays in sight. */
  #keepBottom() {
    const { clientHeight } = this.#scroller;
    const lost = this.#height ? this.#height - clientHeight : 0;
    this.#height = clientHeight;
    if (this.#follows) this.#stickToEnd();
    else this.#scroller.scrollTop += lost;
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return Boolean(this.#history?.atEnd) && clientHeight > 0 && scrollHeight - scrollTop - clientHeight < AT_END;
  }

  #scrolled() {
    const { scrollTop } = this.#scroller;
    // Only who scrolls up leaves the end: the event of an earlier step may come when a keyboard has opened meanwhile.
    if (this.#isAtEnd()) this.#follows = true;
    else if (scrollTop < this.#top) this.#follows = false;
    this.#top = scrollTop;
    this.#down.hidden = this.#follows;
    this.#fetchMore();
    this.#markRead();
  }

  #fetchMore() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (!clientHeight) return;
    if (scrollTop < NEAR) this.#history?.showOlder().catch(showError);
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#history?.showNewer().catch(showError);
  }

  /** What was in sight has been read. */
  #markRead = () => {
    const unread = this.pane.person.dialogs.get(this.bot)?.unread_count;
    if (!unread || document.hidden || !this.isConnected) return;
    const last = this.#lastInSight();
    if (last <= this.#read) return;
    this.#read = last;
    this.pane.person.read(this.bot, last).catch(() => {
      this.#read = 0;
    });
  };

  #lastInSight() {
    const end = this.#scroller.getBoundingClientRect().bottom;
    const all = /** @type {HTMLElement[]} */ ([...this.#rows.querySelectorAll("[data-id]")]);
    const last = all.findLast((element) => element.getBoundingClientRect().top < end);
    return Number(last?.dataset.id ?? 0);
  }

  async toEnd() {
    this.#follows = true;
    this.#unreadFrom = undefined;
    if (!this.#history?.atEnd) await runOrToast(this.pane.person.history(this.bot).showLatest());
    this.draw();
  }

  async toStart() {
    this.#follows = false;
    await runOrToast(this.pane.person.history(this.bot).showFirst());
    this.draw();
    this.#scroller.scrollTop = 0;
  }

  /** Leads to a message, wherever it is. @param {number} id */
  async jump(id) {
    this.#follows = false;
    const isLoaded = this.#history?.messages.some((message) => message.id === id);
    if (!isLoaded) await runOrToast(this.pane.person.history(this.bot).showAround(id));
    this.draw();
    const element = this.#rows.querySelector(`[data-id="${id}"]`);
    if (!(element instanceof HTMLElement)) return;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
    element.classList.add("flash");
    setTimeout(() => element.classList.remove("flash"), FLASH);
  }

  /** Arrows walk from message to message. @param {number} step */
  walk(step) {
    const all = /** @type {HTMLElement[]} */ ([...this.#rows.querySelectorAll(".message")]);
    const here = all.findIndex((element) => element === document.activeElement);
    const next = here < 0 ? all.at(-1) : all[here + step];
    next?.focus();
  }
}

customElements.define("message-list", MessageList);
