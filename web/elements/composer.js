/** The message field with its keyboards, or the one button that replaces it. */

import { h, fill, icon, iconButton } from "../dom.js";
import { idOf } from "../history.js";
import { t } from "../i18n.js";
import { senderName } from "../names.js";
import { summary } from "./content/index.js";
import { runOrToast, toast, walk } from "./popups.js";

/**
 * @typedef {import("../types").Dialog} Dialog
 * @typedef {import("../types").DialogMessage} DialogMessage
 * @typedef {import("../types").KeyboardButton} KeyboardButton
 */

/** Milliseconds between two `typing` actions. */
const TYPING = 4000;
/** The most characters of one message. */
const MAX_LENGTH = 4096;
/** Explanations for buttons that request more than their text. @type {Record<string, import("../i18n.js").Word>} */
const REQUESTS = {
  request_contact: "keyContact",
  request_location: "keyLocation",
  request_poll: "keyPoll",
  request_users: "keyOther",
  request_chat: "keyOther",
  request_managed_bot: "keyOther",
  web_app: "keyWebApp",
};
/** The greatest height of the field in pixels; it grows with its text. */
const MAX_HEIGHT = 200;

export class MessageComposer extends HTMLElement {
  /** @type {import("./user-pane.js").UserPane} */
  // @ts-expect-error given by the pane before it is shown
  pane;
  /** @type {number} */
  // @ts-expect-error given by the pane before it is shown
  chatId;

  /** The message that the next one replies to, or that is edited. @type {{ kind: "reply" | "edit", message: DialogMessage } | undefined} */
  #about;
  /** The message whose keyboard was hidden, or used once. @type {number | null | undefined} */
  #folded;
  /** The message whose forced reply was begun, or cancelled. @type {number | null | undefined} */
  #forced;
  #typed = 0;
  #shown = "";

