// Users, keyboard shortcuts, reconnection, BotFather.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Server, bubble, bubbles, closeBrowser, dialog, field, row, serve, started, until, visit, write } from "./stage.mjs";

after(closeBrowser);

test("two users side by side talk with the same bot", async (t) => {
  const { server, user: ann, bot, page } = await started(t);
  const bob = await server.user({ first_name: "Bob", username: "bob_lee" });
  await page.locator("chat-list").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Add another user to this page" }).click();
  await page.getByRole("menuitem", { name: "Bob" }).click();
  const panes = page.locator("user-pane");
  await until(async () => (await panes.count()) === 2, "a second pane");
  await panes.nth(1).getByRole("button", { name: "Start", exact: true }).click();
  const { message } = await bot.update();
  assert.equal(message.from.id, bob.id);
  assert.equal(message.from.language_code, undefined);
  await bot.send(ann, "For Ann");
  await bot.send(bob, "For Bob");
  await bubble(panes.nth(0), "For Ann").waitFor();
  await bubble(panes.nth(1), "For Bob").waitFor();
  assert.equal(await bubble(panes.nth(0), "For Bob").count(), 0);
  // The address keeps both.
  await page.reload();
  await bubble(panes.nth(1), "For Bob").waitFor();
  // A browser allows six HTTP connections to a server, which is why events use WebSockets.
  const others = [];
  for (let i = 0; i < 7; i++) others.push(await page.context().newPage());
  for (const other of others) await other.goto(page.url());
  await bot.send(ann, "For all tabs");
  for (const other of others) await bubble(other.locator("user-pane").nth(0), "For all tabs").waitFor();
});

test("users are created, changed and deleted", async (t) => {
  const { server, user, bot, page } = await started(t);
  await page.locator("chat-list .account").click();
  await page.getByRole("menuitem", { name: "New user" }).click();
  const form = page.getByRole("dialog", { name: "New user" });
  await form.getByLabel("First name").fill("Zoë");
  await form.getByLabel("Username").fill("@zoe_m");
  await form.getByLabel("Language code").fill("");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const { message } = await bot.update();
  const { id, ...zoe } = message.from;
  assert.deepEqual(zoe, { is_bot: false, first_name: "Zoë", username: "zoe_m" });
  await page.locator("chat-list").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Edit profile" }).click();
  const profile = page.getByRole("dialog", { name: "Edit profile" });
  await profile.getByLabel("Last name").fill("Moss");
  await profile.getByLabel("Username").fill("");
  await profile.getByRole("button", { name: "Save" }).click();
  await page.locator("chat-list .account").getByText("Zoë Moss").waitFor();
  await write(page, "me again");
  const again = await bot.update();
  assert.deepEqual([again.message.from.last_name, again.message.from.username], ["Moss", undefined]);
  // A taken username is explained, and the form stays open.
  await server.control("PATCH", `/users/${user.id}`, { username: "ann_lee" });
  await page.locator("chat-list").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Edit profile" }).click();
  await profile.getByLabel("Username").fill("ann_lee");
  await profile.getByRole("button", { name: "Save" }).click();
  await page.locator(".toast").getByText("the username is taken").waitFor();
  await profile.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("dialog", { name: /Delete the account of Zoë Moss/ }).getByRole("button", { name: "Delete", exact: true }).click();
  await page.locator("chat-list .account").getByText("Ann").waitFor();
  const refused = await bot.ask("sendMessage", { chat_id: id, text: "?" });
  assert.equal(refused.description, "Forbidden: user is deactivated");
});

test("menus of users and of forward targets can be searched", async (t) => {
  const { server, user, bot, page } = await started(t);
  for (const [first_name, username] of [["Bob", "bob_lee"], ["Carla", "carla_m"], ["Боб", "boris_k"]]) {
    await server.user({ first_name, username });
  }
  await server.bot({ username: "reader_bot", name: "Reader" });
  await server.bot({ username: "shop_bot", name: "Shop" });
  const items = () => page.getByRole("menuitem").allTextContents();
  const search = page.locator(".menu").getByRole("searchbox", { name: "Search" });
  await page.locator("chat-list .account").click();
  await until(async () => (await items()).length === 4, "three people and a new one");
  await page.keyboard.type("bo");
  assert.deepEqual(await items(), ["Bob@bob_lee", "Боб@boris_k", "New user+"]);
  await search.fill("nobody");
  await page.locator(".menu").getByText("Nothing found").waitFor();
  await search.fill("@carla");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("chat-list .account").getByText("Carla").waitFor();
  await page.locator("chat-list").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Add another user to this page" }).click();
  await page.keyboard.type("bob_");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Bob" }).waitFor();
  await page.goto(`${server.root}/#${user.id}/${bot.id}`);
  await bot.send(user, "Rain at noon");
  await bubble(page, "Rain at noon").locator(".bubble").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Forward" }).click();
  await page.keyboard.type("shop");
  assert.deepEqual(await items(), ["Shop@shop_bot"]);
  await page.keyboard.press("Enter");
  await page.locator("dialog-view header .name").getByText("Shop", { exact: true }).waitFor();
});

