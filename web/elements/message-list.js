/**
 * The messages of a dialog: a window that moves over a history of any length.
 *
 * Only messages near the viewport are rendered. The first visible message keeps its place on the screen when something
 * above it changes.
 */

import { h, iconButton, reconcile } from "../dom.js";
import { dayKey, dayName } from "../format.js";
import { idOf } from "../history.js";
import { t } from "../i18n.js";
import { placeUnserved } from "../unserved.js";
import { messageElement } from "./message.js";
import { runOrToast, showError } from "./popups.js";

/**
 * @typedef {import("../types").DialogMessage} DialogMessage
 * @typedef {{ key: string, day?: string, unread?: boolean, refused?: string, message?: DialogMessage }} Row
 */

/** Pixels from either end of the loaded messages at which more of them are fetched. */
const NEAR = 900;
/** Pixels from the end within which the view follows new messages. */
const AT_END = 80;
/** Milliseconds that a message is highlighted after a jump to it. */
const FLASH = 1500;

export class MessageList extends HTMLElement {
  /** @type {import("./user-pane.js").UserPane} */
  // @ts-expect-error given by the pane before it is shown
  pane;
  /** @type {number} */
  // @ts-expect-error given by the pane before it is shown
  chatId;

  #rows = h("div.rows", { role: "log", "aria-label": t("history"), "aria-live": "polite" });
  #scroller = h("div.scroller", { onscroll: () => this.#scrolled(), tabindex: -1 }, this.#rows);
  #down = iconButton("down", t("latest"), () => this.toEnd(), { class: "round down" });
  /** Whether the view follows the end of the dialog. */
  #follows = true;
  /** The first message that was unread when the dialog was opened. @type {number | undefined} */
  #unreadFrom;
  #opened = false;
  /** The last message that was reported as read. */
  #read = 0;
  /** The last known scroll position and height of the view. */
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
    return this.pane.person.histories.get(this.chatId);
  }

  draw() {
    const history = this.#history;
    const dialog = this.pane.person.dialogs.get(this.chatId);
    if (!history || !dialog) return;
    if (!this.#opened && history.messages.length && !history.loading) {
      this.#opened = true;
      this.#findUnread(history.messages, dialog.unread_count, dialog.last_read_inbox_message_id ?? 0);
    }
    const anchor = this.#anchor();
    const byId = new Map(history.messages.map((message) => [idOf(message), message]));
    const waiting = [...this.pane.person.presses.waiting];
    const context = (/** @type {DialogMessage} */ message) => ({
      viewer: this.pane.person.id,
      isRead: message.is_outgoing && (dialog.last_read_outbox_message_id ?? 0) >= idOf(message),
      // A loaded message is kept up to date by events; the copy in the reply is not.
      answered: byId.get(message.reply_to_message_id ?? 0)?.message ?? message.message.reply_to_message,
      pressed: waiting.filter((key) => key.startsWith(`${idOf(message)}:`)),
    });
    reconcile(
      this.#rows,
      this.#list(history.messages),
      (row) => row.key,
      (row) => (row.message ? [row.message, context(row.message)] : [row.day, row.unread, row.refused]),
      (row) => {
        if (row.unread) return h("div.unread-from", { role: "separator" }, t("unreadFrom"));
        if (row.refused) return h("p.refused", {}, t("notServed", { method: row.refused }));
        if (!row.message) return h("div.day", { role: "separator" }, h("span", {}, row.day));
        return messageElement(row.message, context(row.message), this.pane.actions(this.chatId));
      },
    );
    this.#keepPlace(anchor);
    this.#follows ||= this.#isAtEnd();
    this.#down.hidden = this.#follows && history.atEnd;
    this.#down.dataset.count = dialog.unread_count ? String(dialog.unread_count) : "";
    this.#markRead();
    // The loaded messages may leave room for more.
    this.#fetchMore();
  }

  /** @param {DialogMessage[]} messages @param {number} unread @param {number} readUpTo */
  #findUnread(messages, unread, readUpTo) {
    const first = messages.find((message) => idOf(message) > readUpTo && !message.is_outgoing);
    if (unread) this.#unreadFrom = first && idOf(first);
    this.#follows = this.#unreadFrom === undefined;
  }

  /** Returns the messages with the separators and notices between them. @param {DialogMessage[]} messages @returns {Row[]} */
  #list(messages) {
    /** @type {Row[]} */
    const rows = [];
    const unserved = placeUnserved(this.pane.person.unserved.get(this.chatId) ?? [], messages);
    let day = "";
    for (const message of messages) {
      const id = idOf(message);
      const { date } = message.message;
      if (dayKey(date) !== day) rows.push({ key: `day ${dayKey(date)}`, day: dayName(date) });
      day = dayKey(date);
      if (id === this.#unreadFrom) rows.push({ key: "unread", unread: true });
      rows.push({ key: String(id), message });
      for (const { number, method } of unserved.get(id) ?? []) rows.push({ key: `refused ${number}`, refused: method });
    }
    return rows;
  }

  /** Returns the key of the first visible message, and where it is. */
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
      // Shows the unread messages from their beginning if not all of them fit.
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

  /** Keeps the lowest visible message in sight when a keyboard opens or closes. */
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
    // Only scrolling up leaves the end: a late event of an earlier scroll may come after a keyboard has opened.
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

  /** Reports the visible messages as read. */
  #markRead = () => {
    const unread = this.pane.person.dialogs.get(this.chatId)?.unread_count;
    if (!unread || document.hidden || !this.isConnected) return;
    const last = this.#lastInSight();
    if (last <= this.#read) return;
    this.#read = last;
    this.pane.person.read(this.chatId, last).catch(() => {
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
    if (!this.#history?.atEnd) await runOrToast(this.pane.person.history(this.chatId).showLatest());
    this.draw();
  }

  async toStart() {
    this.#follows = false;
    await runOrToast(this.pane.person.history(this.chatId).showFirst());
    this.draw();
    this.#scroller.scrollTop = 0;
  }

  /** Shows a message, and loads it first if necessary. @param {number} id */
  async jump(id) {
    this.#follows = false;
    const isLoaded = this.#history?.find(id) !== undefined;
    if (!isLoaded) await runOrToast(this.pane.person.history(this.chatId).showAround(id));
    this.draw();
    const element = this.#rows.querySelector(`[data-id="${id}"]`);
    if (!(element instanceof HTMLElement)) return;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
    element.classList.add("flash");
    setTimeout(() => element.classList.remove("flash"), FLASH);
  }

  /** Moves the focus from message to message. @param {number} step */
  walk(step) {
    const all = /** @type {HTMLElement[]} */ ([...this.#rows.querySelectorAll(".message")]);
    const here = all.findIndex((element) => element === document.activeElement);
    const next = here < 0 ? all.at(-1) : all[here + step];
    next?.focus();
  }
}

customElements.define("message-list", MessageList);
