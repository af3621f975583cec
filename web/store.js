/**
 * What one person's app knows. Data flows one way: the server's events and answers change it here, elements draw
 * what they find here, and what a person does goes to the server, whose events come back.
 */

import { accounts } from "./accounts.js";
import { ApiError, call, feed, get, patch, post, remove } from "./api.js";
import { History } from "./history.js";
import { Presses } from "./presses.js";

/**
 * @typedef {import("./types").User} User
 * @typedef {import("./types").Chat} Chat
 * @typedef {import("./types").Dialog} Dialog
 * @typedef {import("./types").Message} Message
 * @typedef {import("./types").Event} Event
 * @typedef {import("./types").Answer} Answer
 * @typedef {import("./types").Opened} Opened
 */

/** Milliseconds that a chat action is shown, if nothing ends it. */
const ACTION_TIME = 5000;

export class Person extends EventTarget {
  /** @type {User | undefined} */
  user;
  /** Dialogs with messages, the newest first. @type {Chat[]} */
  chats = [];
  /** Every dialog that was looked at. @type {Map<number, Dialog>} */
  dialogs = new Map();
  /** @type {Map<number, History>} */
  histories = new Map();
  /** What bots are doing just now. @type {Map<number, string>} */
  actions = new Map();
  presses = new Presses(() => this.#changed());
  /** Requests of bots that were refused because they are not served. @type {Map<number, import("./unserved.js").Unserved[]>} */
  unserved = new Map();
  /** What was typed and not sent. @type {Map<number, string>} */
  drafts = new Map();
  /** @type {"connecting" | "here" | "gone"} */
  connection = "connecting";

  /** @type {() => void} */
  #end;
  /** @type {Map<number, number>} */
  #timers = new Map();
  /** Dialogs to be fetched again, and those that are under way. @type {Map<number, boolean>} */
  #stale = new Map();

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
    this.#resync();
  };

  /** @param {globalThis.Event} event */
  #botChanged = (event) => {
    const bot = /** @type {CustomEvent<number>} */ (event).detail;
    if (this.dialogs.has(bot) || this.chats.some((chat) => chat.bot_id === bot)) this.refresh(bot);
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
      this.chats = chats;
      // The rows have what they show; of dialogs, those that were opened are fetched again.
      await Promise.all([...this.histories.keys()].map((bot) => this.#fetchDialog(bot)));
      await Promise.all([...this.histories.values()].map((history) => history.refill()));
      this.connection = "here";
    } catch (error) {
      this.connection = error instanceof ApiError && error.status === 404 ? "gone" : "connecting";
    }
    this.#changed();
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
    const date = (/** @type {Chat} */ chat) => chat.last_message?.date ?? 0;
    const id = (/** @type {Chat} */ chat) => chat.last_message?.id ?? 0;
    this.chats = others.sort((a, b) => date(b) - date(a) || id(b) - id(a));
  }

  /** @param {Event} event */
  #apply(event) {
    const bot = event.bot_id;
    const history = this.histories.get(bot);
    switch (event.type) {
      case "message":
        if (event.by === "bot") this.#showAction(bot, undefined);
        if (event.message) history?.append(event.message);
        break;
      case "edited":
        history?.replace(event.message?.id, () => /** @type {Message} */ (event.message));
        break;
      case "deleted":
        history?.remove(event.message_ids ?? []);
        break;
      case "reactions": {
        const side = event.by === "user" ? "user_reactions" : "bot_reactions";
        history?.replace(event.message_ids?.[0], (old) => ({ ...old, [side]: event.reactions ?? [] }));
        break;
      }
      case "callback_answered":
        this.presses.answered(event.callback_id ?? "", /** @type {Answer} */ (event.answer));
        return;
      case "chat_action":
        this.#showAction(bot, event.chat_action ?? undefined);
        this.#changed();
        return;
    }
    this.#changed();
    this.refresh(bot);
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

  /** The messages of a dialog, whatever part of them is loaded. @param {number} bot */
  history(bot) {
    let history = this.histories.get(bot);
    if (!history) {
      history = new History(this.#path(bot), () => this.#changed());
      this.histories.set(bot, history);
    }
    return history;
  }

  /** Whether something of the person's is without an answer. @param {number} bot */
  waits(bot) {
    return this.presses.waiting.size > 0 || this.histories.get(bot)?.messages.at(-1)?.from === "user";
  }

  /** Makes a dialog known, with its latest messages. @param {number} bot */
  async open(bot) {
    const known = this.histories.has(bot);
    const history = this.history(bot);
    await Promise.all([this.refresh(bot), known && history.atEnd ? undefined : history.showLatest()]);
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

  /** @param {number} bot @param {boolean} forBoth */
  clear(bot, forBoth) {
    return remove(`${this.#path(bot)}/messages?for_both=${forBoth}`);
  }

  /** @param {number} bot @param {number} message @param {number} to */
  forward(bot, message, to) {
    return post(`${this.#path(bot)}/messages/${message}/forward`, { to: String(to) });
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

  /** @param {number} bot @param {number} message @param {string} data */
  press(bot, message, data) {
    return this.presses.press(this.#path(bot), message, data);
  }
}
