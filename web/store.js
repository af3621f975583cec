/**
 * What one person's app knows. Data flows one way: the server's events and answers change it here, elements draw
 * what they find here, and what a person does goes to the server, whose events come back.
 */

import { accounts } from "./accounts.js";
import { ApiError, call, feed, get, patch, post, remove } from "./api.js";

/**
 * @typedef {import("./types").User} User
 * @typedef {import("./types").Dialog} Dialog
 * @typedef {import("./types").Message} Message
 * @typedef {import("./types").Event} Event
 * @typedef {import("./types").Answer} Answer
 * @typedef {import("./types").Opened} Opened
 */

/** Messages in one answer. */
const PAGE = 80;
/** Messages that are kept of one dialog: the window that moves over a history of any length. */
const WINDOW = 320;
/** Milliseconds that a chat action is shown, if nothing ends it. */
const ACTION_TIME = 5000;
/** Milliseconds until a button stops to wait for the bot. */
const ANSWER_TIME = 30_000;

/**
 * A part of a dialog's messages.
 *
 * @typedef {object} History
 * @property {Message[]} messages oldest first
 * @property {boolean} atStart nothing is older than the first
 * @property {boolean} atEnd nothing is newer than the last
 * @property {boolean} loading
 */

export class Person extends EventTarget {
  /** @type {User | undefined} */
  user;
  /** Dialogs with messages, the newest first. @type {Dialog[]} */
  chats = [];
  /** Every dialog that was looked at. @type {Map<number, Dialog>} */
  dialogs = new Map();
  /** @type {Map<number, History>} */
  histories = new Map();
  /** What bots are doing just now. @type {Map<number, string>} */
  actions = new Map();
  /** `<message>:<data>` of buttons that wait for their bot. @type {Set<string>} */
  pressed = new Set();
  /** @type {"connecting" | "here" | "gone"} */
  connection = "connecting";

  /** @type {() => void} */
  #end;
  /** @type {Map<number, number>} */
  #timers = new Map();
  /** Dialogs to be fetched again, and those that are under way. @type {Map<number, boolean>} */
  #stale = new Map();
  /** Answers to presses by id; they may overtake the answer to the press itself. @type {Map<string, Answer>} */
  #answers = new Map();
  /** @type {Map<string, (answer: Answer) => void>} */
  #waiting = new Map();

