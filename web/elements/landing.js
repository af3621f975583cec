/** The pages before a user is chosen: the first visit, the token of the server, the page of a bot. */

import { accounts } from "../accounts.js";
import { get, keepToken, post } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { fullName } from "../names.js";
import { avatar, field, label } from "./parts.js";
import { runOrToast } from "./popups.js";
import { profileFields, someone } from "./user-form.js";

/**
 * @typedef {import("../types").BotAccount} BotAccount
 * @typedef {import("../types").UserAccount} UserAccount
 */

/** The page of the first visit, which asks for a name. @param {(user: UserAccount) => void} enter */
export function welcome(enter) {
  const heading = [h("h1", {}, t("welcome")), h("p", {}, t("welcomeText"))];
  return h("section.landing", {}, h("div.card", {}, heading, personForm(t("ok"), enter)));
}

/** The page that asks for the token of a server that listens beyond loopback. */
export function tokenForm() {
  const input = h("input", { type: "password", required: true, autofocus: true, autocomplete: "off" });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    keepToken(input.value.trim());
    location.reload();
  };
  const form = h("form.fields", { onsubmit: submit }, field(t("token"), input), h("button.primary.wide", {}, t("ok")));
  return h("section.landing", {}, h("div.card", {}, h("h1", {}, t("tokenNeeded")), h("p", {}, t("tokenText")), form));
}

/** @param {string} button its text @param {(user: UserAccount) => void} enter */
function personForm(button, enter) {
  const { fields, values } = profileFields(someone());
  const [first, last, username, code, ...rest] = fields;
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const user = await runOrToast(post("/users", values()));
    if (!user) return;
    accounts.users.set(user.id, user);
    enter(user);
  };
  const more = h("details", {}, h("summary", {}, t("more")), rest);
  return h("form.fields", { onsubmit: submit }, first, last, username, code, more, h("button.primary.wide", {}, button));
}

/**
 * Returns the page of a bot, as t.me shows it.
 *
 * @param {string} link
 * @param {(user: number) => void} open
 */
export async function landing(link, open) {
  const url = new URL(link);
  const username = url.pathname.split("/")[1] ?? "";
  const bot = /** @type {BotAccount | null} */ (await get(`/bots/${encodeURIComponent(username)}`).catch(() => null));
  if (!bot || bot.is_deleted) return h("section.landing", {}, h("div.card", {}, h("h1", {}, t("noSuchBot", { name: `@${username}` }))));
  const submit = t(url.searchParams.has("start") ? "landingStart" : "landingSend");
  const people = accounts.living().map((user) => {
    const enter = () => open(user.id);
    const button = h("button.chat", { type: "button", onclick: enter });
    button.append(avatar(user.id, fullName(user)), label(fullName(user)));
    return h("li", {}, button);
  });
  const choice = people.length ? [h("h2", {}, t("landingWho")), h("ul.chats", {}, people)] : null;
  const form = personForm(submit, (user) => open(user.id));
  return h(
    "section.landing",
    {},
    h(
      "div.card.bot",
      {},
      avatar(bot.id, bot.first_name),
      h("h1", {}, bot.first_name),
      h("p", {}, `@${bot.username}`),
      bot.short_description ? h("p", { dir: "auto" }, bot.short_description) : null,
      choice,
      people.length ? h("details", {}, h("summary", {}, t("newUser")), form) : form,
    ),
  );
}
