// The page as a whole: accessibility, weight, security.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { get } from "node:http";
import { after, test } from "node:test";
import { bubble, closeBrowser, serve, started, visit, weigh } from "./stage.mjs";

after(closeBrowser);

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Returns the accessibility violations that axe finds. */
async function barriers(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  test(`the page is accessible, ${colorScheme}`, async (t) => {
    const stage = await started(t, { options: { colorScheme } });
    const { server, user, bot, page } = stage;
    const check = async (what) => assert.deepEqual(await barriers(page), [], what);
    await bot.call("setMyCommands", { commands: [{ command: "play", description: "Play" }] });
    await bot.call("setMyDescription", { description: "A story" });
    const first = await bot.send(user, "<b>Bold</b> <code>code</code> https://example.com <tg-spoiler>x</tg-spoiler>", {
      parse_mode: "HTML",
      reply_markup: { inline_keyboard: [[{ text: "One", callback_data: "1" }, { text: "Site", url: "https://example.com" }]] },
    });
    await bot.send(user, "Reply", {
      reply_parameters: { message_id: first.message_id },
      reply_markup: { keyboard: [["Yes", "No"]], resize_keyboard: true },
    });
    await bot.call("pinChatMessage", { chat_id: user.id, message_id: first.message_id });
    await bot.call("setMessageReaction", { chat_id: user.id, message_id: first.message_id, reaction: [{ type: "emoji", emoji: "👍" }] });
    await page.locator(".pinned").waitFor();
    await page.getByRole("button", { name: "👍" }).waitFor();
    await check("a dialog");
    await page.getByRole("button", { name: "Menu", exact: true }).click();
    await page.getByRole("option", { name: /play/ }).waitFor();
    await check("the commands");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Site" }).click();
    await page.getByRole("dialog", { name: "Open this link?" }).waitFor();
    await check("a question");
    await page.keyboard.press("Escape");
    await page.locator("dialog-view .account").click();
    await page.getByRole("button", { name: "Block bot" }).waitFor();
    await check("a profile");
    await page.getByRole("button", { name: "Close" }).click();
    await bubble(page, "Bold").first().locator(".bubble").click({ button: "right" });
    await page.getByRole("menu").waitFor();
    await check("a menu");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+i");
    await bot.ask("sendMessage", { chat_id: user.id });
    const failed = page.locator(".exchange.failed .summary");
    await failed.click();
    await check("the inspector");
    for (const tab of ["Updates", "Faults", "Clock"]) {
      await page.getByRole("tab", { name: tab }).click();
      await check(tab);
    }
    await page.keyboard.press("Alt+i");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Jump to…" }).waitFor();
    await check("the jump box");
    await page.keyboard.press("Escape");
    await page.locator("chat-list .account").click();
    await page.getByRole("menuitem", { name: "New user" }).click();
    await page.getByRole("dialog", { name: "New user" }).waitFor();
    await check("a form");
    const stranger = await visit(server, "/t.me/story_bot?start=x", { colorScheme });
    await stranger.getByRole("heading", { name: "Story" }).waitFor();
    assert.deepEqual(await barriers(stranger), [], "the landing page");
  });
}

test("the page is small", async (t) => {
  const { server, user, bot } = await started(t);
  for (let i = 0; i < 50; i++) await bot.send(user, `message ${i}`);
  const page = await visit(server, `/#${user.id}/${bot.id}`);
  await bubble(page, "message 49").waitFor();
  const weight = await weigh(page);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
  t.diagnostic(`${(weight / 1024).toFixed(0)} KB over the wire, first contentful paint after ${paint?.toFixed(0)} ms`);
  assert.ok(weight > 10_000 && weight < 150_000, `${weight} bytes`);
});

test("the layout does not shift", async (t) => {
  const { user, bot, page } = await started(t);
  await page.evaluate(() => {
    globalThis.shift = 0;
    const add = (list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
    };
    new PerformanceObserver(add).observe({ type: "layout-shift" });
  });
  const markup = { inline_keyboard: [[{ text: "Next", callback_data: "n" }]] };
  const sent = await bot.send(user, "A story", { reply_markup: markup });
  await bubble(page, "A story").waitFor();
  await bot.call("sendChatAction", { chat_id: user.id, action: "typing" });
  await page.locator("dialog-view header").getByText("typing…").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  const { callback_query: pressed } = await bot.update();
  await bot.call("answerCallbackQuery", { callback_query_id: pressed.id, text: "Next" });
  await page.locator(".toast").waitFor();
  await bot.call("editMessageText", { chat_id: user.id, message_id: sent.message_id, text: "A story!", reply_markup: markup });
  await bubble(page, "A story!").waitFor();
  assert.ok((await page.evaluate(() => globalThis.shift)) < 0.05, "layout shift");
});

test("only the page's own scripts run, and other sites cannot call the API", async (t) => {
  const server = await serve(t);
  const answer = await fetch(`${server.root}/`);
  const policy = answer.headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.match(policy, /style-src 'self'(;|$)/);
  assert.doesNotMatch(await answer.text(), /<script(?![^>]*\ssrc=)|<style|\son\w+=|style=/);
  const { port } = new URL(server.root);
  const status = (path, headers) =>
    new Promise((resolve, reject) => {
      get({ host: "127.0.0.1", port, path, headers }, ({ statusCode }) => resolve(statusCode)).on("error", reject);
    });
  const own = `127.0.0.1:${port}`;
  for (const path of ["/", "/t.me/x_bot", "/page/main.js", "/control/users"]) {
    assert.equal(await status(path, { host: own }), 200, path);
    assert.equal(await status(path, { host: "evil.example" }), 403, path);
    assert.equal(await status(path, { host: own, origin: "http://evil.example" }), 403, path);
    assert.equal(await status(path, { host: own, origin: "null" }), 403, path);
  }
  for (const path of ["/page/../Cargo.toml", "/page/%2e%2e/Cargo.toml", "/page/jsconfig.json", "/page/types.d.ts", "/page/none.js"]) {
    assert.equal(await status(path, { host: own }), 404, path);
  }
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
  assert.equal(await status("/control/accounts/events", { host: own, origin: "http://evil.example", ...upgrade }), 403);
});

test("beyond loopback the page requires the token of the server", async (t) => {
  const server = await serve(t, ["--memory", "--no-demo", "--listen", "0.0.0.0:0", "--control-token", "s3cret/+="]);
  server.root = server.root.replace("0.0.0.0", "127.0.0.1");
  const stranger = await visit(server);
  await stranger.getByRole("heading", { name: "This server requires a token" }).waitFor();
  await stranger.getByLabel("Token").fill("s3cret/+=");
  await stranger.keyboard.press("Enter");
  await stranger.getByRole("heading", { name: "Who are you?" }).waitFor();
  const page = await visit(server, `/#token=${encodeURIComponent("s3cret/+=")}`);
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  assert.equal(new URL(page.url()).hash, "", "the token leaves the address bar");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /BotFather/ }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bubble(page, "/newbot").waitFor();
});
