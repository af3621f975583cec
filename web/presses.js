/** Presses of inline buttons that wait for the bot's answer. */

import { post } from "./api.js";

/** @typedef {import("./types").Answer} Answer */

/** Milliseconds until a button stops waiting. */
const ANSWER_TIME = 30_000;
/** Answers that are kept for presses whose own response has not arrived. */
const EARLY = 50;

export class Presses {
  /** `<message>:<data>` of buttons that wait. @type {Set<string>} */
  waiting = new Set();

  #changed;
  /** An answer's event may arrive before the response to the press. @type {Map<string, Answer>} */
  #early = new Map();
  /** @type {Map<string, (answer: Answer) => void>} */
  #pending = new Map();

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * Presses a button; resolves with the bot's answer, or with nothing if it gives none in time.
   *
   * @param {string} path of the dialog
   * @param {number} message
   * @param {string} data
   * @returns {Promise<Answer | undefined>}
   */
  async press(path, message, data) {
    const key = `${message}:${data}`;
    this.waiting.add(key);
    this.#changed();
    try {
      const { callback_query_id: id } = await post(`${path}/messages/${message}/press`, { callback_data: data, timeout: 0 });
      return await this.#answer(id);
    } finally {
      this.waiting.delete(key);
      this.#changed();
    }
  }

  /** @param {string} id @returns {Promise<Answer | undefined>} */
  #answer(id) {
    const early = this.#early.get(id);
    this.#early.delete(id);
    if (early) return Promise.resolve(early);
    return new Promise((resolve) => {
      const end = (/** @type {Answer | undefined} */ answer) => {
        clearTimeout(timer);
        this.#pending.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(end, ANSWER_TIME);
      this.#pending.set(id, end);
    });
  }

  /** Handles the event of a bot's answer. @param {string} id @param {Answer} answer */
  answered(id, answer) {
    const resolve = this.#pending.get(id);
    if (resolve) return resolve(answer);
    this.#early.set(id, answer);
    if (this.#early.size > EARLY) this.#early.delete([...this.#early.keys()][0]);
  }
}
