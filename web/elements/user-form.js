/** The form of a user: for a new one, and for changes. */

import { get, patch, post, remove } from "../api.js";
import { h } from "../dom.js";
import { language, t } from "../i18n.js";
import { fullName } from "../names.js";
import { check, field } from "./parts.js";
import { runOrToast, box, confirm } from "./popups.js";

/** @typedef {import("../types").UserAccount} UserAccount */

/**
 * Returns the fields, and a function that reads their values.
 *
 * @param {Partial<UserAccount>} user
 */
export function profileFields(user) {
  const input = (/** @type {string | null | undefined} */ value, /** @type {Record<string, unknown>} */ more = {}) =>
    h("input", { type: "text", value: value ?? "", autocomplete: "off", ...more });
  const first = input(user.first_name, { required: true, maxlength: 64, autofocus: true });
  const last = input(user.last_name, { maxlength: 64 });
  const username = input(user.username, { maxlength: 32, pattern: "@?[A-Za-z][A-Za-z0-9_]{4,31}" });
  const code = input(user.language_code, { maxlength: 16, placeholder: "en, ru, pt-br" });
  const phone = input(user.phone, { type: "tel", maxlength: 20 });
  const bio = input(user.bio, { maxlength: 140 });
  const hides = h("input", { type: "checkbox", checked: Boolean(user.hides_language) });
  const premium = h("input", { type: "checkbox", checked: Boolean(user.is_premium) });
  const fields = [
    field(t("firstName"), first),
    field(t("lastName"), last),
    field(t("username"), username),
    field(t("languageCode"), code),
    field(t("phone"), phone),
    field(t("about"), bio),
    check(t("hidesLanguage"), hides),
    check(t("premium"), premium),
  ];
  const text = (/** @type {HTMLInputElement} */ from) => from.value.trim() || null;
  const values = () => ({
    first_name: first.value.trim(),
    last_name: text(last),
    username: text(username)?.replace(/^@/, "") ?? null,
    language_code: text(code),
    phone: text(phone),
    bio: text(bio),
    hides_language: hides.checked,
    is_premium: premium.checked,
  });
  return { fields, values };
}

/** The suggestion for the first user: one key press accepts it. */
export const someone = () => ({ first_name: "Alex", language_code: language });

/** @returns {Promise<UserAccount | undefined>} the new user */
export function newUser() {
  return form(t("newUser"), { language_code: language }, (values) => post("/users", values), []);
}

/** @param {number} id */
export async function editProfile(id) {
  const user = await runOrToast(get(`/users/${id}`));
  if (!user) return;
  const drop = async () => {
    const sure = await confirm(t("deleteAccountSure", { name: fullName(user) }), t("delete"));
    if (!sure || (await runOrToast(remove(`/users/${id}`))) === undefined) return;
    document.querySelector("dialog")?.close();
  };
  const button = h("button.danger", { type: "button", onclick: drop }, t("deleteAccount"));
  await form(t("editProfile"), user, (values) => patch(`/users/${id}`, values), [button]);
}

/**
 * @param {string} title
 * @param {Partial<UserAccount>} user
 * @param {(values: object) => Promise<UserAccount>} save
 * @param {HTMLElement[]} more buttons
 * @returns {Promise<UserAccount | undefined>}
 */
function form(title, user, save, more) {
  return new Promise((resolve) => {
    const { fields, values } = profileFields(user);
    /** @type {UserAccount | undefined} */
    let saved;
    const submit = async (/** @type {Event} */ event) => {
      event.preventDefault();
      saved = await runOrToast(save(values()));
      if (saved) dialog.close();
    };
    const id = "profile-form";
    const body = h("form.fields", { id, onsubmit: submit }, fields);
    const dialog = box(title, body, [more, h("button.primary", { form: id }, t("save"))]);
    dialog.addEventListener("close", () => resolve(saved));
  });
}
