/** The recent requests of bots with their answers, and the state of updates that follows from them. */

import { feed, get } from "./api.js";

/**
 * @typedef {import("./types").Exchange} Exchange
 *
 * @typedef {object} Delivery an update for a bot's program
 * @property {number} bot
 * @property {string} id
 * @property {string} kind `message`, `my_chat_member`, …
 * @property {unknown} update
 * @property {number} at milliseconds since 1970
 * @property {"waiting" | "delivered" | "confirmed"} state
 */

/** Exchanges that are kept. */
const MAX_KEPT = 1000;

export class Traffic extends EventTarget {
  /** The oldest first. @type {Exchange[]} */
  exchanges = [];

  /** @returns {() => void} unsubscribes */
  begin() {
    return feed("/inspector/events", {
      open: async () => {
        const last = this.exchanges.at(-1)?.number ?? 0;
        const missed = await get(`/inspector?after=${last}`);
        // A restarted server counts from 1 again.
        const latest = missed.length || !last ? missed : await get("/inspector");
        const known = new Set(latest.map((/** @type {Exchange} */ exchange) => exchange.number));
        const isNewServer = (latest.at(-1)?.number ?? 0) < last;
        // Events may have come during the request.
        const others = isNewServer ? [] : this.exchanges.filter(({ number }) => !known.has(number));
        this.exchanges = [...others, ...latest].sort((a, b) => a.number - b.number).slice(-MAX_KEPT);
        this.#changed();
      },
      event: (exchange) => {
        if (this.exchanges.some(({ number }) => number === exchange.number)) return;
        this.exchanges = [...this.exchanges, exchange].slice(-MAX_KEPT);
        this.#changed();
      },
      lost: () => {},
    });
  }

  clear() {
    this.exchanges = [];
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Exchange} exchange */
export const isError = ({ status }) => status >= 400 || status === 0;

/** Whether an exchange is a `getUpdates` without updates. @param {Exchange} exchange */
export function isEmptyPoll({ method, status, answer }) {
  const result = /** @type {any} */ (answer)?.result;
  return method.toLowerCase() === "getupdates" && status === 200 && Array.isArray(result) && !result.length;
}

/** Returns the main parameters of an exchange in one line. @param {Exchange} exchange */
export function gist({ method, parameters, answer, status }) {
  const asked = /** @type {any} */ (parameters ?? {});
  const told = /** @type {any} */ (answer ?? {});
  if (status < 400 && typeof asked === "string") return gistOfTl(asked);
  if (status >= 400) return told.description ?? (typeof told === "string" ? told : "");
  if (method.toLowerCase() === "getupdates" && Array.isArray(told.result)) {
    return told.result.map((/** @type {any} */ update) => kindOf(update)).join(", ");
  }
  const shown = [asked.text, asked.action, asked.callback_query_id, asked.commands, asked.url];
  const text = shown.find((value) => typeof value === "string" && value) ?? "";
  return [asked.chat_id ? `→ ${asked.chat_id}` : "", text].filter(Boolean).join("  ");
}

/** The same for MTProto, whose requests and updates are shown as text. @param {string} text */
function gistOfTl(text) {
  const [, user] = text.match(/user_id: (\d+)/) ?? [];
  const [, message] = text.match(/message: "(.*)"/) ?? [];
  return [kindOfTl(text), user ? `→ ${user}` : "", message].filter(Boolean).join("  ");
}

/** Returns the name of the update in a text of MTProto. @param {string} text */
const kindOfTl = (text) => text.match(/^ *(Update\w+)\(/m)?.[1] ?? "";

/** Returns the kind of an update: the name of its field beside the id. @param {object} update */
export const kindOf = (update) => Object.keys(update).find((name) => name !== "update_id") ?? "update";

/**
 * Returns the updates in the exchanges with their states, the oldest first.
 *
 * An update is confirmed when the program requests later ones, or when its webhook answers with success. Over MTProto
 * it is only known to be delivered.
 *
 * @param {Exchange[]} exchanges
 * @returns {Delivery[]}
 */
export function deliveries(exchanges) {
  /** @type {Map<string, Delivery>} */
  const found = new Map();
  const note = (/** @type {Exchange} */ exchange, /** @type {any} */ update, /** @type {Delivery["state"]} */ state) => {
    const bot = exchange.bot_id;
    const id = String(update.update_id ?? exchange.number);
    found.set(`${bot}:${id}`, { bot, id, kind: kindOf(update), update, at: exchange.at, state });
  };
  for (const exchange of exchanges) {
    const asked = /** @type {any} */ (exchange.parameters ?? {});
    if (exchange.protocol === "webhook") {
      const accepted = exchange.status >= 200 && exchange.status < 300;
      if (typeof asked === "object") note(exchange, asked, accepted ? "confirmed" : "waiting");
    } else if (exchange.method === "updates") {
      const { bot_id: bot, number, at, parameters: update } = exchange;
      found.set(`${bot}:${number}`, { bot, id: `#${number}`, kind: kindOfTl(String(update)), update, at, state: "delivered" });
    } else if (exchange.method.toLowerCase() === "getupdates") {
      const offset = Number(asked.offset ?? 0);
      for (const delivery of found.values()) {
        if (delivery.bot === exchange.bot_id && Number(delivery.id) < offset) delivery.state = "confirmed";
      }
      const result = /** @type {any} */ (exchange.answer)?.result;
      for (const update of Array.isArray(result) ? result : []) note(exchange, update, "delivered");
    }
  }
  return [...found.values()];
}

/**
 * Returns a request as a shell command. Within single quotes, a shell interprets nothing.
 *
 * @param {Exchange} exchange
 * @param {string} token
 * @param {string} root
 */
export function asCurl({ method, parameters }, token, root) {
  const quote = (/** @type {string} */ text) => `'${text.replaceAll("'", "'\\''")}'`;
  const body = JSON.stringify(parameters ?? {});
  return `curl ${quote(`${root}/bot${token}/${method}`)} -H 'content-type: application/json' -d ${quote(body)}`;
}
