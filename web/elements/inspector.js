/** The inspector: the requests of bots, their updates, and the controls for tests. */

import { accounts } from "../accounts.js";
import { get, post, world } from "../api.js";
import { fill, h, iconButton, reconcile, watch } from "../dom.js";
import { duration, timeOfDay } from "../format.js";
import { t } from "../i18n.js";
import { ruleText } from "../problems.js";
import { asCurl, deliveries, gist, isEmptyPoll, isError, Traffic } from "../traffic.js";
import { clockTab } from "./clock-tab.js";
import { faultsTab } from "./faults-tab.js";
import { statusDot } from "./parts.js";
import { runOrToast, box, copy, toast } from "./popups.js";

/**
 * @typedef {import("../types").Exchange} Exchange
 * @typedef {import("../traffic.js").Delivery} Delivery
 */

const TABS = /** @type {const} */ (["traffic", "updates", "faults", "clock"]);
/** Milliseconds between two requests for the pending updates of a bot. */
const POLL_INTERVAL = 1000;
/** Rows that are shown; the filter finds the others. */
const MAX_ROWS = 300;

export class BotInspector extends HTMLElement {
  /** The inspected bot; all of them if undefined. @type {number | undefined} */
  bot;
  #end = () => {};

  #traffic = new Traffic();
  /** @type {(typeof TABS)[number]} */
  #tab = "traffic";
  /** Keys of the expanded rows. @type {Set<string>} */
  #open = new Set();
  /** Updates that the bot's program has not fetched. @type {Delivery[]} */
  #pending = [];

  #choice = h("select", { "aria-label": t("whichBot"), onchange: () => this.show(Number(this.#choice.value) || undefined) });
  #statusDot = h("span");
  #tabs = h("div.tabs", { role: "tablist" });
  #filter = h("input", { type: "search", placeholder: t("filter"), "aria-label": t("filter"), oninput: () => this.draw() });
  #errors = h("input", { type: "checkbox", onchange: () => this.draw() });
  #polls = h("input", { type: "checkbox", checked: true, onchange: () => this.draw() });
  #tools = h("div.tools");
  #body = h("div.body", { role: "tabpanel", tabindex: 0 });

