/** The tab of the inspector that shows and moves the world's clock. */

import { get, post } from "../api.js";
import { fill, h } from "../dom.js";
import { dateTime, noteClock } from "../format.js";
import { t } from "../i18n.js";
import { field } from "./parts.js";
import { runOrToast } from "./popups.js";

/** @typedef {import("../types").Clock} Clock */

/** The buttons that move the clock: text and seconds. */
const STEPS = /** @type {[string, number][]} */ ([["+1 min", 60], ["+5 min", 300], ["+1 h", 3600], ["+1 d", 86_400]]);

/** Milliseconds between two requests for the time. */
const REFRESH_INTERVAL = 1000;

export function clockTab() {
  const face = h("p.clock-face", { role: "timer" });
  const toggle = h("button", { type: "button" });
  const seconds = h("input", { type: "number", min: 0, value: 90, step: "any", "aria-label": t("seconds") });
  const advance = (/** @type {number} */ by) => change(post("/clock/advance", { seconds: by }));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    advance(seconds.valueAsNumber);
  };

  /** @param {Promise<Clock>} request */
  async function change(request) {
    const clock = await runOrToast(request);
    if (!clock) return;
    noteClock(clock.now);
    fill(face, h("b", {}, dateTime(clock.now)), ` · ${t(clock.frozen ? "clockFrozen" : "clockRuns")}`);
    toggle.textContent = t(clock.frozen ? "clockRun" : "clockFreeze");
    toggle.onclick = () => change(post("/clock/freeze", { frozen: !clock.frozen }));
  }

  const timer = setInterval(() => {
    if (!face.isConnected) clearInterval(timer);
    else if (!document.hidden) change(get("/clock"));
  }, REFRESH_INTERVAL);
  change(get("/clock"));
  const steps = STEPS.map(([text, by]) => h("button", { type: "button", onclick: () => advance(by) }, text));
  return h(
    "form.fields.controls",
    { onsubmit: submit },
    face,
    h("div.row", {}, steps),
    field(t("seconds"), seconds),
    h("button.primary", {}, t("clockAdvance")),
    toggle,
  );
}