test("an address opens a user who is new, or is not in the list", async (t) => {
  const { server, page } = await started(t);
  await Promise.all(Array.from({ length: 210 }, (_, i) => server.user({ first_name: `Person ${i}` })));
  const last = await server.user({ first_name: "Newcomer" });
  await page.evaluate((id) => {
    location.hash = `#${id}`;
  }, last.id);
  await page.locator("chat-list .account").getByText("Newcomer").waitFor();
  const fresh = await visit(server, `/#${last.id}`);
  await fresh.locator("chat-list .account").getByText("Newcomer").waitFor();
  await fresh.evaluate(() => {
    location.hash = "#424242";
  });
  await fresh.locator(".toast").getByText("There is no user 424242 on this server").waitFor();
  await fresh.locator("chat-list .account").getByText("Newcomer").waitFor();
});

test("BotFather creates a bot whose program can run at once", async (t) => {
  const server = await serve(t);
  await server.user();
  const page = await visit(server);
  const search = page.getByRole("searchbox", { name: "Search" });
  await search.fill("@botf");
  await page.locator("chat-list .chat").filter({ hasText: "@BotFather" }).click();
  await page.getByText("BotFather is the one bot to rule them all.").first().waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bubble(page, "/newbot - create a new bot").waitFor();
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("option", { name: /newbot/ }).click();
  await bubble(page, "How are we going to call it?").waitFor();
  await write(page, "Tetris");
  await bubble(page, "choose a username").waitFor();
  await write(page, "tetris_bot");
  const done = bubble(page, "Congratulations on your new bot");
  const token = await done.locator("code").textContent();
  const me = await (await fetch(`${server.root}/bot${token}/getMe`)).json();
  assert.equal(me.result.username, "tetris_bot");
  await write(page, "/mybots");
  await page.locator("message-list").getByRole("button", { name: "@tetris_bot" }).click();
  await page.getByRole("button", { name: "Bot Settings" }).click();
  await page.getByRole("button", { name: "Allow Groups?" }).click();
  await page.locator(".keys").getByRole("button", { name: "Disable" }).click();
  await bubble(page, "The new status is: DISABLED").waitFor();
  await page.locator(".keys").waitFor({ state: "hidden" });
  await bubble(page, "Congratulations").locator(".text").getByRole("link", { name: "t.me/tetris_bot" }).click();
  await page.locator("dialog-view header .name").getByText("Tetris", { exact: true }).waitFor();
});

test("BotFather and the page speak Russian with Russian users", async (t) => {
  const server = await serve(t);
  const page = await visit(server, "/", { locale: "ru-RU" });
  await page.getByRole("heading", { name: "Кто вы?" }).waitFor();
  await page.keyboard.type("Аня");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /BotFather/ }).click();
  await page.getByRole("heading", { name: "Что умеет этот бот?" }).waitFor();
  await page.getByRole("button", { name: "Запустить", exact: true }).click();
  await bubble(page, "/newbot - создать нового бота").waitFor();
  await page.locator("chat-list").getByRole("button", { name: "Ещё" }).click();
  await page.getByRole("menuitem", { name: "English" }).click();
  await page.getByRole("button", { name: "Menu", exact: true }).waitFor();
});

test("an account that is made while it is looked for is found", async (t) => {
  const { server, page } = await started(t);
  await page.keyboard.press("Control+k");
  await page.getByRole("searchbox", { name: "Jump to…" }).fill("oth");
  const found = page.getByRole("dialog", { name: "Jump to…" }).getByRole("button", { name: /Other/ });
  assert.equal(await found.count(), 0);
  await server.bot({ username: "other_bot", name: "Other" });
  await found.waitFor();
});

