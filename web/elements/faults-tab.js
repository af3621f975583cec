/** The tab of the inspector that makes requests of a bot fail. */

import { accounts } from "../accounts.js";
import { get, post, remove } from "../api.js";
import { fill, h } from "../dom.js";
import { t } from "../i18n.js";
import { field } from "./parts.js";
import { runOrToast } from "./popups.js";

/** @typedef {import("../types").Fault} Fault */

/** Milliseconds between two updates of the list. */
const REFRESH_INTERVAL = 1000;

/** Returns the name of a fault. @param {Fault["type"]} kind */
function faultName(kind) {
  switch (kind) {
    case "too_many_requests":
      return t("faultTooMany");
    case "server_error":
      return t("faultServerError");
    case "timeout":
      return t("faultTimeout");
    case "dropped":
      return t("faultDropped");
  }
}

const FAULTS = /** @type {Fault["type"][]} */ (["too_many_requests", "server_error", "timeout", "dropped"]);

/** @param {number | undefined} chosen */
export function faultsTab(chosen) {
  const bots = accounts.programs();
  const bot = h("select", { onchange: () => draw() }, bots.map(({ id, first_name: name }) => h("option", { value: id }, name)));
  if (chosen !== undefined) bot.value = String(chosen);
  const kind = h("select", {}, FAULTS.map((fault) => h("option", { value: fault }, faultName(fault))));
  const count = h("input", { type: "number", min: 1, max: 1000, value: 1, required: true });
  const method = h("input", { type: "text", placeholder: "sendMessage", autocomplete: "off" });
  const seconds = h("input", { type: "number", min: 0, max: 600, value: 5, required: true });
  const list = h("div", { "aria-live": "polite" });

  const path = () => `/bots/${bot.value}/faults`;
  const add = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const fault = {
      type: kind.value,
      count: count.valueAsNumber,
      method: method.value.trim() || null,
      retry_after: kind.value === "too_many_requests" ? Math.round(seconds.valueAsNumber) : null,
      timeout: kind.value === "timeout" ? seconds.valueAsNumber : null,
    };
    await runOrToast(post(path(), fault));
    draw();
  };
  const clear = async () => {
    await runOrToast(remove(path()));
    draw();
  };

  let timer = 0;
  async function draw() {
    clearTimeout(timer);
    if (!bot.value) return;
    const faults = /** @type {Fault[] | undefined} */ (await runOrToast(get(path())));
    if (!faults) return;
    const left = (/** @type {Fault} */ fault) => (fault.is_done ? `✓ ${fault.count}` : fault.remaining);
    const lines = faults.map((fault) => h("li", {}, `${left(fault)} × ${faultName(fault.type)}`, fault.method ? ` (${fault.method})` : ""));
    const all = h("button", { type: "button", onclick: clear }, t("clear"));
    fill(list, faults.length ? [h("ul", {}, lines), all] : h("p", {}, t("faultNone")));
    // Requests use faults up while the tab is open.
    timer = setTimeout(() => list.isConnected && draw(), REFRESH_INTERVAL);
  }

  draw();
  return h(
    "form.fields.controls",
    { onsubmit: add },
    h("p", {}, t("faultExplain")),
    field(t("whichBot"), bot),
    field(t("faults"), kind),
    field(t("faultCount"), count),
    field(t("seconds"), seconds),
    field(t("faultMethod"), method),
    h("button.primary", {}, t("faultAdd")),
    list,
  );
}
