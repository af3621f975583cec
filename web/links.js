/** Links to bots, as Telegram's apps know them: `https://t.me/<bot>?start=…`, `tg://resolve?domain=<bot>&start=…`. */

import { world } from "./api.js";

const HOSTS = ["t.me", "telegram.me", "telegram.dog"];

/**
 * Returns a link to a bot in the form that the control API reads; undefined for other links. Parlor's own `/t.me/…` is
 * such a link too.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
export function botLink(text) {
  if (/^tg:/i.test(text)) return text;
  let url;
  try {
    url = new URL(text, location.href);
  } catch {
    return undefined;
  }
  const host = url.hostname.replace(/^www\./, "");
  if (HOSTS.includes(host) || HOSTS.some((known) => host.endsWith(`.${known}`))) return url.href;
  if (url.origin === location.origin && url.pathname.startsWith(`${world}/t.me/`)) {
    return `https://t.me/${url.pathname.slice(`${world}/t.me/`.length)}${url.search}`;
  }
  return undefined;
}

/**
 * Returns a link that opens a page and runs nothing: a text with another scheme is treated as the name of a site.
 *
 * @param {string} url
 */
export const safeLink = (url) => (/^(https?|tg|mailto|tel):/i.test(url) ? url : `https://${url}`);

/** Returns the link to share, which leads to this server. @param {string} username */
export const shareLink = (username) => `${location.origin}${world}/t.me/${username}`;

/** Returns the link to a bot in the address bar, after `/t.me/`. */
export function linkOfAddress() {
  return location.pathname.startsWith(`${world}/t.me/`) ? botLink(location.href) : undefined;
}