test("everything can be reached with the keyboard", async (t) => {
  const { server, page, bot, user } = await started(t);
  await server.bot({ username: "other_bot", name: "Other" });
  await server.user({ first_name: "Bob" });
  await page.keyboard.press("Control+k");
  const jump = page.getByRole("searchbox", { name: "Jump to…" });
  await jump.fill("oth");
  await page.getByRole("dialog", { name: "Jump to…" }).getByRole("button", { name: /Other/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Start", exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await bubble(page, "/start").waitFor();
  await page.keyboard.press("Alt+ArrowDown");
  await page.locator("dialog-view header .name").getByText("Story", { exact: true }).waitFor();
  await bot.send(user, "Can you hear?");
  await bubble(page, "Can you hear?").waitFor();
  await until(() => field(page).evaluate((element) => element === document.activeElement), "the field has the focus");
  await page.keyboard.press("Control+ArrowUp");
  await page.getByText("Reply to Story").waitFor();
  await page.keyboard.type("Yes");
  await page.keyboard.press("Escape");
  await page.getByText("Reply to Story").waitFor({ state: "hidden" });
  await page.keyboard.press("Enter");
  assert.equal((await bot.hears("Yes")).reply_to_message, undefined);
  await page.keyboard.press("Shift+Tab");
  await bubble(page, "Can you hear?").focus();
  await page.keyboard.press("ArrowUp");
  await until(() => bubble(page, "/start").evaluate((element) => element === document.activeElement), "the arrow walks");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Reply" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menuitem", { name: "Reply" }).waitFor({ state: "hidden" });
  await page.keyboard.press("Escape");
  await page.locator(".pick").waitFor();
  await page.keyboard.press("Control+k");
  await jump.fill("bob");
  await page.keyboard.press("Enter");
  await page.locator("chat-list .account").getByText("Bob").waitFor();
});

test("a draft is kept in its dialog", async (t) => {
  const { server, user, bot, page } = await started(t);
  await server.bot({ username: "other_bot", name: "Other" });
  await field(page).fill("half a thou");
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox", { name: "Search" }).fill("other");
  await page.getByRole("button", { name: /Other/ }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await write(page, "to the other");
  await bot.send(user, "Are you there?");
  await until(async () => (await page.title()) === "(1) Parlor", "the title counts unread messages");
  await page.locator("chat-list .chat").filter({ hasText: "Story" }).click();
  assert.equal(await field(page).inputValue(), "half a thou");
  await until(async () => (await page.title()) === "Parlor", "read");
});

test("the chosen theme is kept", async (t) => {
  const { page } = await started(t, { options: { colorScheme: "light" } });
  const back = () => page.locator("chat-list").evaluate((element) => getComputedStyle(element).backgroundColor);
  const light = await back();
  await page.locator("chat-list").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Theme: Dark" }).click();
  const dark = await back();
  assert.notEqual(light, dark);
  await page.reload();
  await row(page, "Story").waitFor();
  assert.equal(await back(), dark);
});

test("a phone shows the list or the dialog", async (t) => {
  const { page } = await started(t, { options: { viewport: { width: 380, height: 700 } } });
  assert.equal(await page.locator("chat-list").isVisible(), false);
  await page.getByRole("button", { name: "Back" }).click();
  await row(page, "Story").waitFor();
  assert.equal(await page.locator("dialog-view").count(), 0);
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok((await overflow()) <= 0);
  await row(page, "Story").click();
  await bubble(page, "/start").waitFor();
  await page.locator("dialog-view .account").click();
  await page.getByRole("button", { name: "Block bot" }).waitFor();
  assert.ok((await overflow()) <= 0);
});

test("the page reconnects to a restarted server, and says so in the meantime", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "parlor-page-"));
  t.after(() => rm(folder, { recursive: true }));
  const data = join(folder, "parlor.db");
  const first = await Server.start(["--data", data, "--no-demo"]);
  const user = await first.user();
  const bot = await first.bot();
  const page = await visit(first, `/#${user.id}/${bot.id}`);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bubble(page, "/start").waitFor();
  await first.stop();
  await page.getByText("The server does not respond. Reconnecting…").waitFor();
  await page.locator("chat-list").getByText("Connecting…").waitFor();
  await write(page, "too early");
  await until(async () => (await field(page).inputValue()) === "too early", "a text that could not be sent is kept");
  const second = await Server.start(["--data", data, "--no-demo", "--listen", first.root.replace("http://", "")]);
  t.after(async () => {
    for (const close of first.pages) await close();
    await second.stop();
  });
  await page.getByText("The server does not respond").waitFor({ state: "hidden" });
  await page.locator("chat-list").getByText("Connecting…").waitFor({ state: "hidden" });
  bot.server = second;
  await bot.hears("/start");
  await bot.send(user, "Here again");
  await bubble(page, "Here again").waitFor();
  await field(page).press("Enter");
  await bot.hears("too early");
  assert.deepEqual(await bubbles(page).allTextContents(), ["/start", "Here again", "too early"]);
});

test("a reset world shows the page of the first visit", async (t) => {
  const { server, page } = await started(t);
  await server.control("POST", "/reset");
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
});

test("every world has a page of its own", async (t) => {
  const server = await serve(t);
  await server.user({ first_name: "Elsewhere" });
  const world = await server.control("POST", "/worlds", { name: "one" });
  const page = await visit(server, "/w/one");
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.keyboard.type("Ann");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /BotFather/ }).waitFor();
  const users = await (await fetch(`${world.control}/users`)).json();
  assert.deepEqual(users.map((user) => user.first_name), ["Ann"]);
});

test("a shared link opens the page of the bot", async (t) => {
  const { server, page } = await dialog(t);
  await page.locator("dialog-view .account").click();
  await page.getByRole("button", { name: "Share link" }).click();
  await page.locator(".toast").getByText("Copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, `${server.root}/t.me/story_bot`);
  await page.getByRole("button", { name: "Add to group" }).click();
  await page.locator(".toast").getByText("Groups are not supported yet").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${link}?startgroup`);
  const stranger = await visit(server, new URL(link).pathname);
  await stranger.getByRole("heading", { name: "Story" }).waitFor();
  await stranger.getByRole("button", { name: /Ann/ }).click();
  await stranger.getByRole("button", { name: "Start", exact: true }).waitFor();
});
