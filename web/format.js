/** Times and durations, as apps show them. */

import { locale, t } from "./i18n.js";

/** @param {Intl.DateTimeFormatOptions} options */
const formatter = (options) => new Intl.DateTimeFormat(locale, options);

const clock = formatter({ hour: "2-digit", minute: "2-digit" });
const second = formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const weekday = formatter({ weekday: "short" });
const short = formatter({ day: "2-digit", month: "2-digit", year: "2-digit" });
const day = formatter({ day: "numeric", month: "long" });
const dayOfYear = formatter({ day: "numeric", month: "long", year: "numeric" });
const full = formatter({ dateStyle: "long", timeStyle: "medium" });

/** @param {number} seconds since 1970 */
const date = (seconds) => new Date(seconds * 1000);

/** @param {number} seconds */
export const time = (seconds) => clock.format(date(seconds));
/** @param {number} seconds */
export const timeOfDay = (seconds) => second.format(date(seconds));
/** @param {number} seconds */
export const dateTime = (seconds) => full.format(date(seconds));

/** Milliseconds by which the world's clock is ahead of this machine's. */
let ahead = 0;

/** Records the time of the world's clock. @param {number} seconds */
export function noteClock(seconds) {
  ahead = seconds * 1000 - Date.now();
}

const now = () => Date.now() + ahead;

/** The day of a message, as a key and for a separator. @param {number} seconds */
export const dayKey = (seconds) => date(seconds).toDateString();

/** @param {number} seconds */
export function dayName(seconds) {
  const then = date(seconds);
  const today = new Date(now());
  const days = Math.round((+new Date(today.toDateString()) - +new Date(then.toDateString())) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return (then.getFullYear() === today.getFullYear() ? day : dayOfYear).format(then);
}

/** Formats the date of a chat's last message: the time today, the weekday this week, else the date. @param {number} seconds */
export function when(seconds) {
  const then = date(seconds);
  const age = now() - +then;
  if (then.toDateString() === new Date(now()).toDateString()) return clock.format(then);
  return age > 0 && age < 6 * 86_400_000 ? weekday.format(then) : short.format(then);
}

/** @param {number} micros */
export function duration(micros) {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 1_000_000) return `${(micros / 1000).toFixed(micros < 10_000 ? 1 : 0)} ms`;
  return `${(micros / 1_000_000).toFixed(1)} s`;
}
