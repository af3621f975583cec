/** The people and bots of the world, as far as the page lists them. */

import { feed, get } from "./api.js";

/**
 * @typedef {import("./types").Bot} Bot
 * @typedef {import("./types").User} User
 */

/** More than these nobody looks through; the search finds the others. */
const LISTED = 200;

/** Tells of changes (`change`), of one account (`user`, `bot`), and of bots that were not there before (`newbot`). */
class Accounts extends EventTarget {
  /** @type {Map<number, User>} */
  users = new Map();
  /** @type {Map<number, Bot>} */
  bots = new Map();
  /** Whether the server answers. */
  isConnected = false;
  /** Resolves when the lists are there for the first time. @type {Promise<void>} */
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
      event: (change) => (change.type === "all" ? this.#fetch() : this.#update(change.type, change.id)),
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
    this.users = new Map(users.map((/** @type {User} */ user) => [user.id, user]));
    // The server's own bot, which no list of programs has.
    bots.push(await get("/bots/BotFather"));
    this.bots = new Map(bots.map((/** @type {Bot} */ bot) => [bot.id, bot]));
    this.isConnected = true;
    this.#arrived();
    this.#changed();
  }

  /** @param {"user" | "bot"} kind @param {number} id */
  async #update(kind, id) {
    const isNew = await this.#fetchOne(kind, id);
    if (isNew && kind === "bot") this.dispatchEvent(new CustomEvent("newbot", { detail: this.bots.get(id) }));
  }

  /** Fetches an account; true if it was not known. @param {"user" | "bot"} kind @param {number} id */
  async #fetchOne(kind, id) {
    /** @type {Map<number, User | Bot>} */
    const known = kind === "user" ? this.users : this.bots;
    let isNew = false;
    try {
      const account = await get(`/${kind}s/${id}`);
      isNew = !known.has(id);
      known.set(id, account);
    } catch {
      // The world was emptied meanwhile.
      known.delete(id);
    }
    this.#changed();
    this.dispatchEvent(new CustomEvent(kind, { detail: id }));
    return isNew;
  }

  /** Makes a bot known that is not among the first. @param {number} id */
  async learnBot(id) {
    if (!this.bots.has(id)) await this.#fetchOne("bot", id);
  }

  /** Makes a person known who is not among the first, or was made just now. @param {number} id */
  async learnUser(id) {
    if (!this.users.has(id)) await this.#fetchOne("user", id);
  }

  /** @param {number} id */
  isRunning(id) {
    return this.bots.get(id)?.is_running ?? false;
  }

  /** Bots that exist; those with a token have programs. */
  livingBots() {
    return [...this.bots.values()].filter((bot) => !bot.is_deleted);
  }

  /** Bots that have programs, and so something to inspect. */
  programs() {
    return this.livingBots().filter((bot) => bot.token);
  }

  /** People who have not deleted their accounts. */
  living() {
    return [...this.users.values()].filter((user) => !user.is_deleted);
  }
}

/** One for the whole page. */
export const accounts = new Accounts();
