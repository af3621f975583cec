// Bot API objects as the page draws them: every kind of content, and chats whose other side is not a bot.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, bubble, closeBrowser, row, serve, until, visit, write } from "./stage.mjs";

const ANN = { id: 1001, is_bot: false, first_name: "Ann", last_name: "Lee" };
const BOT = { id: 7001, is_bot: true, first_name: "Weather", username: "weather_bot" };
const CHAT = { id: BOT.id, type: "private", first_name: "Weather", username: "weather_bot" };
const GARDENERS = { id: -1001, type: "supergroup", title: "Gardeners" };

const message = (fields) => ({ message_id: 5, from: BOT, chat: CHAT, date: 1_790_000_000, ...fields });
const wrapped = (fields, details) => {
  const sent = message(fields);
  return {
    message: sent,
    ids: {},
    is_outgoing: sent.from.id === ANN.id,
    is_read: false,
    is_silent: false,
    reply_to_message_id: null,
    reply_keyboard: null,
    reactions: {},
    ...details,
  };
};

let server;
let page;

before(async () => {
  server = await Server.start();
  page = await visit(server);
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
});

after(async () => {
  await server.close();
  await closeBrowser();
});

/** Draws a message with the page's own modules; returns what Ann sees of it. */
function draw(fields, details = {}, context = {}) {
  return page.evaluate(
    async ([message, context]) => {
      const { messageElement } = await import("/page/elements/message.js");
      const element = messageElement(message, context, { press() {}, menu() {}, jump() {}, react() {} });
      const text = (selector) => element.querySelector(selector)?.textContent;
      const all = (selector) => [...element.querySelectorAll(selector)].map((found) => found.textContent);
      return {
        kind: element.className,
        label: element.getAttribute("aria-label"),
        text: text(".text"),
        line: element.textContent,
        forwarded: text(".forwarded"),
        reply: all(".reply > *"),
        preview: text(".preview"),
        reactions: [...element.querySelectorAll(".reaction")].map((one) => `${one.textContent} ${one.ariaPressed}`),
        buttons: all(".key"),
        ticks: element.querySelector(".ticks")?.ariaLabel,
      };
    },
    [wrapped(fields, details), { viewer: ANN.id, isRead: false, pressed: [], ...context }],
  );
}

test("texts are bubbles with their sender, on the sender's side", async () => {
  const theirs = await draw({ text: "Rain" });
  assert.deepEqual([theirs.kind, theirs.text, theirs.ticks], ["message", "Rain", undefined]);
  assert.match(theirs.label, /^Weather, /);
  const own = await draw({ text: "Rain?", from: ANN }, {}, { isRead: true });
  assert.deepEqual([own.kind, own.text, own.ticks], ["message own", "Rain?", "read"]);
  assert.match(own.label, /^You, /);
  const bob = { id: 1002, is_bot: false, first_name: "Bob" };
  assert.match((await draw({ text: "Hi", from: bob, chat: GARDENERS })).label, /^Bob, /);
  assert.match((await draw({ text: "Hi", from: { ...bob, first_name: "" }, chat: GARDENERS })).label, /^Deleted Account, /);
});

test("links have a card with the address that the sender chose", async () => {
  const text = "https://example.com/a";
  const entities = [{ type: "url", offset: 0, length: text.length }];
  assert.equal((await draw({ text, entities, link_preview_options: { url: text } })).preview, `example.com${text}`);
  assert.equal((await draw({ text, entities, link_preview_options: { is_disabled: true } })).preview, undefined);
  assert.equal((await draw({ text, entities, link_preview_options: { url: "https://" } })).preview, undefined);
  assert.equal((await draw({ text })).preview, undefined);
});

const PINNED = { pinned_message: message({ text: "Rain" }) };
for (const [line, fields] of [
  ["You pinned a message", { ...PINNED, from: ANN }],
  ["Weather pinned a message", PINNED],
  ["Weather pinned a message", { pinned_message: { message_id: 4, date: 0, chat: CHAT } }],
  ["You allowed this bot to message you when you logged in on example.com.", { from: ANN, connected_website: "example.com" }],
  ["You allowed this bot to message you when you opened its mini app.", { from: ANN, write_access_allowed: {} }],
  ["You allowed this bot to message you when you opened its mini app.", { from: ANN, write_access_allowed: { web_app_name: "shop" } }],
  ["You allowed this bot to message you when you added it to your menu.", { from: ANN, write_access_allowed: { from_attachment_menu: true } }],
  ["You allowed this bot to message you.", { from: ANN, write_access_allowed: { from_request: true } }],
]) {
  test(`a service message is one line: ${line} ${JSON.stringify(Object.keys(fields))}`, async () => {
    const { kind, line: shown } = await draw(fields);
    assert.deepEqual([kind, shown], ["service", line]);
  });
}

test("content that the page does not know says so", async () => {
  const photo = await draw({ photo: [{ file_id: "x", width: 1, height: 1 }], caption: "Clouds" });
  assert.deepEqual([photo.kind, photo.text], ["message", "This message cannot be shown here"]);
  assert.equal((await draw({ dice: { emoji: "🎲", value: 3 } }, { reactions: { 7001: [{ type: "emoji", emoji: "👍" }] } })).text, "This message cannot be shown here");
});

