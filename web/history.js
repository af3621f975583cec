/** A part of a dialog's messages: the window that moves over a history of any length. */

import { get } from "./api.js";

/** @typedef {import("./types").Message} Message */

/** Messages in one answer. */
const PAGE = 80;
/** Messages that are kept at once. */
const WINDOW = 320;

export class History {
  /** The oldest first. @type {Message[]} */
  messages = [];
  /** Nothing is older than the first. */
  atStart = false;
  /** Nothing is newer than the last. */
  atEnd = true;
  /** How many loads are under way, and the last of them. */
  #loads = 0;
  /** @type {Promise<void>} */
  #under = Promise.resolve();
  /** What happened while something was loaded: an answer may be older than that. @type {(() => void)[]} */
  #meanwhile = [];

  #path;
  #changed;

  /** @param {string} path of the dialog @param {() => void} changed */
  constructor(path, changed) {
    this.#path = `${path}/messages`;
    this.#changed = changed;
  }

  get loading() {
    return this.#loads > 0;
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

  /** The messages around one of them. @param {number} id */
  async showAround(id) {
    await this.#load(`before=${id + 1}&limit=${PAGE}`, (page) => {
      this.#put(page, page.length < PAGE, false);
    });
    await this.showNewer();
  }

  async showOlder() {
    if (this.atStart || this.loading) return;
    await this.#load(`before=${this.messages[0]?.id ?? 0}&limit=${PAGE}`, (page, rest) => {
      const all = [...page, ...rest];
      this.#put(all.slice(0, WINDOW), page.length < PAGE, this.atEnd && all.length <= WINDOW);
    });
  }

  async showNewer() {
    if (this.atEnd || this.loading) return;
    await this.#load(`after=${this.messages.at(-1)?.id ?? 0}&limit=${PAGE}`, (page, rest) => {
      const all = [...rest, ...page];
      this.#put(all.slice(-WINDOW), this.atStart && all.length <= WINDOW, page.length < PAGE);
    });
  }

  /** What is shown once more, with what came behind it: after a connection, nobody knows what was missed. */
  async refill() {
    // The first load may have begun before the connection: what it brings is kept, not brought again.
    await this.#under.catch(() => {});
    const [first] = this.messages;
    if (!first) return this.showLatest();
    const limit = this.messages.length + WINDOW;
    await this.#load(`after=${first.id - 1}&limit=${limit}`, (page) => {
      this.#put(page, this.atStart, page.length < limit);
    });
  }

  /** A new message; seen only where the end is in the window. @param {Message} message */
  append(message) {
    this.#apply(() => {
      if (!this.atEnd || this.messages.some((known) => known.id === message.id)) return;
      const all = [...this.messages, message];
      this.#put(all.slice(-WINDOW), this.atStart && all.length <= WINDOW, true);
    });
  }

  /** @param {number | undefined} id @param {(old: Message) => Message} change */
  replace(id, change) {
    this.#apply(() => {
      this.messages = this.messages.map((old) => (old.id === id ? change(old) : old));
    });
  }

  /** @param {number[]} ids */
  remove(ids) {
    this.#apply(() => {
      this.messages = this.messages.filter((message) => !ids.includes(message.id));
    });
  }

  /** Does it, and again to what is just being loaded. @param {() => void} change */
  #apply(change) {
    if (this.loading) this.#meanwhile.push(change);
    change();
  }

  /** @param {Message[]} messages @param {boolean} atStart @param {boolean} atEnd */
  #put(messages, atStart, atEnd) {
    Object.assign(this, { messages, atStart, atEnd });
  }

  /**
   * @param {string} query
   * @param {(page: Message[], rest: Message[]) => void} merge puts the page to the rest, which has none of it
   */
  #load(query, merge) {
    this.#under = this.#fetch(query, merge);
    return this.#under;
  }

  /** @param {string} query @param {(page: Message[], rest: Message[]) => void} merge */
  async #fetch(query, merge) {
    this.#loads += 1;
    const before = this.#meanwhile.length;
    try {
      const page = /** @type {Message[]} */ (await get(`${this.#path}?${query}`));
      const known = new Set(page.map(({ id }) => id));
      merge(page, this.messages.filter(({ id }) => !known.has(id)));
      for (const change of this.#meanwhile.slice(before)) change();
    } finally {
      this.#loads -= 1;
      if (!this.loading) this.#meanwhile = [];
    }
    this.#changed();
  }
}
