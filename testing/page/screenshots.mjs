// The pictures of the README and the guide: the main states of the page, the same every time.

import { join } from "node:path";
import { Bot, Server, browser, bubble, closeBrowser, write } from "./stage.mjs";

const folder = process.argv[2];
const server = await Server.start();
await server.control("POST", "/clock/freeze", {});
await server.control("POST", "/clock/set", { now: Date.UTC(2030, 4, 17, 9, 30) / 1000 });

const ann = await server.user({ id: 1000001, first_name: "Ann", last_name: "Lee", username: "ann_lee", language_code: "en" });
const bob = await server.user({ id: 1000002, first_name: "Bob", language_code: "ru" });
const account = { token: "7100000001:AAExample", username: "garden_bot", name: "Garden" };
const bot = new Bot(server, { ...(await server.control("POST", "/bots", account)) });
await bot.call("setMyDescription", { description: "I remember what grows in your garden, and tell you when to water it." });
await bot.call("setMyShortDescription", { short_description: "Remembers your garden" });
await bot.call("setMyCommands", {
  commands: [{ command: "plants", description: "What grows" }, { command: "water", description: "Remind me" }],
});

async function open(path, options = {}) {
  const context = await (await browser()).newContext({ viewport: { width: 1200, height: 720 }, locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  await page.goto(server.root + path);
  return page;
}

async function shoot(page, name) {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
  await page.context().close();
}

// A bot before Start.
const first = await open(`/#${ann.id}`);
await first.goto(`${server.root}/t.me/garden_bot?start=spring`);
await first.getByRole("button", { name: /Ann Lee/ }).click().catch(() => {});
await first.getByText("I remember what grows").waitFor();
await shoot(first, "start");

// A dialog with the inspector.
await server.control("POST", `/users/${ann.id}/dialogs/${bot.id}/start`, { payload: "spring" });
await bot.hears("/start spring");
await bot.send(ann, "<b>Good morning, Ann!</b> Shall I look after <i>tomatoes</i>?\nSee t.me/garden_bot?start=help", {
  parse_mode: "HTML",
  reply_markup: { inline_keyboard: [[{ text: "Yes, please", callback_data: "yes", style: "success" }, { text: "Not now", callback_data: "no" }], [{ text: "About tomatoes", url: "https://example.com/tomatoes" }]] },
  link_preview_options: { is_disabled: true },
});
const page = await open(`/#${ann.id}/${bot.id}`, { viewport: { width: 1280, height: 760 } });
await bubble(page, "Good morning").waitFor();
await write(page, "What else grows here?");
const asked = await bot.hears("What else grows here?");
await bot.confirm();
await bot.call("setMessageReaction", { chat_id: ann.id, message_id: asked.message_id, reaction: [{ type: "emoji", emoji: "👍" }] });
await bot.send(ann, "Basil, and <code>2</code> roses.\n<tg-spoiler>And a surprise.</tg-spoiler>", {
  parse_mode: "HTML",
  reply_parameters: { message_id: asked.message_id },
  reply_markup: { keyboard: [["Water", "Later"]], resize_keyboard: true },
});
await bot.ask("sendMessage", { chat_id: bob.id, text: "Hello, Bob!" });
await bot.call("sendChatAction", { chat_id: ann.id, action: "typing" });
await page.keyboard.press("Alt+i");
await page.locator(".exchange.failed .summary").click();
await page.getByText("typing…").first().waitFor();
await shoot(page, "inspector");

// The same on a phone, in the dark theme.
const phone = await open(`/#${ann.id}/${bot.id}`, { viewport: { width: 390, height: 760 }, colorScheme: "dark" });
await bubble(phone, "Basil").waitFor();
await shoot(phone, "phone");

// BotFather with two users side by side.
const father = await server.control("GET", "/bots/BotFather");
const two = await open(`/#${ann.id}/${father.id}+${bob.id}/${father.id}`, { viewport: { width: 1280, height: 760 } });
for (const [i, start, user] of [[0, "Start", ann], [1, "Start", bob]]) {
  const pane = two.locator("user-pane").nth(i);
  await pane.getByRole("button", { name: start, exact: true }).click();
  await bubble(pane, "/newbot").first().waitFor();
  await server.control("POST", `/users/${user.id}/dialogs/${father.id}/messages`, { text: "/mybots" });
  await bubble(pane, "@garden_bot").first().waitFor();
}
await shoot(two, "botfather");

await closeBrowser();
await server.stop();
