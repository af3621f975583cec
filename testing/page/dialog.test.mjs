// A dialog in the user's app.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bubble, bubbles, closeBrowser, dialog, field, row, serve, started, until, visit, write } from "./stage.mjs";

after(closeBrowser);

test("from the first visit to the greeting", async (t) => {
  const server = await serve(t, ["--memory"]);
  const page = await visit(server);
  await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  await page.keyboard.type("Ann");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /Parlor Demo/ }).click();
  await page.getByRole("heading", { name: "What can this bot do?" }).waitFor();
  await page.getByText("I show that Parlor works").waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bubble(page, "Hi, Ann!").waitFor();
  await write(page, "good morning");
  await bubble(page, "You wrote: good morning").waitFor();
  assert.deepEqual(await bubbles(page).allTextContents(), ["/start", "Hi, Ann!", "good morning", "Hi, Ann! You wrote: good morning"]);
  // The next visit opens the last user's app.
  await page.reload();
  await page.locator("chat-list .chat").filter({ hasText: "good morning" }).waitFor();
});

for (const [language, words] of [
  ["en", { hi: "Hi, Ann!", edit: "Edit this message", edited: "Presses so far: 1", alert: "Show an alert", ok: "This is an alert", keys: "Show a keyboard", hide: "Hide the keyboard" }],
  ["ru", { hi: "Привет, Ann!", edit: "Изменить это сообщение", edited: "Нажатий: 1", alert: "Показать уведомление", ok: "Это уведомление", keys: "Показать клавиатуру", hide: "Убрать клавиатуру" }],
]) {
  test(`the demo bot shows the features of dialogs, in ${language}`, async (t) => {
    const server = await serve(t, ["--memory"]);
    const user = await server.user({ first_name: "Ann", language_code: language });
    const { id } = await server.control("GET", "/bots/parlor_demo_bot");
    const page = await visit(server, `/#${user.id}/${id}`);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await bubble(page, words.hi).waitFor();
    await page.getByRole("button", { name: words.edit }).click();
    await bubble(page, words.edited).waitFor();
    await page.getByRole("button", { name: words.alert }).click();
    await page.getByRole("dialog").getByText(words.ok).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: words.keys }).click();
    await page.locator(".keys").getByRole("button", { name: words.hide }).click();
    await page.locator(".keys").waitFor({ state: "hidden" });
    await write(page, "hello");
    await bubble(page, "hello").getByRole("button", { name: "👍" }).waitFor();
    await page.locator("dialog-view header .doing").waitFor();
    await bubble(page, "hello").nth(1).waitFor();
  });
}

