/**
 * The state of one user's app. Data flows one way: events and responses of the server change it here, elements draw
 * it, and actions of the user go to the server, whose events come back.
 */

import { accounts } from "./accounts.js";
import { ApiError, call, feed, get, patch, post, remove } from "./api.js";
import { History, idOf } from "./history.js";
import { Presses } from "./presses.js";

/**
 * @typedef {import("./types").UserAccount} UserAccount
 * @typedef {import("./types").Dialog} Dialog
 * @typedef {import("./types").DialogMessage} DialogMessage
 * @typedef {import("./types").DialogSummary} DialogSummary
 * @typedef {import("./types").Event} Event
 * @typedef {import("./types").Answer} Answer
 * @typedef {import("./types").OpenedLink} OpenedLink
 * @typedef {import("./types").ReactionType} ReactionType
 */

/** Milliseconds that a chat action is shown, unless something ends it earlier. */
const ACTION_TIME = 5000;

export class Person extends EventTarget {
  /** @type {UserAccount | undefined} */
  user;
  /** Chats with messages, the newest first. @type {DialogSummary[]} */
  chats = [];
  /** Dialogs that were opened, by the id of their chat. @type {Map<number, Dialog>} */
  dialogs = new Map();
  /** @type {Map<number, History>} */
  histories = new Map();
  /** Chat actions of the other sides, like `typing`. @type {Map<number, string>} */
  actions = new Map();
  presses = new Presses(() => this.#changed());
  /** Requests of bots that were refused because they are not served. @type {Map<number, import("./unserved.js").Unserved[]>} */
  unserved = new Map();
  /** Texts that were typed and not sent. @type {Map<number, string>} */
  drafts = new Map();
  /** @type {"connecting" | "here" | "gone"} */
  connection = "connecting";

  /** @type {() => void} */
  #end;
  /** @type {Map<number, number>} */
  #timers = new Map();
  /** Dialogs being fetched; true if one has to be fetched once more. @type {Map<number, boolean>} */
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
    const user = /** @type {CustomEvent<number>} */ (event).detail;
    if (user !== this.id) return this.#accountChanged(user);
    this.user = accounts.users.get(this.id);
    // Names, descriptions and commands of bots depend on the user's language.
    this.#resync();
  };

  /** @param {globalThis.Event} event */
  #botChanged = (event) => this.#accountChanged(/** @type {CustomEvent<number>} */ (event).detail);

