/** What the bots' programs ask and are told, as far as the page remembers it; and what follows from it. */

import { feed, get } from "./api.js";

/**
 * @typedef {import("./types").Exchange} Exchange
 *
 * @typedef {object} Delivery an update on its way to a bot's program
 * @property {number} bot
 * @property {string} id
 * @property {string} kind `message`, `my_chat_member`, …
 * @property {unknown} update
 * @property {number} at milliseconds since 1970
 * @property {"waiting" | "delivered" | "confirmed"} state
 */

/** Exchanges that are remembered. */
const REMEMBERED = 1000;

export class Traffic extends EventTarget {
  /** The oldest first. @type {Exchange[]} */
  exchanges = [];

  /** @returns {() => void} ends it */
  begin() {
    return feed("/inspector/events", {
      open: async () => {
        const last = this.exchanges.at(-1)?.number ?? 0;
        const missed = await get(`/inspector?after=${last}`);
        // A server that was started anew counts from 1 again.
        const latest = missed.length || !last ? missed : await get("/inspector");
        const known = new Set(latest.map((/** @type {Exchange} */ exchange) => exchange.number));
        const isNewServer = (latest.at(-1)?.number ?? 0) < last;
        // Some may have come while these were fetched.
        const others = isNewServer ? [] : this.exchanges.filter(({ number }) => !known.has(number));
        this.exchanges = [...others, ...latest].sort((a, b) => a.number - b.number).slice(-REMEMBERED);
        this.#changed();
      },
      event: (exchange) => {
        if (this.exchanges.some(({ number }) => number === exchange.number)) return;
        this.exchanges = [...this.exchanges, exchange].slice(-REMEMBERED);
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

/** A poll that brought nothing. @param {Exchange} exchange */
export function isEmptyPoll({ method, status, answer }) {
  const result = /** @type {any} */ (answer)?.result;
  return method.toLowerCase() === "getupdates" && status === 200 && Array.isArray(result) && !result.length;
}

/** What an exchange is about, in one line. @param {Exchange} exchange */
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

/** MTProto's requests and updates come as texts for eyes. @param {string} text */
function gistOfTl(text) {
  const [, user] = text.match(/user_id: (\d+)/) ?? [];
  const [, message] = text.match(/message: "(.*)"/) ?? [];
  return [kindOfTl(text), user ? `→ ${user}` : "", message].filter(Boolean).join("  ");
}

/** The name of the update that a text of MTProto tells of. @param {string} text */
const kindOfTl = (text) => text.match(/^ *(Update\w+)\(/m)?.[1] ?? "";

/** The kind of an update: the name of its one field beside the id. @param {object} update */
export const kindOf = (update) => Object.keys(update).find((name) => name !== "update_id") ?? "update";

/**
 * The updates that the exchanges show, with what became of them; the oldest first.
 *
 * An update is confirmed when its program asks for those behind it, or when its webhook answers with success. Over
 * MTProto it is delivered, and no more is known.
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
 * The same request for a shell. The quotes are the shell's own: nothing within them means anything.
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