test("a deep link opens what an app would open, logged in or not", async (t) => {
  const server = await serve(t);
  const bot = await server.bot({ name: "Story" });
  await server.control("PATCH", `/bots/${bot.id}`, { short_description: "Tells stories" });
  const page = await visit(server, "/t.me/story_bot?start=spring-7");
  await page.getByRole("heading", { name: "Story", exact: true }).waitFor();
  await page.getByText("Tells stories").waitFor();
  await page.getByRole("button", { name: "Start bot" }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bot.hears("/start spring-7");
  assert.deepEqual(await bubbles(page).allTextContents(), ["/start"], "only the bot sees the payload");
  // A known user is not asked again, and Start comes back for the new payload.
  await page.goto(`${server.root}/t.me/story_bot?start=autumn`);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bot.hears("/start autumn");
  // Links in messages lead there too.
  const [user] = await server.control("GET", "/users");
  await bot.send(user, "tg://resolve?domain=story_bot&start=winter and https://t.me/story_bot?start=summer");
  await page.getByRole("link", { name: "https://t.me/story_bot?start=summer", exact: true }).click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bot.hears("/start summer");
  await page.getByRole("link", { name: /tg:\/\/resolve/ }).first().click();
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bot.hears("/start winter");
});

test("an invalid payload is refused with an explanation", async (t) => {
  const { server, user, page } = await dialog(t);
  await page.goto(`${server.root}/t.me/story_bot?start=no%20payload`);
  await page.locator(".toast").getByText("a payload has only A-Z a-z 0-9 _ and -").waitFor();
  await page.goto(`${server.root}/t.me/nobody_bot`);
  await page.locator(".toast").getByText("there is no such bot").waitFor();
  assert.equal((await server.control("GET", `/users/${user.id}/chats`)).length, 0);
});

test("block and restart", async (t) => {
  const { user, bot, page } = await started(t);
  await page.locator("dialog-view .account").click();
  await page.getByRole("button", { name: "Block bot" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Block bot" }).click();
  const { my_chat_member: blocked } = await bot.update();
  assert.equal(blocked.new_chat_member.status, "kicked");
  assert.equal((await bot.ask("sendMessage", { chat_id: user.id, text: "?" })).error_code, 403);
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Restart" }).click();
  const kinds = [await bot.update(), await bot.update()];
  assert.equal(kinds.find((update) => update.my_chat_member)?.my_chat_member.new_chat_member.status, "member");
  assert.equal(kinds.find((update) => update.message)?.message.text, "/start");
  await bot.send(user, "Welcome back");
  await bubble(page, "Welcome back").waitFor();
});

test("inline buttons wait, and show the answer of the bot", async (t) => {
  const { user, bot, page } = await started(t);
  const keys = [
    [{ text: "Toast", callback_data: "toast" }, { text: "Alert", callback_data: "alert" }],
    [{ text: "Open", callback_data: "open" }, { text: "Copy", copy_text: { text: "copied text" } }],
    [{ text: "Site", url: "https://example.com/page" }],
  ];
  const sent = await bot.send(user, "Choose", { reply_markup: { inline_keyboard: keys } });
  const key = (name) => page.getByRole("button", { name, exact: true });
  await key("Toast").click();
  const { callback_query: first } = await bot.update();
  assert.equal(first.data, "toast");
  assert.equal(await key("Toast").getAttribute("aria-busy"), "true");
  await bot.call("answerCallbackQuery", { callback_query_id: first.id, text: "Well done" });
  await page.locator(".toast").getByText("Well done").waitFor();
  await until(async () => (await key("Toast").getAttribute("aria-busy")) === "false", "the button still waits");
  await key("Alert").click();
  const { callback_query: second } = await bot.update();
  await bot.call("answerCallbackQuery", { callback_query_id: second.id, text: "Look here", show_alert: true });
  const alert = page.getByRole("dialog", { name: "Story" });
  await alert.getByText("Look here").waitFor();
  await page.keyboard.press("Escape");
  await alert.waitFor({ state: "hidden" });
  await key("Open").click();
  const { callback_query: third } = await bot.update();
  await bot.call("answerCallbackQuery", { callback_query_id: third.id, url: "https://t.me/story_bot?start=more" });
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bot.hears("/start more");
  await key("Copy").click();
  await page.locator(".toast").getByText("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "copied text");
  // A link to another site is opened only after a question.
  await key("Site").click();
  const question = page.getByRole("dialog", { name: "Open this link?" });
  await question.getByText("https://example.com/page").waitFor();
  await question.getByRole("button", { name: "Cancel" }).click();
  await bot.call("editMessageText", { chat_id: user.id, message_id: sent.message_id, text: "Chosen" });
  await bubble(page, "Chosen").getByText("edited").waitFor();
  assert.equal(await key("Toast").count(), 0, "an edit without a keyboard removes it");
});

test("reply keyboards and forced replies are shown, used and removed", async (t) => {
  const { user, bot, page } = await started(t);
  const markup = { keyboard: [["Yes", "No"], ["Perhaps"]], one_time_keyboard: true, input_field_placeholder: "Well?" };
  await bot.send(user, "Do you?", { reply_markup: markup });
  await page.getByRole("textbox", { name: "Well?" }).waitFor();
  await page.getByRole("button", { name: "Perhaps" }).click();
  await bot.hears("Perhaps");
  await page.getByRole("button", { name: "Yes" }).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Keyboard" }).click();
  await page.getByRole("button", { name: "Yes" }).click();
  await bot.hears("Yes");
  await bot.send(user, "Gone", { reply_markup: { remove_keyboard: true } });
  await page.getByRole("button", { name: "Keyboard" }).waitFor({ state: "hidden" });
  const asked = await bot.send(user, "Your name?", { reply_markup: { force_reply: true, input_field_placeholder: "Name" } });
  await page.getByText("Reply to Story").waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("Ann");
  await page.keyboard.press("Enter");
  const answer = await bot.hears("Ann");
  assert.equal(answer.reply_to_message.message_id, asked.message_id);
});

test("replies, edits, reactions, pins and deletions go both ways", async (t) => {
  const { user, bot, page } = await started(t);
  const sent = await bot.send(user, "First thing");
  const menu = async (text, item) => {
    await bubble(page, text).first().locator(".bubble").click({ button: "right" });
    await page.getByRole("menuitem", { name: item }).first().click();
  };
  await menu("First thing", "Reply");
  await write(page, "My answer");
  const answer = await bot.hears("My answer");
  assert.equal(answer.reply_to_message.message_id, sent.message_id);
  await bubble(page, "My answer").getByText("First thing").waitFor();
  // In an empty field, the arrow edits the user's last message.
  await field(page).press("ArrowUp");
  assert.equal(await field(page).inputValue(), "My answer");
  await write(page, "My better answer");
  assert.equal((await bot.update()).edited_message.text, "My better answer");
  await bubble(page, "My better answer").getByText("edited").waitFor();
  await menu("First thing", "🔥");
  await bubble(page, "First thing").getByRole("button", { name: "🔥", pressed: true }).waitFor();
  await bot.call("setMessageReaction", { chat_id: user.id, message_id: answer.message_id, reaction: [{ type: "emoji", emoji: "👍" }] });
  await bubble(page, "My better answer").getByRole("button", { name: "👍" }).waitFor();
  await menu("First thing", "Pin");
  await page.locator(".pinned").getByText("First thing").waitFor();
  await page.getByRole("button", { name: "You pinned a message", exact: true }).waitFor();
  await bot.call("unpinAllChatMessages", { chat_id: user.id });
  await page.locator(".pinned").waitFor({ state: "hidden" });
  await bot.call("deleteMessage", { chat_id: user.id, message_id: sent.message_id });
  await bubble(page, "First thing").first().locator("> .bubble > .content > .said > .text").getByText("First thing", { exact: true }).waitFor({ state: "detached" });
  await bubble(page, "My better answer").locator(".reply").getByText("…", { exact: true }).waitFor();
  await menu("My better answer", "Also delete for Story");
  await bubble(page, "My better answer").waitFor({ state: "detached" });
});

test("changes during the fetch of a history are not lost", async (t) => {
  const { user, bot, page } = await started(t);
  const first = await bot.send(user, "Before");
  let fetches = 0;
  await page.route(/\/messages\?/, async (route) => {
    fetches += 1;
    // The first is for the opened dialog, the second for events before the stream began.
    if (fetches !== 2) return route.continue();
    const response = await route.fetch();
    // The response is outdated before the page receives it.
    await bot.send(user, "Meanwhile");
    await bot.call("editMessageText", { chat_id: user.id, message_id: first.message_id, text: "Better" });
    await page.locator("chat-list").getByText("Meanwhile").waitFor();
    await route.fulfill({ response });
  });
  await page.reload();
  await bubble(page, "Meanwhile").waitFor();
  await bubble(page, "Better").waitFor();
  await page.unrouteAll({ behavior: "wait" });
});

test("a history is cleared, on request for the bot too", async (t) => {
  const { user, bot, page } = await started(t);
  const sent = await bot.send(user, "To be forgotten");
  const clear = async (forBoth) => {
    await page.locator("dialog-view header").getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Clear history" }).click();
    const question = page.getByRole("dialog", { name: "Delete all messages of this chat?" });
    if (forBoth) await question.getByLabel("Also delete for Story").check();
    await question.getByRole("button", { name: "Clear" }).click();
    await until(async () => (await bubbles(page).count()) === 0, "the messages are gone");
  };
  await bubble(page, "To be forgotten").waitFor();
  await clear(false);
  await bot.call("editMessageText", { chat_id: user.id, message_id: sent.message_id, text: "The bot still has it" });
  const again = await bot.send(user, "Once more");
  await bubble(page, "Once more").waitFor();
  await clear(true);
  const refused = await bot.ask("editMessageText", { chat_id: user.id, message_id: again.message_id, text: "?" });
  assert.equal(refused.ok, false);
});

test("a message is forwarded to another bot", async (t) => {
  const { server, user, bot, page } = await started(t);
  await bot.send(user, "Rain at noon");
  const other = await server.bot({ username: "reader_bot", name: "Reader" });
  await bubble(page, "Rain at noon").locator(".bubble").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Forward" }).click();
  await page.getByRole("menuitem", { name: "Reader" }).click();
  assert.equal((await other.hears("Rain at noon")).forward_origin.sender_user.username, "story_bot");
  await page.locator("dialog-view header").getByText("Reader").waitFor();
  await bubble(page, "Rain at noon").getByText("Forwarded from Story").waitFor();
});

test("typing, read marks, unread counts and the menu of commands", async (t) => {
  const { server, user, bot, page } = await started(t, { bot: { name: "Story" } });
  const ticks = bubble(page, "/start").locator(".ticks");
  assert.equal(await ticks.getAttribute("aria-label"), "sent");
  await bot.confirm();
  await until(async () => (await ticks.getAttribute("aria-label")) === "read", "the second tick");
  await bot.call("sendChatAction", { chat_id: user.id, action: "typing" });
  await page.locator("dialog-view header").getByText("typing…").waitFor();
  await page.locator("chat-list").getByText("typing…").waitFor();
  await bot.send(user, "Done thinking");
  await page.getByText("typing…").first().waitFor({ state: "hidden" });
  await bot.call("setMyCommands", {
    commands: [{ command: "play", description: "Play a game" }, { command: "stop", description: "Stop it" }],
  });
  await bot.call("setMyCommands", {
    commands: [{ command: "mine", description: "Only for you" }],
    scope: { type: "chat", chat_id: user.id },
    language_code: "ru",
  });
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("option", { name: /play/ }).waitFor();
  await page.keyboard.press("Escape");
  await field(page).pressSequentially("/st");
  await page.getByRole("option").filter({ hasText: "Stop it" }).click();
  await bot.hears("/stop");
  // The list depends on the language.
  await server.control("PATCH", `/users/${user.id}`, { language_code: "ru" });
  await page.reload();
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await page.getByRole("option", { name: /mine/ }).waitFor();
  await page.keyboard.press("Escape");
  // Messages of a closed dialog are counted.
  await page.keyboard.press("Escape");
  await page.locator(".pick").waitFor();
  await bot.send(user, "One");
  await bot.send(user, "Two");
  const chat = row(page, "Story");
  await chat.locator(".badge").getByText("2").waitFor();
  await chat.click();
  await page.getByRole("separator").getByText("Unread messages").waitFor();
  await chat.locator(".badge").waitFor({ state: "detached" });
  const chats = await until(async () => {
    const [chat] = await server.control("GET", `/users/${user.id}/chats`);
    return chat.unread_count === 0 && chat;
  }, "read on the server too");
  assert.equal(chats.last_message.message.text, "Two");
});

test("formatting is shown, and no text becomes markup", async (t) => {
  const evil = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const { server, user, bot, page } = await started(t, {
    user: { first_name: "<b>Eve</b>", last_name: "\u202Eevil", language_code: "en" },
    bot: { name: "<i>Story</i>" },
  });
  await bot.call("setMyDescription", { description: evil });
  await bot.call("setMyCommands", { commands: [{ command: "x", description: evil }] });
  await bot.send(user, evil, { reply_markup: { inline_keyboard: [[{ text: evil, callback_data: "x" }]] } });
  await bubble(page, "<script>alert(2)</script>").waitFor();
  await bot.send(user, '<a href="javascript:alert(3)">trap</a> <tg-spoiler>secret</tg-spoiler>', { parse_mode: "HTML" });
  const html =
    '<b>bold <i>both</i></b> <u>under</u> <s>gone</s> <code>code()</code>\n<pre><code class="language-rust">fn main() {}</code></pre>\n<blockquote>quoted</blockquote><blockquote expandable>a\nlong\nquote\nof\nsix\nlines</blockquote><tg-spoiler>hidden</tg-spoiler>';
  await bot.send(user, html, { parse_mode: "HTML" });
  const rich = bubble(page, "bold both");
  await rich.locator("b > i").getByText("both").waitFor();
  await rich.locator("pre").getByText("fn main() {}").waitFor();
  await rich.locator("blockquote").getByText("quoted").waitFor();
  const quote = rich.locator("blockquote.expandable");
  const height = async () => (await quote.boundingBox()).height;
  const folded = await height();
  await rich.getByRole("button", { name: "Show the whole quote" }).click();
  assert.ok((await height()) > folded);
  await rich.getByRole("button", { name: "Hidden text, press to show" }).click();
  await rich.locator(".spoiler.revealed").waitFor();
  await page.locator("dialog-view .account").click();
  await page.getByText(evil).first().waitFor();
  const emoji = "👩‍👩‍👧 𝕬𝖓𝖓";
  await bot.send(user, `${emoji} <b>after</b>`, { parse_mode: "HTML" });
  assert.equal(await bubble(page, "after").locator("b").textContent(), "after", "offsets count UTF-16");
  assert.equal(await page.locator("img, script:not([src]), a[href^=javascript]").count(), 0);
  const chats = await server.control("GET", `/users/${user.id}/chats`);
  assert.equal(chats[0].chat.first_name, "<i>Story</i>");
});

test("link previews follow the options of the bot", async (t) => {
  const { user, bot, page } = await started(t);
  const preview = (text) => bubble(page, text).locator(".preview");
  await bot.send(user, "one https://example.com/a");
  await preview("one").getByText("example.com", { exact: true }).waitFor();
  await bot.send(user, "two https://example.com/b", { link_preview_options: { is_disabled: true } });
  await bubble(page, "two").waitFor();
  assert.equal(await preview("two").count(), 0);
  await bot.send(user, "three", { link_preview_options: { url: "https://other.example/c", show_above_text: true } });
  await preview("three").getByText("other.example", { exact: true }).waitFor();
  const order = await bubble(page, "three").locator(".content > *").evaluateAll((all) => all.map((one) => one.classList[0] ?? one.tagName));
  assert.deepEqual(order, ["preview", "said"]);
});

test("a history of 100,000 messages is smooth", { timeout: 240_000 }, async (t) => {
  const { user, bot, page } = await started(t);
  await page.keyboard.press("Escape");
  // The page is closed while they are sent.
  await page.goto("about:blank");
  const ids = [];
  for (let i = 1; i <= 100; i++) ids.push((await bot.send(user, `message ${i}`)).message_id);
  for (let i = 1; i < 1000; i++) {
    await bot.call("copyMessages", { chat_id: user.id, from_chat_id: user.id, message_ids: ids });
  }
  await page.goto(`${bot.server.root}/#${user.id}/${bot.id}`);
  await page.getByRole("button", { name: "Go to the latest message" }).click();
  await bubble(page, "message ").last().waitFor();
  assert.ok((await page.locator("message-list .message").count()) <= 400, "only a window is in the page");
  // Scrolls far up: no frame takes long.
  const worst = await page.evaluate(async () => {
    const scroller = document.querySelector("message-list .scroller");
    let longest = 0;
    let last = performance.now();
    for (let i = 0; i < 300; i++) {
      scroller.scrollTop -= 400;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    return { longest, rows: document.querySelectorAll("message-list .message").length };
  });
  t.diagnostic(`the longest frame took ${worst.longest.toFixed(0)} ms`);
  assert.ok(worst.rows <= 400);
  await page.locator("dialog-view header").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Go to the first message" }).click();
  await bubble(page, "/start").waitFor();
});

test("a notice above the dialog says why a bot can write first", async (t) => {
  const { server, user, bot, page } = await dialog(t);
  const path = `/users/${user.id}/dialogs/${bot.id}`;
  await server.askToJoin(user, bot, "Gardeners");
  assert.equal((await bot.update("chat_join_request")).chat_join_request.chat.title, "Gardeners");
  await bot.send(user, "Why do you want to join?");
  await page.locator(".write-access").getByText("because you asked to join Gardeners").waitFor();
  await server.control("POST", `${path}/allow`, { type: "website", domain: "example.com" });
  await page.locator("message-list").getByText("when you logged in on example.com").waitFor();
  await page.locator(".write-access").getByText("because you logged in on example.com").waitFor();
  await write(page, "I love gardens");
  await page.locator(".write-access").waitFor({ state: "hidden" });
  const shop = await server.bot({ username: "shop_bot", name: "Shop" });
  await server.control("POST", `/users/${user.id}/dialogs/${shop.id}/allow`, { type: "web_app", name: "shop" });
  await page.locator("chat-list .chat").filter({ hasText: "when you opened its mini app" }).click();
  await page.locator(".write-access").getByText("because you opened its mini app").waitFor();
});
