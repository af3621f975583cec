// The inspector: requests, updates, faults, clock.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { bubble, closeBrowser, started, until } from "./stage.mjs";

after(closeBrowser);

async function inspected(t) {
  const stage = await started(t);
  await stage.page.keyboard.press("Alt+i");
  const inspector = stage.page.getByRole("complementary", { name: "Inspector" });
  await inspector.waitFor();
  return { ...stage, inspector, row: (text) => inspector.locator(".exchange").filter({ hasText: text }) };
}

test("requests appear live, errors with their rule", async (t) => {
  const { user, bot, page, inspector, row } = await inspected(t);
  await bot.send(user, "Good morning");
  await row("Good morning").locator(".summary").click();
  const details = row("Good morning").locator(".details");
  await details.getByText(`"chat_id": "${user.id}"`).waitFor();
  await details.getByText('"message_id"').first().waitFor();
  await row("Good morning").getByText(/bot api · [\d.]+ (µs|ms)/).waitFor();
  // An expanded row stays expanded when others come.
  await bot.server.control("POST", `/users/${user.id}/dialogs/${bot.id}/block`);
  await bot.ask("sendMessage", { chat_id: user.id, text: "Are you there?" });
  await row("bot was blocked by the user").locator(".summary").click();
  await row("bot was blocked by the user").getByText("Rule: the user blocked the sender").waitFor();
  await details.waitFor();
  const red = await row("bot was blocked").locator(".code").evaluate((element) => getComputedStyle(element).color);
  const green = await row("Good morning").locator(".code").evaluate((element) => getComputedStyle(element).color);
  assert.notEqual(red, green);
  await inspector.getByLabel("Errors only").check();
  await row("Good morning").waitFor({ state: "detached" });
  await inspector.getByLabel("Errors only").uncheck();
  await inspector.getByRole("searchbox", { name: "Filter" }).fill("blocked");
  await until(async () => (await inspector.locator(".exchange").count()) === 1, "only one fits");
  // The choice of a bot hides the requests of others.
  await inspector.getByRole("searchbox", { name: "Filter" }).fill("");
  const other = await bot.server.bot({ username: "other_bot", name: "Other" });
  await other.call("getMe");
  await inspector.getByLabel("Bot", { exact: true }).selectOption({ label: "Other" });
  await row("getMe").waitFor();
  assert.equal(await inspector.locator(".exchange").count(), 1);
  await inspector.getByRole("button", { name: "Close" }).click();
  await inspector.waitFor({ state: "hidden" });
});

test("a request is copied as curl, and sent again as another bot", async (t) => {
  const { user, bot, page, row } = await inspected(t);
  await bot.send(user, "It's here");
  await row("It's here").locator(".summary").click();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await page.locator(".toast").getByText("Copied").waitFor();
  const curl = await page.evaluate(() => navigator.clipboard.readText());
  const { execFileSync } = await import("node:child_process");
  const answer = JSON.parse(execFileSync("sh", ["-c", `${curl} --silent`], { encoding: "utf8" }));
  assert.equal(answer.result.text, "It's here");
  await until(async () => (await bubble(page, "It's here").count()) === 2, "sent twice");
  await bot.server.bot({ username: "other_bot", name: "Other" });
  await page.getByRole("button", { name: "Resend as…" }).first().click();
  const box = page.getByRole("dialog", { name: "Resend as…" });
  await box.getByLabel("Bot").selectOption({ label: "Other (@other_bot)" });
  await box.getByRole("button", { name: "Resend" }).click();
  await box.getByText("chat not found").waitFor();
});

test("updates are pending, delivered, confirmed", async (t) => {
  const { user, bot, page, inspector, row } = await inspected(t);
  await inspector.getByRole("tab", { name: "Updates" }).click();
  await row("message").getByText("delivered").waitFor();
  await bot.confirm();
  await row("message").getByText("confirmed").waitFor();
  await bot.server.control("POST", `/users/${user.id}/dialogs/${bot.id}/block`);
  await row("my_chat_member").getByText("pending").waitFor();
  await bot.update();
  await row("my_chat_member").getByText("delivered").waitFor();
  await row("my_chat_member").locator(".summary").click();
  await row("my_chat_member").getByText('"kicked"').waitFor();
  await page.getByRole("button", { name: "Restart" }).waitFor();
});

test("faults are added and cleared, the clock is moved", async (t) => {
  const { user, bot, server, page, inspector } = await inspected(t);
  await inspector.getByRole("tab", { name: "Faults" }).click();
  await inspector.getByRole("spinbutton", { name: "Requests" }).fill("2");
  await inspector.getByLabel("Only this method").fill("sendMessage");
  await inspector.getByRole("button", { name: "Add fault" }).click();
  await inspector.getByText("2 × 429 Too Many Requests (sendMessage)").waitFor();
  const failed = await bot.ask("sendMessage", { chat_id: user.id, text: "one" });
  assert.deepEqual([failed.error_code, failed.parameters.retry_after], [429, 5]);
  await inspector.getByText("1 × 429 Too Many Requests (sendMessage)").waitFor();
  await bot.ask("sendMessage", { chat_id: user.id, text: "one" });
  await inspector.getByText("✓ 2 × 429 Too Many Requests (sendMessage)").waitFor();
  await inspector.getByRole("button", { name: "Clear" }).last().click();
  await inspector.getByText("No faults.").waitFor();
  await bot.send(user, "two");
  await inspector.getByRole("tab", { name: "Clock" }).click();
  const { now } = await server.control("GET", "/clock");
  await inspector.getByRole("button", { name: "Stop" }).click();
  await inspector.getByText("stopped").waitFor();
  await inspector.getByRole("button", { name: "+1 d" }).click();
  await until(async () => (await server.control("GET", "/clock")).now >= now + 86_400, "a day later");
  await bot.send(user, "tomorrow");
  await until(async () => (await page.locator("message-list .day").count()) === 2, "another day begins");
  assert.deepEqual(await page.locator("message-list .day").allTextContents(), ["Yesterday", "Today"]);
});

test("the status dot shows whether the program is running", async (t) => {
  const { bot, page } = await inspected(t);
  await until(async () => (await page.locator("dialog-view header .status-dot.on").count()) === 0, "nobody polls");
  const poll = bot.call("getUpdates", { timeout: 20, offset: -1 });
  await page.locator("dialog-view header").getByText("program is running", { exact: false }).waitFor();
  await page.locator("dialog-view header .status-dot.on").waitFor();
  await bot.server.control("POST", "/clock/advance", { seconds: 1 });
  await page.locator("message-composer textarea").fill("wake up");
  await page.locator("message-composer textarea").press("Enter");
  await poll;
});
