/** Toasts, dialog boxes and menus, made of the browser's own popovers and dialogs, which Esc closes. */

import { h, iconButton } from "../dom.js";
import { t } from "../i18n.js";
import { explain } from "../problems.js";

/** Milliseconds that a toast stays. */
const TOAST_TIME = 4000;

const toasts = h("div.toasts", { role: "status", "aria-live": "polite", popover: "manual" });

/**
 * Shows a short message for some seconds.
 *
 * @param {string} text
 * @param {{ text: string, act: () => void }} [offer] a button beside it
 */
export function toast(text, offer) {
  if (!toasts.isConnected) document.body.append(toasts);
  const act = () => {
    one.remove();
    offer?.act();
  };
  const one = h("div.toast", {}, h("span", {}, text), offer ? h("button", { type: "button", onclick: act }, offer.text) : null);
  toasts.append(one);
  // Opened again each time, so that it is above a box that was opened in the meantime.
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
  setTimeout(() => {
    one.remove();
    if (!toasts.childElementCount) toasts.hidePopover();
  }, TOAST_TIME);
}

/** Shows why something failed. @param {unknown} error */
export function showError(error) {
  toast(explain(error));
}

/** Waits for an action, and shows its error if it fails. @template T @param {Promise<T>} action @returns {Promise<T | undefined>} */
export async function runOrToast(action) {
  try {
    return await action;
  } catch (error) {
    showError(error);
  }
}

/**
 * Opens a dialog box.
 *
 * @param {string} title
 * @param {import("../dom.js").Child} content
 * @param {import("../dom.js").Child} buttons
 */
export function box(title, content, buttons) {
  const head = h("header", {}, h("h2", {}, title), iconButton("close", t("close"), () => dialog.close()));
  const dialog = h("dialog.box", { "aria-label": title }, head, content, h("footer", {}, buttons));
  dialog.addEventListener("close", () => dialog.remove());
  // A click on the backdrop has the dialog as its target; the box itself is covered by its children.
  dialog.addEventListener("mousedown", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks a question with two answers.
 *
 * @param {string} question
 * @param {string} yes
 * @param {import("../dom.js").Child} [content]
 * @returns {Promise<boolean>}
 */
export function confirm(question, yes, content) {
  return new Promise((resolve) => {
    let agreed = false;
    const agree = () => {
      agreed = true;
      dialog.close();
    };
    const dialog = box(question, content, [
      h("button", { type: "button", onclick: () => dialog.close() }, t("cancel")),
      h("button.primary", { type: "button", onclick: agree, autofocus: true }, yes),
    ]);
    dialog.addEventListener("close", () => resolve(agreed));
  });
}

/** Opens a box with the alert of a bot's answer. @param {string} name @param {string} text */
export function alertBox(name, text) {
  const close = () => dialog.close();
  const ok = h("button.primary", { type: "button", onclick: close, autofocus: true }, t("ok"));
  const dialog = box(name, h("p.alert", {}, text), ok);
}

/**
 * @typedef {object} Item
 * @property {string} text
 * @property {string} [hint] mostly a keyboard shortcut
 * @property {() => void} act
 * @property {boolean} [danger]
 * @property {boolean} [stays] whether every search keeps it
 */

/**
 * Opens a menu at a place of the window.
 *
 * @param {{ x: number, y: number }} at
 * @param {Item[]} items
 * @param {HTMLElement} [top] is shown above the items
 */
export function menu(at, items, top) {
  open(at, items, top);
}

/**
 * Opens a menu of any number of items, with a field that searches them.
 *
 * @param {{ x: number, y: number }} at
 * @param {Item[]} items
 * @param {HTMLElement} [top]
 */
export function chooser(at, items, top) {
  const nothing = h("p.nothing", { role: "status", hidden: true }, t("nothingFound"));
  const field = h("input", { type: "search", placeholder: t("search"), "aria-label": t("search"), oninput: () => filter() });
  const buttons = open(at, items, top, field, nothing);
  const width = field.getBoundingClientRect().width;
  field.style.minWidth = `${width}px`;

  function filter() {
    const fit = items.map((item) => fits(field.value, `${item.text} ${item.hint ?? ""}`));
    buttons.forEach((button, i) => {
      button.hidden = !fit[i] && !items[i].stays;
    });
    nothing.hidden = fit.includes(true);
  }

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") buttons.find((button) => !button.hidden)?.click();
  });
}

/**
 * Whether every word of a query is the beginning of a word of the text; `@` is ignored.
 *
 * @param {string} query
 * @param {string} text
 */
export function fits(query, text) {
  const wordsOf = (/** @type {string} */ from) => from.toLowerCase().replaceAll("@", " ").split(/\s+/).filter(Boolean);
  const words = wordsOf(text);
  return wordsOf(query).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

/**
 * @param {{ x: number, y: number }} at
 * @param {Item[]} items
 * @param {HTMLElement} [top]
 * @param {HTMLInputElement} [field] has the focus first
 * @param {HTMLElement} [bottom]
 * @returns {HTMLButtonElement[]} a button for each item
 */
function open(at, items, top, field, bottom) {
  const back = document.activeElement;
  const buttons = h("div", { role: "menu", "aria-label": t("menu") }, top);
  const list = h("aside.menu", { popover: "auto", "aria-label": t("menu") }, field, buttons, bottom);
  const made = items.map((item) => {
    const act = () => {
      list.hidePopover();
      item.act();
    };
    const button = h(item.danger ? "button.danger" : "button", { type: "button", role: "menuitem", onclick: act });
    button.append(item.text);
    if (item.hint) button.append(h("span.hint", {}, item.hint));
    buttons.append(button);
    return button;
  });
  list.addEventListener("keydown", (event) => walk(event, list));
  list.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    if (list.contains(document.activeElement) && back instanceof HTMLElement) back.focus();
    list.remove();
  });
  document.body.append(list);
  list.showPopover();
  const { width, height } = list.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(at.x, innerWidth - width - 8))}px`;
  list.style.top = `${Math.max(8, Math.min(at.y, innerHeight - height - 8))}px`;
  // On a phone, the focus would open the keyboard over the items.
  const isTyped = field && matchMedia("(hover: hover)").matches;
  (isTyped ? field : list.querySelector("button"))?.focus();
  return made;
}

/** Returns the place below an element. @param {Element} element */
export function below(element) {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom + 4 };
}

/**
 * Moves the focus among the buttons of a list on arrows, Home and End.
 *
 * @param {KeyboardEvent} event
 * @param {Element} list
 */
export function walk(event, list) {
  // In a field, these two keys move the cursor.
  if (event.target instanceof HTMLInputElement && ["Home", "End"].includes(event.key)) return;
  const buttons = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":is(input, button, a, [tabindex]):not([hidden])")]);
  const here = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 }[event.key];
  const next = to === undefined ? undefined : buttons[to];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
  } catch {
    toast(t("copyFailed"));
  }
}
