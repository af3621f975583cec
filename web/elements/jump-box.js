/** Ctrl+K: opens any chat, bot or user by a few letters of their name. */

import { accounts } from "../accounts.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { chatName, fullName } from "../names.js";
import { avatar, label } from "./parts.js";
import { fits, walk } from "./popups.js";

/** Results that are listed at once. */
const OFFERED = 12;

/** @param {import("./user-pane.js").UserPane} pane */
export function jumpBox(pane) {
  if (document.querySelector("dialog.jump")) return;
  const input = h("input", { type: "search", placeholder: t("jump"), "aria-label": t("jump"), oninput: () => draw() });
  const list = h("ul.chats");
  const dialog = h("dialog.jump", { "aria-label": t("jump") }, input, list);

  function draw() {
    const found = places(pane).filter(({ name, hint }) => fits(input.value, `${name} ${hint}`));
    fill(
      list,
      found.slice(0, OFFERED).map(({ id, name, hint, go }) => {
        const choose = () => {
          dialog.close();
          go();
        };
        const button = h("button.chat", { type: "button", onclick: choose });
        button.append(avatar(id, name), label(name), h("span.hint", {}, hint));
        return h("li", {}, button);
      }),
    );
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === input) list.querySelector("button")?.click();
    else walk(event, dialog);
  });
  // Not while the keyboard is in the list: the focused button would be replaced.
  const accountsChanged = () => document.activeElement === input && draw();
  accounts.addEventListener("change", accountsChanged);
  dialog.addEventListener("close", () => {
    accounts.removeEventListener("change", accountsChanged);
    dialog.remove();
  });
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  draw();
  dialog.showModal();
}

/** Returns the possible targets: chats in their order, then bots, then other users. @param {import("./user-pane.js").UserPane} pane */
function places(pane) {
  const { chats, id: viewer } = pane.person;
  const known = new Set(chats.map(({ chat }) => chat.id));
  const living = accounts.livingBots().filter((bot) => !known.has(bot.id));
  const named = [
    ...chats.map(({ chat }) => ({ id: chat.id, name: chatName(chat, viewer), username: chat.username })),
    ...living.map(({ id, first_name: name, username }) => ({ id, name, username })),
  ];
  const dialogs = named.map(({ id, name, username }) => ({
    id,
    name,
    hint: username ? `@${username}` : "",
    go: () => pane.show(id),
  }));
  const others = accounts.living().filter((user) => user.id !== pane.person.id);
  const people = others.map((user) => ({
    id: user.id,
    name: fullName(user),
    hint: user.username ? `@${user.username}` : t("user"),
    go: () => pane.app.switchUser(pane, user.id),
  }));
  return [...dialogs, ...people];
}