  connectedCallback() {
    const close = iconButton("close", t("close"), () => this.hide());
    const clear = iconButton("trash", t("clear"), () => this.#traffic.clear());
    const title = h("h2", {}, t("inspector"));
    const head = h("div.top", {}, title, this.#statusDot, this.#choice, clear, close);
    this.#tools.append(
      this.#filter,
      h("label.check", {}, this.#errors, t("errorsOnly")),
      h("label.check", {}, this.#polls, t("hidePolling")),
    );
    fill(this, head, this.#tabs, this.#tools, this.#body);
    this.setAttribute("role", "complementary");
    this.setAttribute("aria-label", t("inspector"));
    this.hidden = true;
  }

  /** Opens the inspector. Nothing is fetched before: the server keeps the past requests. @param {number | undefined} bot */
  show(bot) {
    this.bot = bot;
    if (this.hidden) {
      this.hidden = false;
      const ends = [this.#traffic.begin(), watch([this.#traffic, accounts], () => this.draw())];
      const timer = setInterval(() => this.#pollPending(), POLL_INTERVAL);
      this.#end = () => {
        ends.forEach((end) => end());
        clearInterval(timer);
      };
    }
    this.#select(this.#tab);
  }

  hide() {
    this.hidden = true;
    this.#end();
  }

  /** @param {(typeof TABS)[number]} tab */
  #select(tab) {
    this.#tab = tab;
    fill(this.#body);
    this.#drawTabs();
    if (tab === "faults") fill(this.#body, faultsTab(this.bot));
    if (tab === "clock") fill(this.#body, clockTab());
    this.draw();
  }

  #drawTabs() {
    fill(
      this.#tabs,
      TABS.map((tab) => {
        const attributes = { type: "button", role: "tab", "aria-selected": tab === this.#tab, onclick: () => this.#select(tab) };
        return h("button", attributes, t(tab));
      }),
    );
    this.#tools.hidden = this.#tab !== "traffic" && this.#tab !== "updates";
  }

  draw() {
    this.#drawChoice();
    if (this.#tab === "traffic") this.#drawTraffic();
    if (this.#tab === "updates") this.#drawUpdates();
  }

  #drawChoice() {
    const programs = accounts.programs().map(({ id, first_name: name }) => ({ id, name }));
    const options = [{ id: 0, name: t("allBots") }, ...programs];
    reconcile(
      this.#choice,
      options,
      ({ id }) => String(id),
      (option) => option.name,
      ({ id, name }) => h("option", { value: id }, name),
    );
    this.#choice.value = String(this.bot ?? 0);
    fill(this.#statusDot, this.bot === undefined ? null : statusDot(accounts.isRunning(this.bot)));
  }

  /** Whether a row matches the chosen bot and all words of the filter. @param {number} bot @param {unknown} row */
  #fits(bot, row) {
    if (this.bot !== undefined && bot !== this.bot) return false;
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return true;
    const text = JSON.stringify(row).toLowerCase();
    return words.every((word) => text.includes(word));
  }

  #drawTraffic() {
    const found = this.#traffic.exchanges.filter((exchange) => {
      if (this.#errors.checked && !isError(exchange)) return false;
      if (this.#polls.checked && isEmptyPoll(exchange)) return false;
      return this.#fits(exchange.bot_id, exchange);
    });
    this.#list(found, t("inspectorEmpty"), (exchange) => ({
      key: `exchange ${exchange.number}`,
      signature: exchange.number,
      make: () => this.#exchange(exchange),
    }));
  }

  #drawUpdates() {
    const seen = deliveries(this.#traffic.exchanges);
    const known = new Set(seen.map(({ bot, id }) => `${bot}:${id}`));
    const all = [...seen, ...this.#pending.filter(({ bot, id }) => !known.has(`${bot}:${id}`))];
    const found = all.filter((one) => this.#fits(one.bot, one));
    this.#list(found, t("updatesEmpty"), (delivery) => ({
      key: `update ${delivery.bot}:${delivery.id}`,
      signature: delivery.state,
      make: () => this.#delivery(delivery),
    }));
  }

  /** Fetches the pending updates: there are no events for them. */
  async #pollPending() {
    if (document.hidden || this.#tab !== "updates") return;
    const { bot } = this;
    const list = bot === undefined ? [] : await get(`/bots/${bot}/updates`).catch(() => []);
    const pending = list.map((/** @type {any} */ { update, kind, at }) => ({
      bot,
      id: String(update.update_id),
      kind,
      update,
      at,
      state: "waiting",
    }));
    if (JSON.stringify(pending) === JSON.stringify(this.#pending)) return;
    this.#pending = pending;
    this.draw();
  }

  /**
   * Shows rows, the newest first.
   *
   * @template Row
   * @param {Row[]} rows
   * @param {string} nothing
   * @param {(row: Row) => { key: string, signature: unknown, make: () => HTMLElement }} parts
   */
  #list(rows, nothing, parts) {
    if (!rows.length) return fill(this.#body, h("p.nothing", {}, nothing));
    this.#body.querySelector(".nothing")?.remove();
    const drawn = rows.slice(-MAX_ROWS).reverse().map(parts);
    reconcile(
      this.#body,
      drawn,
      ({ key }) => key,
      ({ key, signature }) => [signature, this.#open.has(key)],
      ({ make }) => make(),
    );
  }

  /**
   * Creates a row that can be expanded.
   *
   * @param {string} key
   * @param {string} classes
   * @param {import("../dom.js").Child} head
   * @param {() => import("../dom.js").Child} details
   */
  #row(key, classes, head, details) {
    const isOpen = this.#open.has(key);
    const toggle = () => {
      if (!this.#open.delete(key)) this.#open.add(key);
      this.draw();
    };
    const button = h("button.summary", { type: "button", "aria-expanded": isOpen, onclick: toggle }, head);
    return h("article", { class: `exchange ${classes}` }, button, isOpen ? h("div.details", {}, details()) : null);
  }

  /** @param {Exchange} exchange */
  #exchange(exchange) {
    const { number, method, status, protocol, micros, at, bot_id } = exchange;
    const rule = exchange.rule && ruleText(exchange.rule_code ?? "", status, exchange.rule);
    const failed = isError(exchange);
    const bot = accounts.bots.get(bot_id);
    const head = [
      h("time", {}, timeOfDay(at / 1000)),
      h("b", {}, method),
      h(failed ? "span.code.bad" : "span.code", {}, status || "—"),
      h("span.gist", { dir: "auto" }, gist(exchange)),
      h("span.hint", {}, `${protocol} · ${duration(micros)}`),
    ];
    return this.#row(`exchange ${number}`, failed ? "failed" : "", head, () => [
      rule ? h("p.rule", {}, h("b", {}, `${t("rule")}: `), rule) : null,
      h("h3", {}, t("parameters")),
      json(exchange.parameters),
      h("h3", {}, t("answer")),
      json(exchange.answer),
      h("footer", {}, bot ? `@${bot.username}` : bot_id, protocol === "bot api" ? this.#buttons(exchange) : null),
    ]);
  }

  /** @param {Exchange} exchange */
  #buttons(exchange) {
    const token = accounts.bots.get(exchange.bot_id)?.token ?? "TOKEN";
    const curl = () => copy(asCurl(exchange, token, location.origin + world));
    return [
      h("button", { type: "button", onclick: curl }, t("copyCurl")),
      h("button", { type: "button", onclick: () => resend(exchange) }, t("resendAs")),
    ];
  }

  /** @param {Delivery} delivery */
  #delivery(delivery) {
    const state = t(delivery.state);
    const head = [
      h("time", {}, timeOfDay(delivery.at / 1000)),
      h("b", {}, delivery.kind),
      h("span.hint", {}, delivery.id),
      h("span.gist"),
      h("span.state", { "data-state": delivery.state }, state),
    ];
    return this.#row(`update ${delivery.bot}:${delivery.id}`, delivery.state, head, () => json(delivery.update));
  }
}

/** @param {unknown} value */
function json(value) {
  return h("pre", { tabindex: 0 }, typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

/** Opens a box that sends a request again, changed or as another bot. @param {Exchange} exchange */
function resend(exchange) {
  const options = accounts.programs().map((bot) => h("option", { value: bot.id }, `${bot.first_name} (@${bot.username})`));
  const who = h("select", { "aria-label": t("whichBot") }, options);
  who.value = String(exchange.bot_id);
  const method = h("input", { type: "text", value: exchange.method, "aria-label": t("traffic") });
  const parameters = h("textarea", { rows: 8, "aria-label": t("parameters"), spellcheck: false });
  parameters.value = JSON.stringify(exchange.parameters ?? {}, null, 2);
  const answer = h("pre.answer", { "aria-live": "polite", hidden: true });
  const send = async () => {
    let given;
    try {
      given = JSON.parse(parameters.value);
    } catch {
      return toast(t("notJson"));
    }
    const response = await runOrToast(post(`/bots/${who.value}/call`, { method: method.value, parameters: given }));
    if (!response) return;
    answer.hidden = false;
    answer.textContent = JSON.stringify(response.answer, null, 2);
  };
  const button = h("button.primary", { type: "button", onclick: send }, t("resend"));
  box(t("resendAs"), h("div.fields", {}, who, method, parameters, answer), button);
}

customElements.define("bot-inspector", BotInspector);