for (const [name, origin] of [
  ["You", { type: "user", sender_user: ANN }],
  ["Weather", { type: "user", sender_user: BOT }],
  ["Deleted Account", { type: "user", sender_user: { ...BOT, first_name: "" } }],
  ["Somebody", { type: "hidden_user", sender_user_name: "Somebody" }],
  ["Gardeners", { type: "chat", sender_chat: GARDENERS }],
  ["Gardeners", { type: "channel", chat: GARDENERS, message_id: 1 }],
]) {
  test(`a forwarded message names its origin: ${origin.type}, ${name}`, async () => {
    assert.equal((await draw({ text: "x", forward_origin: { date: 1, ...origin } })).forwarded, `Forwarded from ${name}`);
  });
}

test("a reply shows the sender and the text or quote that it answers", async () => {
  const answered = message({ message_id: 1, text: "Rain?", from: ANN });
  const reply = (details, context, fields) => draw({ text: "Yes", ...fields }, { reply_to_message_id: 1, ...details }, context).then((drawn) => drawn.reply);
  assert.deepEqual(await reply({}, { answered }), ["You", "Rain?"]);
  assert.deepEqual(await reply({}, { answered: message({ text: "Sun\nshine" }) }), ["Weather", "Sun shine"]);
  assert.deepEqual(await reply({}, {}), ["Weather", "…"], "the message is gone");
  assert.deepEqual(await reply({}, { answered }, { quote: { text: "Rain", position: 0 } }), ["You", "Rain"]);
  assert.deepEqual(await reply({ reply_to_message_id: null }, {}), []);
});

test("reactions are counted, the user's own are pressed", async () => {
  const emoji = (emoji) => ({ type: "emoji", emoji });
  const reactions = { 1001: [emoji("👍")], 1002: [emoji("🔥"), { type: "custom_emoji", custom_emoji_id: "1" }], 7001: [emoji("👍"), { type: "paid" }] };
  const drawn = await draw({ text: "x" }, { reactions });
  assert.deepEqual(drawn.reactions, ["👍 2 true", "🔥 false", "◌ false", "⭐ false"]);
});

test("buttons have a sign of what they do", async () => {
  const url = "https://example.com";
  const keys = [{ callback_data: "a" }, { url }, { login_url: { url } }, { web_app: { url } }, { copy_text: { text: "x" } }, { switch_inline_query: "" }];
  const inline_keyboard = [keys.map((key, i) => ({ text: `${i}`, ...key }))];
  assert.deepEqual((await draw({ text: "x", reply_markup: { inline_keyboard } })).buttons, ["0", "1↗", "2↗", "3▣", "4⧉", "5↪"]);
});

/** Opens Ann's page with a message of another user, or of hers to herself. */
async function talk(t, other) {
  const server = await serve(t);
  const ann = await server.user();
  const sender = other ? await server.user(other) : ann;
  await server.control("POST", `/users/${sender.id}/dialogs/${ann.id}/messages`, { text: "See you at noon" });
  const page = await visit(server);
  await page.goto(`${server.root}/#${ann.id}/${sender.id}`);
  await page.reload();
  await bubble(page, "See you at noon").waitFor();
  return { page, server, ann, sender };
}

const items = async (page) => {
  await bubble(page, "See you at noon").locator(".bubble").click({ button: "right" });
  const texts = await page.locator(".menu [role=menu] > button").allTextContents();
  await page.keyboard.press("Escape");
  return texts.filter((text) => /elete/.test(text));
};

test("a chat with a user shows nothing of bots", async (t) => {
  const bob = { first_name: "Bob", last_name: "Stone", username: "bob_stone" };
  const { page, server, ann, sender } = await talk(t, bob);
  const head = page.locator("dialog-view header");
  await head.locator(".name").getByText("Bob Stone", { exact: true }).waitFor();
  await head.locator(".status").getByText("@bob_stone", { exact: true }).waitFor();
  await row(page, "Bob Stone").getByText("See you at noon").waitFor();
  assert.equal(await page.locator("dialog-view .status-dot").count(), 0);
  assert.equal(await row(page, "Bob Stone").locator(".status-dot").count(), 0);
  assert.deepEqual(await items(page), ["Delete for me", "Also delete for Bob Stone"]);
  await page.locator("dialog-view .account").click();
  await page.getByRole("button", { name: "Block user" }).waitFor();
  assert.deepEqual(await page.locator(".profile .buttons button").allTextContents(), ["Share link", "Go to the first message", "Block user"]);
  await page.keyboard.press("Escape");
  await write(page, "Fine");
  await bubble(page, "Fine").waitFor();
  const [, reply] = await server.control("GET", `/users/${sender.id}/dialogs/${ann.id}/messages`);
  assert.deepEqual([reply.message.text, reply.message.from.id, reply.is_outgoing], ["Fine", ann.id, false]);
});

test("the user's own chat is Saved Messages", async (t) => {
  const { page } = await talk(t);
  await page.locator("dialog-view header .name").getByText("Saved Messages", { exact: true }).waitFor();
  const saved = row(page, "Saved Messages").locator(".text");
  await until(async () => (await saved.textContent()) === "See you at noon", "the sender needs no name");
  assert.deepEqual(await items(page), ["Delete"]);
  await page.locator("dialog-view .account").click();
  assert.deepEqual(await page.locator(".profile .buttons button").allTextContents(), ["Go to the first message"]);
});
