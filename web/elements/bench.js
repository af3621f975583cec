/** The switches of a test: faults that are ordered, and the world's clock. */

import { accounts } from "../accounts.js";
import { get, post, remove } from "../api.js";
import { fill, h } from "../dom.js";
import { dateTime, noteClock } from "../format.js";
import { t } from "../i18n.js";
import { field } from "./parts.js";
import { runOrToast } from "./popups.js";

/**
 * @typedef {import("../types").Fault} Fault
 * @typedef {import("../types").Clock} Clock
 */

/** What a fault is called. @param {Fault["type"]} kind */
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

/** Lets the next requests of a bot fail. @param {number | undefined} chosen */
export function faultsTab(chosen) {
  const bots = accounts.programs();
  const bot = h("select", { onchange: () => draw() }, bots.map(({ id, name }) => h("option", { value: id }, name)));
  if (chosen !== undefined) bot.value = String(chosen);
  const kind = h("select", {}, FAULTS.map((fault) => h("option", { value: fault }, faultName(fault))));
  const count = h("input", { type: "number", min: 1, max: 1000, value: 1, required: true });
  const method = h("input", { type: "text", placeholder: "sendMessage", autocomplete: "off" });
  const seconds = h("input", { type: "number", min: 0, max: 600, value: 5, required: true });
  const list = h("div", { "aria-live": "polite" });

  const path = () => `/bots/${bot.value}/faults`;
  const order = async (/** @type {Event} */ event) => {
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
    // They strike while the tab is open.
    timer = setTimeout(() => list.isConnected && draw(), TICK);
  }

  draw();
  return h(
    "form.fields.bench",
    { onsubmit: order },
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

/** The steps that the clock is moved by at a press. */
const STEPS = /** @type {[string, number][]} */ ([["+1 min", 60], ["+5 min", 300], ["+1 h", 3600], ["+1 d", 86_400]]);

/** Milliseconds between two looks at the clock. */
const TICK = 1000;

/** The world's clock. */
export function clockTab() {
  const face = h("p.face", { role: "timer" });
  const switched = h("button", { type: "button" });
  const seconds = h("input", { type: "number", min: 0, value: 90, step: "any", "aria-label": t("seconds") });
  const advance = (/** @type {number} */ by) => change(post("/clock/advance", { seconds: by }));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    advance(seconds.valueAsNumber);
  };

  /** @param {Promise<Clock>} asked */
  async function change(asked) {
    const clock = await runOrToast(asked);
    if (!clock) return;
    noteClock(clock.now);
    fill(face, h("b", {}, dateTime(clock.now)), ` · ${t(clock.frozen ? "clockFrozen" : "clockRuns")}`);
    switched.textContent = t(clock.frozen ? "clockRun" : "clockFreeze");
    switched.onclick = () => change(post("/clock/freeze", { frozen: !clock.frozen }));
  }

  const timer = setInterval(() => {
    if (!face.isConnected) clearInterval(timer);
    else if (!document.hidden) change(get("/clock"));
  }, TICK);
  change(get("/clock"));
  const steps = STEPS.map(([text, by]) => h("button", { type: "button", onclick: () => advance(by) }, text));
  return h(
    "form.fields.bench",
    { onsubmit: submit },
    face,
    h("div.row", {}, steps),
    field(t("seconds"), seconds),
    h("button.primary", {}, t("clockAdvance")),
    switched,
  );
}
