/** The loaded part of a dialog's messages: a window that moves over a history of any length. */

import { get } from "./api.js";

/** @typedef {import("./types").DialogMessage} DialogMessage */

/** Messages in one response. */
const PAGE = 80;
/** Messages that are kept at once. */
const WINDOW = 320;

/** Returns the number of a message in its viewer's numbering. @param {DialogMessage} message */
export const idOf = ({ message }) => message.message_id;

export class History {
  /** The oldest first. @type {DialogMessage[]} */
  messages = [];
  /** No message is older than the first. */
  atStart = false;
  /** No message is newer than the last. */
  atEnd = true;
  #runningLoads = 0;
  /** @type {Promise<void>} */
  #lastLoad = Promise.resolve();
  /** Changes made while a load was running: its response may be older than they are. @type {(() => void)[]} */
  #meanwhile = [];

  #path;
  #changed;

  /** @param {string} path of the dialog @param {() => void} changed */
  constructor(path, changed) {
    this.#path = `${path}/messages`;
    this.#changed = changed;
  }

  get loading() {
    return this.#runningLoads > 0;
  }

  /** @param {number | undefined} id */
  find(id) {
    return this.messages.find((message) => idOf(message) === id);
  }

  showLatest() {
    return this.#load(`limit=${PAGE}`, (page) => {
      this.#put(page, page.length < PAGE, true);
    });
  }

  showFirst() {
    return this.#load(`after=0&limit=${PAGE}`, (page) => {
      this.#put(page, true, page.length < PAGE);
    });
  }

  /** Loads the messages around one of them. @param {number} id */
  async showAround(id) {
    await this.#load(`before=${id + 1}&limit=${PAGE}`, (page) => {
      this.#put(page, page.length < PAGE, false);
    });
    await this.showNewer();
  }

  async showOlder() {
    const [first] = this.messages;
    if (this.atStart || this.loading) return;
    await this.#load(`before=${first ? idOf(first) : 0}&limit=${PAGE}`, (page, rest) => {
      const all = [...page, ...rest];
      this.#put(all.slice(0, WINDOW), page.length < PAGE, this.atEnd && all.length <= WINDOW);
    });
  }

  async showNewer() {
    const last = this.messages.at(-1);
    if (this.atEnd || this.loading) return;
    await this.#load(`after=${last ? idOf(last) : 0}&limit=${PAGE}`, (page, rest) => {
      const all = [...rest, ...page];
      this.#put(all.slice(-WINDOW), this.atStart && all.length <= WINDOW, page.length < PAGE);
    });
  }

  /** Loads the window again with everything newer: events may have been missed before a connection. */
  async refill() {
    // The first load may have begun before the connection; its result is kept, not loaded twice.
    await this.#lastLoad.catch(() => {});
    const [first] = this.messages;
    if (!first) return this.showLatest();
    const limit = this.messages.length + WINDOW;
    await this.#load(`after=${idOf(first) - 1}&limit=${limit}`, (page) => {
      this.#put(page, this.atStart, page.length < limit);
    });
  }

  /** Adds a new message if the window reaches the end of the history. @param {DialogMessage} message */
  append(message) {
    this.#apply(() => {
      if (!this.atEnd || this.find(idOf(message))) return;
      const all = [...this.messages, message];
      this.#put(all.slice(-WINDOW), this.atStart && all.length <= WINDOW, true);
    });
  }

  /** @param {number | undefined} id @param {(old: DialogMessage) => DialogMessage} change */
  replace(id, change) {
    this.#apply(() => {
      this.messages = this.messages.map((old) => (idOf(old) === id ? change(old) : old));
    });
  }

  /** @param {number[]} ids */
  remove(ids) {
    this.#apply(() => {
      const rest = this.messages.filter((message) => !ids.includes(idOf(message)));
      this.messages = rest.map((message) => forgetReply(message, ids));
    });
  }

  /** Makes a change, and makes it again after the running loads. @param {() => void} change */
  #apply(change) {
    if (this.loading) this.#meanwhile.push(change);
    change();
  }

  /** @param {DialogMessage[]} messages @param {boolean} atStart @param {boolean} atEnd */
  #put(messages, atStart, atEnd) {
    Object.assign(this, { messages, atStart, atEnd });
  }

  /**
   * @param {string} query
   * @param {(page: DialogMessage[], rest: DialogMessage[]) => void} merge joins the page with the rest, which has none of it
   */
  #load(query, merge) {
    this.#lastLoad = this.#fetch(query, merge);
    return this.#lastLoad;
  }

  /** @param {string} query @param {(page: DialogMessage[], rest: DialogMessage[]) => void} merge */
  async #fetch(query, merge) {
    this.#runningLoads += 1;
    const before = this.#meanwhile.length;
    try {
      const page = /** @type {DialogMessage[]} */ (await get(`${this.#path}?${query}`));
      const known = new Set(page.map(idOf));
      merge(page, this.messages.filter((message) => !known.has(idOf(message))));
      for (const change of this.#meanwhile.slice(before)) change();
    } finally {
      this.#runningLoads -= 1;
      if (!this.loading) this.#meanwhile = [];
    }
    this.#changed();
  }
}

/** A reply keeps the number of a deleted message, but not its text. @param {DialogMessage} reply @param {number[]} deleted */
function forgetReply(reply, deleted) {
  if (reply.reply_to_message_id == null || !deleted.includes(reply.reply_to_message_id)) return reply;
  const { reply_to_message: _, ...message } = reply.message;
  return { ...reply, message };
}
