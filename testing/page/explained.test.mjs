// What Parlor does not support, and other errors, are explained in the user's language.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { chromium } from "playwright-core";
import { bubble, bubbles, closeBrowser, dialog, field, row, serve, started, until, visit, write } from "./stage.mjs";

after(closeBrowser);

const RUSSIAN = { options: { locale: "ru-RU" } };
const toast = (page, text) => page.locator(".toast").getByText(text);

/** Drops or pastes a file on an element; returns true if the page handled the event. */
function give(page, selector, type, text = "") {
  return page.locator(selector).evaluate(
    (element, [type, text]) => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], "photo.png", { type: "image/png" }));
      if (text) data.setData("text/plain", text);
      const options = { bubbles: true, cancelable: true };
      const event =
        type === "paste" ? new ClipboardEvent(type, { ...options, clipboardData: data }) : new DragEvent(type, { ...options, dataTransfer: data });
      return !element.dispatchEvent(event);
    },
    [type, text],
  );
}

test("a dropped or pasted file is explained", async (t) => {
  const { page } = await started(t);
  const said = toast(page, "Files are not supported yet");
  for (const place of ["message-list", "chat-list", "message-composer textarea"]) {
    assert.ok(await give(page, place, "dragover"), "the browser would refuse the drop");
    assert.ok(await give(page, place, "drop"), "the browser would leave the page");
    await said.waitFor();
    await page.locator(".toasts").evaluate((element) => element.replaceChildren());
  }
  assert.ok(await give(page, "message-composer textarea", "paste"));
  await said.waitFor();
  assert.equal(await give(page, "message-composer textarea", "paste", "a table's text"), false, "a text with it is pasted");
});

test("a text of over 4,096 characters is sent in parts, and an edit to one is kept", async (t) => {
  const { bot, page } = await started(t);
  const line = `${"😀".repeat(90)} word\n`;
  const text = line.repeat(60).trim();
  assert.ok([...text].length > 4096 && [...text].length < 2 * 4096);
  await field(page).fill(text);
  await page.getByText("Too long for one message: it will be sent as 2 messages").waitFor();
  await field(page).press("Enter");
  const parts = [(await bot.update()).message.text, (await bot.update()).message.text];
  assert.equal(parts.join("\n"), text, "lines stay whole, nothing is lost");
  await page.getByText("Too long for one message").waitFor({ state: "hidden" });
  await write(page, "short");
  await bot.hears("short");
  await bubble(page, "short").waitFor();
  await field(page).press("ArrowUp");
  await field(page).fill("x".repeat(5000));
  await page.getByText("A message has at most 4,096 characters; this text has 5000").waitFor();
  await field(page).press("Enter");
  assert.equal((await field(page).inputValue()).length, 5000);
  assert.equal(await bubbles(page).last().textContent(), "short");
});

const KEYS = [
  ["Contact", { request_contact: true }, /отправляет боту ваш контакт/, /sends your contact/],
  ["Place", { request_location: true }, /отправляет боту ваше местоположение/, /sends your location/],
  ["Poll", { request_poll: {} }, /создаёт опрос/, /creates a poll/],
  ["App", { web_app: { url: "https://example.com/app" } }, /открывает мини-приложение/, /opens a mini app/],
];

for (const [language, options, column] of [["Russian", RUSSIAN, 2], ["English", {}, 3]]) {
  test(`a button that requests more than a text is explained in ${language}`, async (t) => {
    const { server, user, bot } = await dialog(t, options);
    await server.control("POST", `/users/${user.id}/dialogs/${bot.id}/start`, {});
    const page = await visit(server, `/#${user.id}/${bot.id}`, options.options);
    const keyboard = [KEYS.map(([text, more]) => ({ text, ...more })), ["Plain"]];
    await bot.send(user, "Tell me", { reply_markup: { keyboard, one_time_keyboard: true } });
    for (const key of KEYS) {
      await page.locator(".keys").getByRole("button", { name: key[0] }).click();
      await toast(page, key[column]).waitFor();
    }
    await page.locator(".keys").getByRole("button", { name: "Plain" }).click();
    await bubble(page, "Plain").waitFor();
  });
}

test("a request that is not served is shown in the dialog that waits for it", async (t) => {
  const { server, user, bot, page } = await started(t);
  const other = await server.user({ first_name: "Bob" });
  await write(page, "a picture, please");
  await bot.hears("a picture, please");
  await bubble(page, "a picture, please").waitFor();
  await bot.ask("sendPhoto", { chat_id: other.id, photo: "https://example.com/1.png" });
  await bot.ask("sendPhoto", { chat_id: user.id, photo: "https://example.com/1.png" });
  const line = page.locator("message-list").getByText("sendPhoto was refused: not supported yet");
  await line.waitFor();
  await bot.send(user, "I can't");
  await bubble(page, "I can't").waitFor();
  const order = () => page.locator("message-list .rows > :not(.day)").evaluateAll((all) => all.map((one) => one.querySelector(".text")?.textContent ?? one.textContent));
  const expected = ["/start", "a picture, please", "sendPhoto was refused: not supported yet", "I can't"];
  assert.deepEqual(await order(), expected, "one line, and none for the picture of another user");
  // Other refusals are only in the inspector.
  await bot.ask("sendMessage", { chat_id: user.id, text: "" });
  await bot.ask("sendMessage", { chat_id: user.id, text: "done" });
  await bubble(page, "done").waitFor();
  assert.equal(await page.locator(".refused").count(), 1);
  const russian = await visit(server, `/#${user.id}/${bot.id}`, RUSSIAN.options);
  await russian.locator("message-list").getByText("sendPhoto: запрос отклонён, Parlor пока не поддерживает этот метод").waitFor();
});

