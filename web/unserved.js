/** Refused requests of a bot that Parlor does not serve yet, for the dialog in which the user waits for its answer. */

import { feed, get } from "./api.js";
import { idOf } from "./history.js";

/**
 * @typedef {import("./types").Exchange} Exchange
 * @typedef {import("./store.js").Person} Person
 *
 * @typedef {object} Unserved
 * @property {number} number of the exchange
 * @property {string} method
 * @property {number} at milliseconds since 1970
 * @property {number | undefined} after the message below which it is shown, once that is known
 */

/** Requests that are kept for a dialog. */
const MAX_KEPT = 20;

/**
 * Records the refused requests of a bot, those of the past first. The server sends only this bot's requests that are
 * not served, which are few.
 *
 * @param {Person} person
 * @param {number} bot
 * @returns {() => void} ends it
 */
export function watchUnserved(person, bot) {
  const query = `bot=${bot}&not_served=true`;
  const note = (/** @type {Exchange[]} */ exchanges, /** @type {boolean} */ isNew) => {
    const known = person.unserved.get(bot) ?? [];
    const found = exchanges.filter((exchange) => !known.some(({ number }) => number === exchange.number));
    const ours = found.filter((exchange) => concerns(person, bot, exchange, isNew));
    if (!ours.length) return;
    const last = isNew ? person.histories.get(bot)?.messages.at(-1) : undefined;
    const after = last && idOf(last);
    const fresh = ours.map(({ number, method, at }) => ({ number, method, at, after }));
    person.unserved.set(bot, [...known, ...fresh].slice(-MAX_KEPT));
    person.dispatchEvent(new Event("change"));
  };
  return feed(`/inspector/events?${query}`, {
    open: async () => note(await get(`/inspector?${query}`).catch(() => []), false),
    event: (exchange) => note([exchange], true),
    lost: () => {},
  });
}

/** @param {Person} person @param {number} bot @param {Exchange} exchange @param {boolean} isNew */
function concerns(person, bot, { parameters }, isNew) {
  const chat = chatOf(parameters);
  if (chat !== undefined) return chat === String(person.id);
  // A request that names no chat may belong to the answer that the user waits for.
  return isNew && person.waits(bot);
}

/** Returns the chat that a request names, if it names one. @param {unknown} parameters */
function chatOf(parameters) {
  // Requests over MTProto are shown as text.
  if (typeof parameters === "string") return parameters.match(/user_id: (\d+)/)?.[1];
  const { chat_id: chat, user_id: user } = /** @type {any} */ (parameters ?? {});
  const named = chat ?? user;
  return named == null ? undefined : String(named);
}

/**
 * Assigns each request to the message below which it is shown.
 *
 * @param {Unserved[]} requests
 * @param {import("./types").DialogMessage[]} messages of the dialog, the oldest first
 * @returns {Map<number, Unserved[]>} by the message's id
 */
export function placeUnserved(requests, messages) {
  /** @type {Map<number, Unserved[]>} */
  const placed = new Map();
  for (const request of requests) {
    const last = messages.findLast(({ message }) => message.date * 1000 <= request.at);
    request.after ??= last && idOf(last);
    if (request.after !== undefined) placed.set(request.after, [...(placed.get(request.after) ?? []), request]);
  }
  return placed;
}
