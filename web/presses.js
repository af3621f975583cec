/** Presses on buttons with callback data, which wait for their bots' answers. */

import { post } from "./api.js";

/** @typedef {import("./types").Answer} Answer */

/** Milliseconds until a button stops to wait. */
const ANSWER_TIME = 30_000;
/** Answers that are kept for presses still under way. */
const EARLY = 50;

export class Presses {
  /** `<message>:<data>` of buttons that wait. @type {Set<string>} */
  waiting = new Set();

  #changed;
  /** An answer may overtake the answer to the press itself. @type {Map<string, Answer>} */
  #early = new Map();
  /** @type {Map<string, (answer: Answer) => void>} */
  #asked = new Map();

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * The answer comes when the bot gives one, or not at all.
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
      const { callback_id: id } = await post(`${path}/messages/${message}/press`, { data, timeout: 0 });
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
        this.#asked.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(end, ANSWER_TIME);
      this.#asked.set(id, end);
    });
  }

  /** A bot has answered. @param {string} id @param {Answer} answer */
  answered(id, answer) {
    const asked = this.#asked.get(id);
    if (asked) return asked(answer);
    this.#early.set(id, answer);
    if (this.#early.size > EARLY) this.#early.delete([...this.#early.keys()][0]);
  }
}