  /** @param {number} id */
  constructor(id) {
    super();
    this.id = id;
    this.#end = feed(`/users/${id}/events`, {
      open: () => this.#resync(),
      event: (event) => this.#apply(event),
      lost: () => {
        this.connection = "connecting";
        this.#changed();
      },
    });
    accounts.addEventListener("user", this.#profileChanged);
    accounts.addEventListener("bot", this.#botChanged);
  }

  close() {
    this.#end();
    accounts.removeEventListener("user", this.#profileChanged);
    accounts.removeEventListener("bot", this.#botChanged);
  }

  /** @param {globalThis.Event} event */
  #profileChanged = (event) => {
    if (/** @type {CustomEvent<number>} */ (event).detail !== this.id) return;
    this.user = accounts.users.get(this.id);
    // Names, descriptions and commands of bots go by the language.
    for (const bot of this.dialogs.keys()) this.refresh(bot);
    this.#changed();
  };

  /** @param {globalThis.Event} event */
  #botChanged = (event) => {
    const bot = /** @type {CustomEvent<number>} */ (event).detail;
    if (this.dialogs.has(bot)) this.refresh(bot);
  };

  /** @param {number} bot */
  #path(bot) {
    return `/users/${this.id}/dialogs/${bot}`;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** Everything anew: after a connection, nobody knows what was missed. */
  async #resync() {
    try {
      const [user, chats] = await Promise.all([get(`/users/${this.id}`), get(`/users/${this.id}/chats`)]);
      this.user = user;
      const open = new Set([...chats.map((/** @type {Dialog} */ chat) => chat.bot_id), ...this.dialogs.keys()]);
      await Promise.all([...open].slice(0, MOST_AT_ONCE).map((bot) => this.#fetchDialog(bot)));
      this.chats = chats.map((/** @type {Dialog} */ chat) => this.dialogs.get(chat.bot_id) ?? chat);
      await Promise.all([...this.histories.keys()].map((bot) => this.#refill(bot)));
      this.connection = "here";
    } catch (error) {
      this.connection = error instanceof ApiError && error.status === 404 ? "gone" : "connecting";
    }
    this.#changed();
  }

  /** The loaded part of a history once more, with what came behind it. @param {number} bot */
  async #refill(bot) {
    const history = this.histories.get(bot);
    const first = history?.messages[0];
    if (!history || !first) return this.showLatest(bot);
    const limit = history.messages.length + WINDOW;
    const messages = await get(`${this.#path(bot)}/messages?after=${first.id - 1}&limit=${limit}`);
    Object.assign(history, { messages, atEnd: messages.length < limit, loading: false });
  }

  /** @param {number} bot */
  async #fetchDialog(bot) {
    this.dialogs.set(bot, await get(this.#path(bot)));
  }

  /** Fetches a dialog again; calls that come meanwhile are one call. @param {number} bot */
  async refresh(bot) {
    if (this.#stale.has(bot)) {
      this.#stale.set(bot, true);
      return;
    }
    do {
      this.#stale.set(bot, false);
      try {
        await this.#fetchDialog(bot);
      } catch {
        break;
      }
      this.#place(bot);
      this.#changed();
    } while (this.#stale.get(bot));
    this.#stale.delete(bot);
  }

  /** Puts a dialog to its place in the list of recent chats. @param {number} bot */
  #place(bot) {
    const dialog = this.dialogs.get(bot);
    const others = this.chats.filter((chat) => chat.bot_id !== bot);
    if (dialog?.last_message) others.push(dialog);
    const date = (/** @type {Dialog} */ chat) => chat.last_message?.date ?? 0;
    const id = (/** @type {Dialog} */ chat) => chat.last_message?.id ?? 0;
    this.chats = others.sort((a, b) => date(b) - date(a) || id(b) - id(a));
  }

  /** @param {Event} event */
  #apply(event) {
    const bot = event.bot_id;
    const history = this.histories.get(bot);
    switch (event.type) {
      case "message":
        if (event.by === "bot") this.#showAction(bot, undefined);
        if (history?.atEnd && event.message) this.#append(history, event.message);
        if (event.message) {
          const detail = { bot, message: event.message };
          this.dispatchEvent(new CustomEvent("message", { detail }));
        }
        break;
      case "edited":
        this.#replace(bot, event.message?.id, () => /** @type {Message} */ (event.message));
        break;
      case "deleted":
        if (history) history.messages = history.messages.filter((m) => !event.message_ids?.includes(m.id));
        break;
      case "reactions": {
        const side = event.by === "user" ? "user_reactions" : "bot_reactions";
        this.#replace(bot, event.message_ids?.[0], (old) => ({ ...old, [side]: event.reactions ?? [] }));
        break;
      }
      case "callback_answered":
        this.#answered(event.callback_id ?? "", /** @type {Answer} */ (event.answer));
        return;
      case "chat_action":
        this.#showAction(bot, event.chat_action ?? undefined);
        this.#changed();
        return;
    }
    this.#changed();
    this.refresh(bot);
  }

  /** @param {History} history @param {Message} message */
  #append(history, message) {
    if (history.messages.some((known) => known.id === message.id)) return;
    history.messages = [...history.messages, message];
    if (history.messages.length > WINDOW) {
      history.messages = history.messages.slice(-WINDOW);
      history.atStart = false;
    }
  }

  /** @param {number} bot @param {number | undefined} id @param {(old: Message) => Message} change */
  #replace(bot, id, change) {
    const history = this.histories.get(bot);
    if (history) history.messages = history.messages.map((old) => (old.id === id ? change(old) : old));
  }

  /** @param {number} bot @param {string | undefined} action */
  #showAction(bot, action) {
    clearTimeout(this.#timers.get(bot));
    if (!action) {
      this.actions.delete(bot);
      return;
    }
    this.actions.set(bot, action);
    const end = () => {
      this.actions.delete(bot);
      this.#changed();
    };
    this.#timers.set(bot, setTimeout(end, ACTION_TIME));
  }

  /** Makes a dialog known, with its latest messages. @param {number} bot */
  async open(bot) {
    await Promise.all([this.refresh(bot), this.histories.get(bot)?.atEnd || this.showLatest(bot)]);
  }

  /** @param {number} bot */
  showLatest(bot) {
    return this.#load(bot, "limit=" + PAGE, (messages) => ({
      messages,
      atStart: messages.length < PAGE,
      atEnd: true,
    }));
  }

  /** @param {number} bot */
  showFirst(bot) {
    return this.#load(bot, `after=0&limit=${PAGE}`, (messages) => ({
      messages,
      atStart: true,
      atEnd: messages.length < PAGE,
    }));
  }

  /** The messages around one of them. @param {number} bot @param {number} message */
  async showAround(bot, message) {
    await this.#load(bot, `before=${message + 1}&limit=${PAGE}`, (messages) => ({
      messages,
      atStart: messages.length < PAGE,
      atEnd: false,
    }));
    await this.showNewer(bot);
  }

  /** @param {number} bot */
  showOlder(bot) {
    const history = this.histories.get(bot);
    if (!history || history.atStart || history.loading) return;
    return this.#load(bot, `before=${history.messages[0]?.id ?? 0}&limit=${PAGE}`, (older, { messages, atEnd }) => ({
      messages: [...older, ...messages].slice(0, WINDOW),
      atStart: older.length < PAGE,
      atEnd: atEnd && older.length + messages.length <= WINDOW,
    }));
  }

  /** @param {number} bot */
  showNewer(bot) {
    const history = this.histories.get(bot);
    if (!history || history.atEnd || history.loading) return;
    return this.#load(bot, `after=${history.messages.at(-1)?.id ?? 0}&limit=${PAGE}`, (newer, { messages, atStart }) => ({
      messages: [...messages, ...newer].slice(-WINDOW),
      atStart: atStart && newer.length + messages.length <= WINDOW,
      atEnd: newer.length < PAGE,
    }));
  }

  /**
   * @param {number} bot
   * @param {string} query
   * @param {(page: Message[], history: History) => Omit<History, "loading">} merge
   */
  async #load(bot, query, merge) {
    const history = this.histories.get(bot) ?? { messages: [], atStart: false, atEnd: true, loading: false };
    this.histories.set(bot, history);
    history.loading = true;
    try {
      const page = await get(`${this.#path(bot)}/messages?${query}`);
      const known = new Set(page.map((/** @type {Message} */ message) => message.id));
      const rest = { ...history, messages: history.messages.filter((message) => !known.has(message.id)) };
      Object.assign(history, merge(page, rest));
    } finally {
      history.loading = false;
    }
    this.#changed();
  }

  /** @param {string} link @returns {Promise<Opened>} */
  async openLink(link) {
    const opened = await post(`/users/${this.id}/open`, { link });
    this.dialogs.set(opened.dialog.bot_id, { ...opened.dialog, start_offered: !opened.dialog.last_message });
    return opened;
  }

  /** @param {number} bot @param {string} [payload] */
  start(bot, payload) {
    return post(`${this.#path(bot)}/start`, payload ? { payload } : {});
  }

  /** @param {number} bot @param {{ text: string, reply_to?: number }} message */
  send(bot, message) {
    return post(`${this.#path(bot)}/messages`, message);
  }

  /** @param {number} bot @param {number} message @param {string} text */
  edit(bot, message, text) {
    return patch(`${this.#path(bot)}/messages/${message}`, { text });
  }

  /** @param {number} bot @param {number} message @param {boolean} forBoth */
  delete(bot, message, forBoth) {
    return remove(`${this.#path(bot)}/messages/${message}?for_both=${forBoth}`);
  }

  /** @param {number} bot @param {string} text */
  pressKey(bot, text) {
    return post(`${this.#path(bot)}/keyboard`, { text });
  }

  /** @param {number} bot @param {number} message @param {string[]} reactions */
  react(bot, message, reactions) {
    return call("PUT", `${this.#path(bot)}/messages/${message}/reactions`, { reactions });
  }

  /** @param {number} bot @param {number} message @param {boolean} pinned */
  pin(bot, message, pinned) {
    return call(pinned ? "PUT" : "DELETE", `${this.#path(bot)}/messages/${message}/pin`);
  }

  /** @param {number} bot @param {boolean} blocked */
  block(bot, blocked) {
    return post(`${this.#path(bot)}/${blocked ? "block" : "unblock"}`);
  }

  /** @param {number} bot @param {number} upTo */
  async read(bot, upTo) {
    await post(`${this.#path(bot)}/read`, { up_to: upTo });
  }

  /** @param {number} bot */
  typing(bot) {
    return post(`${this.#path(bot)}/typing`);
  }

  /**
   * Presses a button with callback data; the answer comes when the bot gives one, or not at all.
   *
   * @param {number} bot
   * @param {number} message
   * @param {string} data
   * @returns {Promise<Answer | undefined>}
   */
  async press(bot, message, data) {
    const key = `${message}:${data}`;
    this.pressed.add(key);
    this.#changed();
    try {
      const { callback_id } = await post(`${this.#path(bot)}/messages/${message}/press`, { data, timeout: 0 });
      return await this.#answer(callback_id);
    } finally {
      this.pressed.delete(key);
      this.#changed();
    }
  }

  /** @param {string} id @returns {Promise<Answer | undefined>} */
  #answer(id) {
    const early = this.#answers.get(id);
    this.#answers.delete(id);
    if (early) return Promise.resolve(early);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(undefined);
      }, ANSWER_TIME);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(answer);
      });
    });
  }

  /** @param {string} id @param {Answer} answer */
  #answered(id, answer) {
    const waiting = this.#waiting.get(id);
    if (waiting) {
      waiting(answer);
      return;
    }
    this.#answers.set(id, answer);
    if (this.#answers.size > MOST_AT_ONCE) this.#answers.delete([...this.#answers.keys()][0]);
  }
}

/** Requests that are made at once after a connection, and answers that are kept for presses still under way. */
const MOST_AT_ONCE = 50;
