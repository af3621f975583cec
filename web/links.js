/** Links to bots, as the apps know them: `https://t.me/<bot>?start=…`, `tg://resolve?domain=<bot>&start=…`. */

import { world } from "./api.js";

const HOSTS = ["t.me", "telegram.me", "telegram.dog"];

/**
 * The same link as the control API reads it, or nothing when it leads elsewhere. Parlor's own `/t.me/…` counts too.
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
 * A link that leads somewhere and does nothing else: whatever has another scheme is the name of a site.
 *
 * @param {string} url
 */
export const safeLink = (url) => (/^(https?|tg|mailto|tel):/i.test(url) ? url : `https://${url}`);

/** The link that a person shares: this server's, since it is the one that works. @param {string} username */
export const shareLink = (username) => `${location.origin}${world}/t.me/${username}`;

/** What the address bar asks for at the start: a link to a bot, behind `/t.me/`. */
export function linkOfAddress() {
  return location.pathname.startsWith(`${world}/t.me/`) ? botLink(location.href) : undefined;
}
