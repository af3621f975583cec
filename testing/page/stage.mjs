// What the page's tests share: a server for every test, Chromium, and bots that the test plays itself.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

// The longest wait of a test, for slow machines.
export const PATIENCE = 20_000;

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

let shared;

/** One browser for a file of tests; every test has its own profile in it. */
export async function browser() {
  shared ??= await chromium.launch({ executablePath: process.env.PARLOR_CHROMIUM, args: FLAGS });
  return shared;
}

export async function closeBrowser() {
  await shared?.close();
}

/** A running server. */
export class Server {
  /** Functions that close the pages of this server, which are closed before it stops. */
  pages = [];

  static async start(options = ["--memory", "--no-demo"]) {
    const listen = options.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
    const child = spawn(process.env.PARLOR_BINARY, [...options, ...listen], { stdio: ["ignore", "pipe", "inherit"] });
    const server = new Server();
    server.child = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const [, root] = line.match(/Bot API root\s+(\S+)/) ?? [];
      if (!root) continue;
      server.root = root;
      break;
    }
    assert.ok(server.root, "the server ended at once");
    child.stdout.resume();
    return server;
  }

  /** Closes the pages, which fails if one of them has reported an error, and stops the server in any case. */
  async close() {
    try {
      for (const close of this.pages) await close();
    } finally {
      await this.stop();
    }
  }

  async stop() {
    if (this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }

  /** Calls the control API; fails on anything but success. */
  async control(method, path, body) {
    const answer = await fetch(`${this.root}/control${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    return text ? JSON.parse(text) : null;
  }

  user(profile = { first_name: "Ann", language_code: "en" }) {
    return this.control("POST", "/users", profile);
  }

  /** A user asks to join a supergroup that the bot administers, by a link of its owner. */
  async askToJoin(user, bot, title) {
    const owner = await this.user({ first_name: "Olga" });
    const group = { type: "supergroup", title, owner: String(owner.id), administrators: [String(bot.id)] };
    const { chat } = await this.control("POST", "/groups", group);
    const { invite_link } = await this.control("POST", `/groups/${chat.id}/links`, { creates_join_request: true });
    await this.control("POST", `/users/${user.id}/join`, { link: invite_link });
  }

  async bot(profile = {}) {
    return new Bot(this, await this.control("POST", "/bots", { username: "story_bot", name: "Story", ...profile }));
  }
}

/** A bot's program, played by the test over the public Bot API. */
export class Bot {
  #offset = 0;

  constructor(server, { id, token, username }) {
    Object.assign(this, { server, id, token, username });
  }

  /** Calls a method; fails on a refusal. */
  async call(method, parameters = {}) {
    const { ok, result, description } = await this.ask(method, parameters);
    assert.ok(ok, `${method}: ${description}`);
    return result;
  }

  /** Calls a method, and returns refusals too. */
  async ask(method, parameters = {}) {
    const answer = await fetch(`${this.server.root}/bot${this.token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(parameters),
    });
    return answer.json();
  }

  send(user, text, more = {}) {
    return this.call("sendMessage", { chat_id: user.id, text, ...more });
  }

  /** Returns the next update, or the next one of that kind, and confirms the ones before it. */
  async update(kind) {
    for (;;) {
      const [update] = await this.call("getUpdates", { offset: this.#offset, timeout: 20, limit: 1 });
      assert.ok(update, "no update came");
      this.#offset = update.update_id + 1;
      if (kind === undefined || kind in update) return update;
    }
  }

  /** Waits for a message with that text. */
  async hears(text) {
    const { message } = await this.update();
    assert.equal(message?.text, text);
    return message;
  }

  /** Confirms all updates. */
  confirm() {
    return this.call("getUpdates", { offset: this.#offset, timeout: 0 });
  }
}

/** Opens a page in a profile of its own. Errors that it reports fail the test. */
export async function visit(server, path = "/", options = {}) {
  const context = await (await browser()).newContext({
    viewport: { width: 1200, height: 800 },
    locale: "en-US",
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const errors = [];
  page.on("console", (message) => {
    // Chromium reports refusals and lost connections, which tests cause on purpose; the page's own files are checked below.
    const isNetwork = /Failed to load resource|WebSocket connection to/.test(message.text());
    if (!isNetwork && ["error", "warning"].includes(message.type())) errors.push(message.text());
  });
  page.on("response", (response) => {
    if (response.url().includes("/page/") && response.status() >= 400) errors.push(response.url());
  });
  page.on("pageerror", (error) => errors.push(error.stack));
  server.pages.push(async () => {
    await context.close();
    assert.deepEqual(errors, []);
  });
  await page.goto(server.root + path);
  return page;
}

/** Starts a server that ends with the test. */
export async function serve(t, options) {
  const server = await Server.start(options);
  t.after(() => server.close());
  return server;
}

/** A server, a person, a bot, and the person's page with the dialog open. */
export async function dialog(t, { user: profile, bot: about, options } = {}) {
  const server = await serve(t);
  const user = await server.user(profile);
  const bot = await server.bot(about);
  const page = await visit(server, `/#${user.id}/${bot.id}`, options);
  await page.locator("dialog-view header .name").getByText(about?.name ?? "Story", { exact: true }).waitFor();
  return { server, user, bot, page };
}

/** The same, after Start was pressed. */
export async function started(t, options) {
  const stage = await dialog(t, options);
  await stage.page.getByRole("button", { name: "Start", exact: true }).click();
  await stage.bot.hears("/start");
  return stage;
}

/** The bubbles that are in the page, as texts. */
export const bubbles = (page) => page.locator("message-list .message .text");

/** A bubble with that text. */
export const bubble = (page, text) => page.locator("message-list .message").filter({ hasText: text });

/** The row of a bot in the list of chats, or in the list of bots below it. */
export const row = (page, name) => page.locator("chat-list .chat").filter({ hasText: name });

export const field = (page) => page.locator("message-composer textarea");

/** Writes a message as a person does. */
export async function write(page, text) {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** Waits until a check holds: for what no locator can wait for. */
export async function until(check, what) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await check();
    if (value) return value;
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Bytes over the wire of what the page itself is made of; what it shows is the API's. */
export function weigh(page) {
  return page.evaluate(() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return all.filter((entry) => !entry.name.includes("/control/")).reduce((sum, entry) => sum + entry.transferSize, 0);
  });
}
