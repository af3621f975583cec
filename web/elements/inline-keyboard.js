/** The buttons below a message. */

import { h } from "../dom.js";

/** The sign in a button's corner, by the field of the button that says what it does. */
const CORNERS = Object.entries({
  url: "↗",
  login_url: "↗",
  web_app: "▣",
  copy_text: "⧉",
  switch_inline_query: "↪",
  switch_inline_query_current_chat: "↪",
  switch_inline_query_chosen_chat: "↪",
});

/**
 * @param {import("../types").DialogMessage} message
 * @param {import("./message.js").Context} context
 * @param {import("./message.js").Actions} actions
 */
export function inlineKeyboard(message, { pressed }, actions) {
  const { message_id: id, reply_markup: markup } = message.message;
  if (!markup?.inline_keyboard.length) return null;
  const rows = markup.inline_keyboard.map((row) => {
    const buttons = row.map((button) => {
      const waits = button.callback_data !== undefined && pressed.includes(`${id}:${button.callback_data}`);
      const press = () => actions.press(message, button);
      const attributes = { type: "button", onclick: press, "aria-busy": waits, "data-style": button.style, disabled: waits };
      const corner = CORNERS.find(([field]) => field in button)?.[1];
      return h("button.key", attributes, button.text, corner ? h("span.corner", { "aria-hidden": "true" }, corner) : null);
    });
    return h("div.row", {}, buttons);
  });
  return h("div.inline-keyboard", {}, rows);
}
