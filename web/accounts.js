/** The users and bots of the world, as far as the page lists them. */

import { feed, get } from "./api.js";

/**
 * @typedef {import("./types").BotAccount} BotAccount
 * @typedef {import("./types").UserAccount} UserAccount
 */

/** Nobody looks through longer lists; the search finds the others. */
const LISTED = 200;

/** Dispatches `change` for any change, `user` and `bot` with the id of a changed account, and `newbot` with a new bot. */
class Accounts extends EventTarget {
  /** @type {Map<number, UserAccount>} */
  users = new Map();
  /** @type {Map<number, BotAccount>} */
  bots = new Map();
  /** Whether the server responds. */
  isConnected = false;
  /** Resolves when the lists were fetched for the first time. @type {Promise<void>} */
  ready;
  /** @type {() => void} */
  #arrived = () => {};

  constructor() {
    super();
    this.ready = new Promise((resolve) => {
      this.#arrived = resolve;
    });
    feed("/accounts/events", {
      open: () => this.#fetch(),
      event: ({ type, id }) => {
        if (type === "all") return this.#fetch();
        // The lists hold accounts; groups are shown as chats of users.
        if (type !== "group") return this.#update(type, id);
      },
      lost: () => {
        this.isConnected = false;
        this.#changed();
      },
    });
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  async #fetch() {
    const [users, bots] = await Promise.all([get(`/users?limit=${LISTED}`), get(`/bots?limit=${LISTED}`)]);
    this.users = new Map(users.map((/** @type {UserAccount} */ user) => [user.id, user]));
    // The server's own bot is not in the list, which has bots with programs.
    bots.push(await get("/bots/BotFather"));
    this.bots = new Map(bots.map((/** @type {BotAccount} */ bot) => [bot.id, bot]));
    this.isConnected = true;
    this.#arrived();
    this.#changed();
  }

  /** @param {"user" | "bot"} kind @param {number} id */
  async #update(kind, id) {
    const isNew = await this.#fetchOne(kind, id);
    if (isNew && kind === "bot") this.dispatchEvent(new CustomEvent("newbot", { detail: this.bots.get(id) }));
  }

  /** Fetches an account; resolves with true if it was not known. @param {"user" | "bot"} kind @param {number} id */
  async #fetchOne(kind, id) {
    /** @type {Map<number, UserAccount | BotAccount>} */
    const known = kind === "user" ? this.users : this.bots;
    let isNew = false;
    try {
      const account = await get(`/${kind}s/${id}`);
      isNew = !known.has(id);
      known.set(id, account);
    } catch {
      // The world was emptied in the meantime.
      known.delete(id);
    }
    this.#changed();
    this.dispatchEvent(new CustomEvent(kind, { detail: id }));
    return isNew;
  }

  /** Fetches a bot that is not in the list. @param {number} id */
  async learnBot(id) {
    if (!this.bots.has(id)) await this.#fetchOne("bot", id);
  }

  /** Fetches a user who is not in the list. @param {number} id */
  async learnUser(id) {
    if (!this.users.has(id)) await this.#fetchOne("user", id);
  }

  /** Whether a bot's program is connected. @param {number} id */
  isRunning(id) {
    return this.bots.get(id)?.is_running ?? false;
  }

  /** Bots that are not deleted. */
  livingBots() {
    return [...this.bots.values()].filter((bot) => !bot.is_deleted);
  }

  /** Bots that have programs, and so requests to inspect; BotFather has none. */
  programs() {
    return this.livingBots().filter((bot) => bot.token);
  }

  /** Users who have not deleted their accounts. */
  living() {
    return [...this.users.values()].filter((user) => !user.is_deleted);
  }
}

/** The one list of the whole page. */
export const accounts = new Accounts();