  /** @param {number} id */
  #accountChanged(id) {
    if (this.dialogs.has(id) || this.chats.some(({ chat }) => chat.id === id)) this.refresh(id);
  }

  /** @param {number} chat */
  #path(chat) {
    return `/users/${this.id}/dialogs/${chat}`;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** Fetches everything again: events may have been missed before a connection. */
  async #resync() {
    try {
      const [user, chats] = await Promise.all([get(`/users/${this.id}`), get(`/users/${this.id}/chats`)]);
      this.user = user;
      this.chats = chats;
      // The list of chats has all that its rows show; opened dialogs show more.
      await Promise.all([...this.histories.keys()].map((chat) => this.#fetchDialog(chat)));
      await Promise.all([...this.histories.values()].map((history) => history.refill()));
      this.connection = "here";
    } catch (error) {
      this.connection = error instanceof ApiError && error.status === 404 ? "gone" : "connecting";
    }
    this.#changed();
  }

  /** @param {number} chat */
  async #fetchDialog(chat) {
    this.dialogs.set(chat, await get(this.#path(chat)));
  }

  /** Fetches a dialog again; calls during a fetch cause one more fetch. @param {number} chat */
  async refresh(chat) {
    if (this.#stale.has(chat)) {
      this.#stale.set(chat, true);
      return;
    }
    do {
      this.#stale.set(chat, false);
      try {
        await this.#fetchDialog(chat);
      } catch {
        break;
      }
      this.#place(chat);
      this.#changed();
    } while (this.#stale.get(chat));
    this.#stale.delete(chat);
  }

  /** Moves a dialog to its place in the list of chats. @param {number} id */
  #place(id) {
    const dialog = this.dialogs.get(id);
    const others = this.chats.filter(({ chat }) => chat.id !== id);
    if (dialog?.last_message) others.push(dialog);
    const date = (/** @type {DialogSummary} */ { last_message: last }) => last?.message.date ?? 0;
    const number = (/** @type {DialogSummary} */ { last_message: last }) => last?.message.message_id ?? 0;
    this.chats = others.sort((a, b) => date(b) - date(a) || number(b) - number(a));
  }

  /** @param {Event} event */
  #apply(event) {
    const { chat_id: chat } = event;
    const history = this.histories.get(chat);
    switch (event.type) {
      case "message": {
        const message = messageOf(event);
        if (!message.is_outgoing) this.#showAction(chat, undefined);
        history?.append(message);
        break;
      }
      case "edited_message": {
        const message = messageOf(event);
        history?.replace(idOf(message), () => message);
        break;
      }
      case "messages_deleted":
        history?.remove(event.message_ids ?? []);
        break;
      case "message_reaction": {
        const { message_id: id, user, new_reaction: reaction = [] } = event.update?.message_reaction ?? {};
        if (user) history?.replace(id, (old) => ({ ...old, reactions: withReaction(old.reactions, user.id, reaction) }));
        break;
      }
      case "callback_query_answered":
        this.presses.answered(event.callback_query_id ?? "", /** @type {Answer} */ (event.answer));
        return;
      case "chat_action":
        this.#showAction(chat, event.action);
        this.#changed();
        return;
    }
    this.#changed();
    this.refresh(chat);
  }

  /** @param {number} chat @param {string | null | undefined} action */
  #showAction(chat, action) {
    clearTimeout(this.#timers.get(chat));
    if (!action) {
      this.actions.delete(chat);
      return;
    }
    this.actions.set(chat, action);
    const end = () => {
      this.actions.delete(chat);
      this.#changed();
    };
    this.#timers.set(chat, setTimeout(end, ACTION_TIME));
  }

  /** Returns the messages of a dialog, whichever of them are loaded. @param {number} chat */
  history(chat) {
    let history = this.histories.get(chat);
    if (!history) {
      history = new History(this.#path(chat), () => this.#changed());
      this.histories.set(chat, history);
    }
    return history;
  }

  /** Whether the user waits for an answer: to a press or to the last message. @param {number} chat */
  waits(chat) {
    return this.presses.waiting.size > 0 || this.histories.get(chat)?.messages.at(-1)?.is_outgoing === true;
  }

  /** Fetches a dialog with its latest messages. @param {number} chat */
  async open(chat) {
    const known = this.histories.has(chat);
    const history = this.history(chat);
    await Promise.all([this.refresh(chat), known && history.atEnd ? undefined : history.showLatest()]);
  }

  /** @param {string} link @returns {Promise<OpenedLink>} */
  async openLink(link) {
    const opened = await post(`/users/${this.id}/open`, { link });
    const { dialog } = opened;
    this.dialogs.set(dialog.chat.id, { ...dialog, start_offered: !dialog.last_message });
    return opened;
  }

  /** @param {number} chat @param {string} [payload] */
  start(chat, payload) {
    return post(`${this.#path(chat)}/start`, payload ? { payload } : {});
  }

  /** @param {number} chat @param {{ text: string, reply_parameters?: { message_id: number } }} message */
  send(chat, message) {
    return post(`${this.#path(chat)}/messages`, message);
  }

  /** @param {number} chat @param {number} message @param {string} text */
  edit(chat, message, text) {
    return patch(`${this.#path(chat)}/messages/${message}`, { text });
  }

  /** @param {number} chat @param {number} message @param {boolean} forBoth */
  delete(chat, message, forBoth) {
    return remove(`${this.#path(chat)}/messages/${message}?for_both=${forBoth}`);
  }

  /** @param {number} chat @param {boolean} forBoth */
  clear(chat, forBoth) {
    return remove(`${this.#path(chat)}/messages?for_both=${forBoth}`);
  }

  /** @param {number} chat @param {number} message @param {number} to the id of another chat */
  forward(chat, message, to) {
    return post(`${this.#path(chat)}/messages/${message}/forward`, { chat_id: to });
  }

  /** @param {number} chat @param {string} text */
  pressKey(chat, text) {
    return post(`${this.#path(chat)}/keyboard`, { text });
  }

  /** @param {number} chat @param {number} message @param {string | undefined} emoji removes the reaction if undefined */
  react(chat, message, emoji) {
    const reaction = emoji === undefined ? [] : [{ type: "emoji", emoji }];
    return call("PUT", `${this.#path(chat)}/messages/${message}/reactions`, { reaction });
  }

  /** @param {number} chat @param {number} message @param {boolean} pinned */
  pin(chat, message, pinned) {
    return call(pinned ? "PUT" : "DELETE", `${this.#path(chat)}/messages/${message}/pin`);
  }

  /** @param {number} chat @param {boolean} blocked */
  block(chat, blocked) {
    return post(`${this.#path(chat)}/${blocked ? "block" : "unblock"}`);
  }

  /** @param {number} chat @param {number} upTo */
  async read(chat, upTo) {
    await post(`${this.#path(chat)}/read`, { up_to: upTo });
  }

  /** @param {number} chat */
  typing(chat) {
    return post(`${this.#path(chat)}/typing`);
  }

  /** @param {number} chat @param {number} message @param {string} data */
  press(chat, message, data) {
    return this.presses.press(this.#path(chat), message, data);
  }
}

/** Returns the message of an event, in the wrapper that histories have. @param {Event} event @returns {DialogMessage} */
function messageOf({ update, details }) {
  const message = update?.message ?? update?.edited_message;
  return /** @type {DialogMessage} */ ({ message, ...details });
}

/** @param {DialogMessage["reactions"]} reactions @param {number} account @param {ReactionType[]} reaction its new one */
function withReaction(reactions, account, reaction) {
  const { [account]: _, ...others } = reactions;
  return reaction.length ? { ...others, [account]: reaction } : others;
}