test("the Russian page explains errors in Russian", async (t) => {
  const { server, user, bot } = await dialog(t, { ...RUSSIAN, user: { first_name: "Аня", username: "anya_lee", language_code: "ru" } });
  await server.user({ first_name: "Боб", username: "bob_lee" });
  // The browser's own language is another: its messages would be in English.
  const page = await visit(server, `/#${user.id}/${bot.id}`);
  await page.locator("dialog-view header .name").waitFor();
  await page.evaluate(() => localStorage.setItem("parlor.language", "ru"));
  await page.goto(`${server.root}/t.me/nobody_bot`);
  await toast(page, "Такого бота нет").waitFor();
  await page.goto(`${server.root}/t.me/story_bot?start=no%20payload`);
  await toast(page, "В параметре ссылки допустимы только").waitFor();
  await page.locator("chat-list").getByRole("button", { name: "Ещё" }).click();
  await page.getByRole("menuitem", { name: "Изменить профиль" }).click();
  const profile = page.getByRole("dialog", { name: "Изменить профиль" });
  const save = profile.getByRole("button", { name: "Сохранить" });
  await profile.getByLabel("Имя пользователя").fill("bob_lee");
  await save.click();
  await toast(page, "Это имя пользователя занято").waitFor();
  const first = profile.getByLabel("Имя", { exact: true });
  await first.fill("");
  await save.click();
  assert.equal(await first.evaluate((element) => element.validationMessage), "Заполните это поле");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Alt+i");
  await bot.ask("sendMessage", { chat_id: user.id, text: "?" });
  await page.locator(".exchange.failed .summary").click();
  await page.locator(".rule").getByText("Правило: Чат не указан или неизвестен боту").waitFor();
  await page.getByRole("button", { name: "Отправить от имени…" }).click();
  await page.getByRole("dialog").getByLabel("Параметры").fill("{");
  await page.getByRole("dialog").getByRole("button", { name: "Отправить снова" }).click();
  await toast(page, "Параметры — не JSON").waitFor();
  await page.keyboard.press("Escape");
  // The English explanation of an unknown code is not shown.
  await page.route("**/dialogs/*/start", (route) => route.fulfill({ status: 400, json: { code: "A_NEW_ONE", status: 400, detail: "some English" } }));
  await page.goto(`${server.root}/#${user.id}/${bot.id}`);
  await page.getByRole("button", { name: "Запустить", exact: true }).click();
  await toast(page, "Сервер отклонил запрос: A_NEW_ONE").waitFor();
  await page.route("**/dialogs/*/start", (route) => route.abort());
  await page.getByRole("button", { name: "Запустить", exact: true }).click();
  await toast(page, "Нет связи с сервером").waitFor();
});

test("other bots stay below the chats, and a new one is announced", async (t) => {
  const { server, bot, page } = await started(t);
  const other = await server.bot({ username: "other_bot", name: "Other" });
  const here = page.locator("chat-list").getByRole("heading", { name: "Bots on this server" });
  await here.waitFor();
  await row(page, "@other_bot").waitFor();
  const order = await page.locator("chat-list .chat .name .label").allTextContents();
  assert.equal(order[0], "Story", "chats come first");
  assert.deepEqual(order.slice(1).sort(), ["BotFather", "Other"]);
  await toast(page, "New bot: Other, @other_bot").waitFor();
  await page.locator(".toasts").evaluate((element) => element.replaceChildren());
  // The first request with a new token creates a bot.
  const answer = await fetch(`${server.root}/bot7000001234:AAnew/getMe`);
  const { username, first_name: name } = (await answer.json()).result;
  await toast(page, `New bot: ${name}, @${username}`).waitFor();
  await page.locator(".toast").getByRole("button", { name: "Open" }).click();
  await page.locator("dialog-view header .name").getByText(name, { exact: true }).waitFor();
  assert.equal(await page.locator(".toast").count(), 0);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bubble(page, "/start").waitFor();
  await until(async () => (await page.locator("chat-list .chat .name .label").first().textContent()) === name, "it is a chat now");
  await other.call("getMe");
  await bot.call("getMe");
  assert.equal(await page.locator(".toast").count(), 0, "known bots are not announced");
});

test("a bot whose program is not running says how to start it", async (t) => {
  const { server, user, bot, page } = await dialog(t);
  const line = `parlor run --server ${server.root} -- python bot.py`;
  await page.getByText("The bot's program is not running. Start it with").waitFor();
  await page.getByRole("button", { name: line }).click();
  await toast(page, "Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), line);
  const poll = bot.call("getUpdates", { timeout: 20 });
  await page.getByText("The bot's program is not running").waitFor({ state: "hidden" });
  await server.control("POST", `/users/${user.id}/dialogs/${bot.id}/start`, {});
  await poll;
  const { id } = await server.control("GET", "/bots/BotFather");
  await page.goto(`${server.root}/#${user.id}/${id}`);
  await page.getByText("BotFather is the one bot to rule them all.").first().waitFor();
  assert.equal(await page.locator(".not-running").isVisible(), false, "BotFather has no program");
});

test("at the default address the command names no server", async (t) => {
  const server = await serve(t);
  const user = await server.user();
  const bot = await server.bot();
  // A browser that maps the default address, where another server may listen, to this server.
  const usual = await chromium.launch({
    executablePath: process.env.PARLOR_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP 127.0.0.1:8081 ${new URL(server.root).host}`],
  });
  t.after(() => usual.close());
  const page = await usual.newPage();
  await page.goto(`http://127.0.0.1:8081/#${user.id}/${bot.id}`);
  await page.getByRole("button", { name: "parlor run -- python bot.py", exact: true }).waitFor();
});
