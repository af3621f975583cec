/** The place of the text field: the field itself, or the one button that stands there instead. */

import { h, fill, icon, iconButton } from "../dom.js";
import { t } from "../i18n.js";
import { summary } from "./bubble.js";
import { runOrToast, toast, walk } from "./popups.js";

/**
 * @typedef {import("../types").Dialog} Dialog
 * @typedef {import("../types").Message} Message
 * @typedef {import("../types").Key} Key
 */

/** Milliseconds between two notices that the person types. */
const TYPING = 4000;
/** Characters that one message has at most. */
const LONGEST = 4096;
/** What a button of the keyboard asks for beside its text, and what is said of it. @type {Record<string, import("../i18n.js").Word>} */
const REQUESTS = { contact: "keyContact", location: "keyLocation", poll: "keyPoll", web_app: "keyWebApp" };
/** The field grows with its text, up to so many pixels. */
const MAX_HEIGHT = 200;

export class MessageComposer extends HTMLElement {
  /** @type {import("./user-pane.js").UserPane} */
  // @ts-expect-error given by the pane before it is shown
  pane;
  /** @type {number} */
  // @ts-expect-error given by the pane before it is shown
  bot;

  /** What the next message answers, or which one is edited. @type {{ kind: "reply" | "edit", message: Message } | undefined} */
  #about;
  /** The message whose keyboard was folded away, or used up. @type {number | null | undefined} */
  #folded;
  /** The message whose forced reply was taken up, or sent away. @type {number | null | undefined} */
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
    this.#put(this.pane.person.drafts.get(this.bot) ?? "");
  }

  disconnectedCallback() {
    const text = this.#about?.kind === "edit" ? "" : this.#field.value;
    this.pane.person.drafts.set(this.bot, text);
  }

  get #dialog() {
    return this.pane.person.dialogs.get(this.bot);
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
    this.#drawBar(dialog);
  }

  /** The one button that stands in the place of the field. @param {Dialog} dialog */
  #instead(dialog) {
    const offered = this.pane.offered?.bot === this.bot ? this.pane.offered : undefined;
    const start = async () => {
      this.pane.offered = undefined;
      if (!(await runOrToast(this.pane.person.start(this.bot, offered?.payload)))) this.pane.offered = offered;
    };
    if (dialog.is_deleted) return { text: t("botGone") };
    if (dialog.is_blocked) return { text: t("restart"), act: start };
    if (offered || dialog.start_offered) return { text: t("start"), act: start };
  }

  /** @param {Dialog} dialog */
  #drawMenuButton(dialog) {
    const { type: kind, text } = dialog.menu_button;
    this.#menu.hidden = kind !== "web_app" && !dialog.commands.length;
    fill(this.#menu, icon("menu"), h("span", {}, (kind === "web_app" && text) || t("menu")));
  }

  /** @param {Dialog} dialog @param {boolean} hidden */
  #drawKeyboard(dialog, hidden) {
    const { keyboard, keyboard_message_id: from } = dialog;
    const has = !hidden && keyboard?.type === "keyboard";
    const open = has && this.#folded !== from;
    this.#fold.hidden = !has;
    this.#fold.setAttribute("aria-expanded", String(open));
    this.#keys.hidden = !open;
    this.#keys.classList.toggle("resized", Boolean(keyboard?.resize));
    const placeholder = keyboard?.placeholder || t("message");
    this.#field.placeholder = placeholder;
    this.#field.setAttribute("aria-label", placeholder);
    if (!open || !keyboard) return;
    const press = async (/** @type {Key} */ key) => {
      // What a button asks for beside its text is refused; the server's words for that are no person's.
      const pressed = this.pane.person.pressKey(this.bot, key.text);
      const isSent = key.request ? await pressed.catch(() => toast(t(REQUESTS[key.request ?? ""] ?? "keyOther"))) : await runOrToast(pressed);
      if (isSent && keyboard.one_time) this.#folded = from;
      this.draw();
    };
    const rows = keyboard.rows.map((row) => {
      const keys = row.map((key) =>
        h("button.key", { type: "button", onclick: () => press(key), "data-style": key.style }, key.text),
      );
      return h("div.row", {}, keys);
    });
    fill(this.#keys, rows);
  }

  /** @param {Dialog} dialog */
  #takeForcedReply(dialog) {
    const { keyboard, keyboard_message_id: from, last_message: last } = dialog;
    if (keyboard?.type !== "force_reply" || this.#forced === from) return;
    this.#forced = from;
    const history = this.pane.person.histories.get(this.bot);
    const message = history?.messages.find((m) => m.id === from) ?? (last?.id === from ? last : undefined);
    if (message) this.about("reply", message);
  }

  /** @param {Dialog} dialog */
  #drawBar(dialog) {
    const about = this.#about;
    this.#bar.hidden = !about || this.#line.hidden;
    if (!about) return;
    const name = about.message.from === "user" ? t("you") : dialog.bot_name;
    const title = about.kind === "edit" ? t("editing") : t("replyTo", { name });
    const text = h("span.text", { dir: "auto" }, summary(about.message, dialog.bot_name));
    const close = iconButton("close", t("cancel"), () => this.forget());
    fill(this.#bar, icon(about.kind), h("span.lines", {}, h("b", {}, title), text), close);
  }

  /** The next message will answer that one, or become its new text. @param {"reply" | "edit"} kind @param {Message} message */
  about(kind, message) {
    this.#about = { kind, message };
    if (kind === "edit") this.#put(message.text ?? "");
    this.draw();
    this.#field.focus();
  }

  /** Esc: true if there was something to forget. */
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
      this.pane.person.typing(this.bot).catch(() => {});
    }
  }

  /** A text that is longer than a message is sent in parts, as apps do; an edit can't be. */
  #drawTooLong() {
    const parts = partsOf(this.#field.value.trim());
    this.#tooLong.hidden = parts.length < 2;
    if (parts.length < 2) return;
    const count = [...this.#field.value.trim()].length;
    this.#tooLong.textContent =
      this.#about?.kind === "edit" ? t("tooLongEdit", { count }) : t("tooLongParts", { count: parts.length });
  }

  /** A picture from the clipboard; a text beside it is pasted as ever. @param {ClipboardEvent} event */
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

  /** Lists the commands that begin so; none without a beginning. @param {string | undefined} beginning */
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
    const from = this.#dialog?.keyboard_message_id;
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

  /** In an empty field: the own last message is edited, with Ctrl the last one is answered. @param {boolean} replies */
  #arrowUp(replies) {
    const messages = this.pane.person.histories.get(this.bot)?.messages ?? [];
    const message = messages.findLast((m) => m.text != null && (replies || m.from === "user"));
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
    // What could not be sent is not lost.
    else if (!this.#field.value) this.#put(unsent);
    this.draw();
  }

  /** Returns what could not be changed. @param {Message} message @param {string} text */
  async #edit(message, text) {
    return (await runOrToast(this.pane.person.edit(this.bot, message.id, text))) ? "" : text;
  }

  /** Returns what could not be sent. @param {string[]} parts @param {Message | undefined} answered */
  async #sendParts(parts, answered) {
    for (const [i, text] of parts.entries()) {
      const message = { text, reply_to: i ? undefined : answered?.id };
      if (!(await runOrToast(this.pane.person.send(this.bot, message)))) return parts.slice(i).join("\n");
    }
    return "";
  }

  /** @param {string} text */
  async sendText(text) {
    if (await runOrToast(this.pane.person.send(this.bot, { text }))) this.pane.toEnd();
  }
}

/**
 * A text in parts that each fit into a message; lines and words stay whole where that is possible.
 *
 * @param {string} text
 */
function partsOf(text) {
  const parts = [];
  // The server counts characters, not UTF-16 code units.
  const characters = [...text];
  let start = 0;
  while (characters.length - start > LONGEST) {
    const head = characters.slice(start, start + LONGEST);
    const at = [head.lastIndexOf("\n"), head.lastIndexOf(" ")].find((place) => place > LONGEST / 2) ?? LONGEST;
    parts.push(head.slice(0, at).join(""));
    start += at;
  }
  parts.push(characters.slice(start).join(""));
  return parts.map((part) => part.trim()).filter(Boolean);
}

customElements.define("message-composer", MessageComposer);