  #field = h("textarea", {
    rows: 1,
    dir: "auto",
    onpaste: (/** @type {ClipboardEvent} */ event) => this.#pasted(event),
    oninput: () => this.#input(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
  });
  #menu = h("button.menu-button", { type: "button", onclick: () => this.#toggleMenu() });
  #fold = iconButton("keyboard", t("keyboard"), () => this.#toggleKeyboard());
  #send = iconButton("send", t("send"), () => this.#submit(), { class: "round send" });
  #bar = h("div.about-bar", { hidden: true });
  #tooLong = h("p.too-long", { role: "status", hidden: true });
  #line = h("div.line", {}, this.#menu, this.#field, this.#fold, this.#send);
  #button = h("button.primary.wide", { type: "button" });
  #commands = h("div.commands", { hidden: true, role: "listbox", "aria-label": t("commands") });
  #keys = h("div.keys", { hidden: true, role: "group", "aria-label": t("keyboard") });

  connectedCallback() {
    this.append(this.#commands, this.#bar, this.#tooLong, this.#line, this.#button, this.#keys);
    this.#commands.addEventListener("keydown", (event) => this.#commandKey(event));
    this.#put(this.pane.person.drafts.get(this.chatId) ?? "");
  }

  disconnectedCallback() {
    const text = this.#about?.kind === "edit" ? "" : this.#field.value;
    this.pane.person.drafts.set(this.chatId, text);
  }

  get #dialog() {
    return this.pane.person.dialogs.get(this.chatId);
  }

  draw() {
    const dialog = this.#dialog;
    if (!dialog) return;
    const shown = JSON.stringify([dialog, this.pane.offered, this.#about, this.#folded]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const instead = this.#instead(dialog);
    const hadFocus = this.contains(document.activeElement);
    this.#line.hidden = Boolean(instead);
    this.#button.hidden = !instead;
    if (hadFocus && !this.contains(document.activeElement)) this.focusField();
    if (instead) {
      this.#button.textContent = instead.text;
      this.#button.disabled = !instead.act;
      this.#button.onclick = instead.act ?? null;
    }
    this.#drawKeyboard(dialog, Boolean(instead));
    this.#drawMenuButton(dialog);
    this.#takeForcedReply(dialog);
    this.#drawBar();
  }

  /** Returns the one button that replaces the field, if there is one. @param {Dialog} dialog */
  #instead(dialog) {
    const offered = this.pane.offered?.chatId === this.chatId ? this.pane.offered : undefined;
    const start = async () => {
      this.pane.offered = undefined;
      if (!(await runOrToast(this.pane.person.start(this.chatId, offered?.payload)))) this.pane.offered = offered;
    };
    if (dialog.is_deleted) return { text: t("botGone") };
    if (dialog.is_blocked && !dialog.is_bot) return { text: t("unblock"), act: () => runOrToast(this.pane.person.block(this.chatId, false)) };
    if (dialog.is_blocked) return { text: t("restart"), act: start };
    if (offered || dialog.start_offered) return { text: t("start"), act: start };
  }

  /** @param {Dialog} dialog */
  #drawMenuButton(dialog) {
    const { menu_button: button } = dialog;
    this.#menu.hidden = button.type !== "web_app" && !dialog.commands.length;
    fill(this.#menu, icon("menu"), h("span", {}, (button.type === "web_app" && button.text) || t("menu")));
  }

  /** @param {Dialog} dialog @param {boolean} hidden */
  #drawKeyboard(dialog, hidden) {
    const { reply_keyboard: markup, reply_keyboard_message_id: from } = dialog;
    const keyboard = markup && "keyboard" in markup && !hidden ? markup : undefined;
    const open = keyboard !== undefined && this.#folded !== from;
    this.#fold.hidden = !keyboard;
    this.#fold.setAttribute("aria-expanded", String(open));
    this.#keys.hidden = !open;
    this.#keys.classList.toggle("resized", Boolean(keyboard?.resize_keyboard));
    const placeholder = (markup && "input_field_placeholder" in markup && markup.input_field_placeholder) || t("message");
    this.#field.placeholder = placeholder;
    this.#field.setAttribute("aria-label", placeholder);
    if (!open || !keyboard) return;
    const press = async (/** @type {KeyboardButton} */ key) => {
      const request = Object.keys(REQUESTS).find((field) => field in key);
      const pressed = this.pane.person.pressKey(this.chatId, key.text);
      // The server refuses what it does not serve; its text for that is for developers, not for users.
      const isSent = request ? await pressed.catch(() => toast(t(REQUESTS[request]))) : await runOrToast(pressed);
      if (isSent && keyboard.one_time_keyboard) this.#folded = from;
      this.draw();
    };
    const rows = keyboard.keyboard.map((row) => {
      const keys = row.map((key) =>
        h("button.key", { type: "button", onclick: () => press(key), "data-style": key.style }, key.text),
      );
      return h("div.row", {}, keys);
    });
    fill(this.#keys, rows);
  }

  /** @param {Dialog} dialog */
  #takeForcedReply(dialog) {
    const { reply_keyboard: markup, reply_keyboard_message_id: from, last_message: last } = dialog;
    if (!markup || !("force_reply" in markup) || from == null || this.#forced === from) return;
    this.#forced = from;
    const history = this.pane.person.histories.get(this.chatId);
    const message = history?.find(from) ?? (last && idOf(last) === from ? last : undefined);
    if (message) this.about("reply", message);
  }

  #drawBar() {
    const about = this.#about;
    this.#bar.hidden = !about || this.#line.hidden;
    if (!about) return;
    const viewer = this.pane.person.id;
    const name = about.message.is_outgoing ? t("you") : senderName(about.message.message, viewer);
    const title = about.kind === "edit" ? t("editing") : t("replyTo", { name });
    const text = h("span.text", { dir: "auto" }, summary(about.message.message, viewer));
    const close = iconButton("close", t("cancel"), () => this.forget());
    fill(this.#bar, icon(about.kind), h("span.lines", {}, h("b", {}, title), text), close);
  }

  /** Begins a reply to a message, or an edit of it. @param {"reply" | "edit"} kind @param {DialogMessage} message */
  about(kind, message) {
    this.#about = { kind, message };
    if (kind === "edit") this.#put(message.message.text ?? "");
    this.draw();
    this.#field.focus();
  }

  /** Closes the commands, or ends the reply or the edit; returns false if there is none of them. */
  forget() {
    if (!this.#commands.hidden) {
      this.#commands.hidden = true;
      this.#field.focus();
      return true;
    }
    if (!this.#about) return false;
    if (this.#about.kind === "edit") this.#put("");
    this.#about = undefined;
    this.draw();
    this.#field.focus();
    return true;
  }

  focusField() {
    if (this.#line.hidden) this.#button.focus();
    else this.#field.focus();
  }

  /** @param {string} text */
  insert(text) {
    this.#put(text);
    this.#field.focus();
  }

  /** @param {string} text */
  #put(text) {
    this.#field.value = text;
    this.#input();
  }

  #input() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, MAX_HEIGHT)}px`;
    this.#drawTooLong();
    const command = this.#field.value.match(/^\/(\w*)$/);
    this.#drawCommands(command ? command[1] : undefined);
    if (this.#field.value && Date.now() - this.#typed > TYPING && this.#about?.kind !== "edit") {
      this.#typed = Date.now();
      this.pane.person.typing(this.chatId).catch(() => {});
    }
  }

  /** A text that is longer than one message is sent in parts, as apps do; an edit cannot be. */
  #drawTooLong() {
    const parts = partsOf(this.#field.value.trim());
    this.#tooLong.hidden = parts.length < 2;
    if (parts.length < 2) return;
    const count = [...this.#field.value.trim()].length;
    this.#tooLong.textContent =
      this.#about?.kind === "edit" ? t("tooLongEdit", { count }) : t("tooLongParts", { count: parts.length });
  }

  /** Refuses a pasted file; if there is a text with it, the text is pasted. @param {ClipboardEvent} event */
  #pasted(event) {
    const { clipboardData: pasted } = event;
    if (!pasted?.files.length || pasted.getData("text/plain")) return;
    event.preventDefault();
    toast(t("dropUnserved"));
  }

  #toggleMenu() {
    const dialog = this.#dialog;
    if (dialog?.menu_button.type === "web_app") return toast(t("miniApp"));
    this.#drawCommands(this.#commands.hidden ? "" : undefined);
    this.#commands.querySelector("button")?.focus();
  }

  /** Lists the commands with this beginning; closes the list if it is undefined. @param {string | undefined} beginning */
  #drawCommands(beginning) {
    const all = beginning === undefined ? [] : (this.#dialog?.commands ?? []);
    const found = all.filter(({ command }) => command.startsWith(beginning?.toLowerCase() ?? ""));
    this.#commands.hidden = !found.length;
    fill(
      this.#commands,
      found.map(({ command, description }) => {
        const choose = () => {
          this.#commands.hidden = true;
          this.#put("");
          this.sendText(`/${command}`);
          this.#field.focus();
        };
        const attributes = { type: "button", role: "option", "aria-selected": false, onclick: choose };
        return h("button", attributes, h("b", {}, `/${command}`), h("span", {}, description));
      }),
    );
  }

  /** @param {KeyboardEvent} event */
  #commandKey(event) {
    const first = this.#commands.firstElementChild === document.activeElement;
    if (event.key === "ArrowUp" && first) this.#field.focus();
    else walk(event, this.#commands);
  }

  #toggleKeyboard() {
    const from = this.#dialog?.reply_keyboard_message_id;
    this.#folded = this.#folded === from ? undefined : from;
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowDown" && !this.#commands.hidden) {
      event.preventDefault();
      this.#commands.querySelector("button")?.focus();
    } else if (event.key === "ArrowUp" && !this.#field.value && !event.altKey) {
      event.preventDefault();
      this.#arrowUp(event.ctrlKey || event.metaKey);
    }
  }

  /** Edits the user's last message, or replies to the last message. @param {boolean} replies */
  #arrowUp(replies) {
    const messages = this.pane.person.histories.get(this.chatId)?.messages ?? [];
    const message = messages.findLast((one) => one.message.text != null && (replies || one.is_outgoing));
    if (message) this.about(replies ? "reply" : "edit", message);
  }

  async #submit() {
    const text = this.#field.value.trim();
    const about = this.#about;
    const parts = partsOf(text);
    if (!text || (about?.kind === "edit" && parts.length > 1)) return;
    this.#typed = 0;
    this.#about = undefined;
    this.#put("");
    const unsent = about?.kind === "edit" ? await this.#edit(about.message, text) : await this.#sendParts(parts, about?.message);
    if (!unsent) this.pane.toEnd();
    // A text that could not be sent is put back.
    else if (!this.#field.value) this.#put(unsent);
    this.draw();
  }

  /** Returns the text if it could not be changed. @param {DialogMessage} message @param {string} text */
  async #edit(message, text) {
    return (await runOrToast(this.pane.person.edit(this.chatId, idOf(message), text))) ? "" : text;
  }

  /** Returns what could not be sent. @param {string[]} parts @param {DialogMessage | undefined} answered */
  async #sendParts(parts, answered) {
    for (const [i, text] of parts.entries()) {
      const reply = answered && !i ? { reply_parameters: { message_id: idOf(answered) } } : {};
      const message = { text, ...reply };
      if (!(await runOrToast(this.pane.person.send(this.chatId, message)))) return parts.slice(i).join("\n");
    }
    return "";
  }

  /** @param {string} text */
  async sendText(text) {
    if (await runOrToast(this.pane.person.send(this.chatId, { text }))) this.pane.toEnd();
  }
}

/**
 * Splits a text into parts that each fit into a message, between lines or words where that is possible.
 *
 * @param {string} text
 */
function partsOf(text) {
  const parts = [];
  // The server counts characters, not UTF-16 code units.
  const characters = [...text];
  let start = 0;
  while (characters.length - start > MAX_LENGTH) {
    const head = characters.slice(start, start + MAX_LENGTH);
    const at = [head.lastIndexOf("\n"), head.lastIndexOf(" ")].find((place) => place > MAX_LENGTH / 2) ?? MAX_LENGTH;
    parts.push(head.slice(0, at).join(""));
    start += at;
  }
  parts.push(characters.slice(start).join(""));
  return parts.map((part) => part.trim()).filter(Boolean);
}

customElements.define("message-composer", MessageComposer);
