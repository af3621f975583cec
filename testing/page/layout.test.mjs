// Layout: nothing covers a text, and cut texts end with an ellipsis.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { bubble, closeBrowser, dialog, row, serve, started, until, visit } from "./stage.mjs";

after(closeBrowser);

const PHONE = { viewport: { width: 390, height: 760 }, hasTouch: true, isMobile: true };
const SENTENCE = "The quick brown fox jumps over the lazy dog. ";

/** Whether two boxes have a point in common. */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Returns the boxes of the lines of a message's text, of its time, menu button and bubble. */
async function boxes(message) {
  // An element that is being replaced has no boxes.
  return until(async () => (await boxesNow(message)).lines.length && boxesNow(message), "a text without lines");
}

function boxesNow(message) {
  return message.evaluate((element) => {
    const box = (rect) => ({ left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom });
    const range = document.createRange();
    range.selectNodeContents(element.querySelector(".text"));
    const of = (selector) => box(element.querySelector(selector).getBoundingClientRect());
    return { lines: [...range.getClientRects()].map(box), time: of("time"), more: of(".more"), bubble: of(".bubble") };
  });
}

/** Whether the end of the last message is visible. */
function lastIsInSight(page) {
  return page.evaluate(() => {
    const last = [...document.querySelectorAll("message-list .message")].at(-1);
    const { left, bottom } = last.querySelector(".bubble").getBoundingClientRect();
    return last.contains(document.elementFromPoint(left + 20, bottom - 4));
  });
}

for (const [where, options] of [["a phone", PHONE], ["a screen", { viewport: { width: 1280, height: 760 } }]]) {
  test(`a reply keyboard does not cover its message, on ${where}`, async (t) => {
    const { user, bot, page } = await started(t, { options });
    for (let i = 0; i < 5; i++) await bot.send(user, `${i}: ${SENTENCE.repeat(3)}`);
    // The events of the message and the keyboard may come in either order, so it is run several times.
    for (let round = 1; round <= 10; round++) {
      const keys = Array.from({ length: (round % 4) + 1 }, (_, i) => [`${round} key ${i}`]);
      await bot.send(user, `round ${round}`, { reply_markup: { keyboard: keys, resize_keyboard: true } });
      await page.getByRole("button", { name: `${round} key 0` }).waitFor();
      await bubble(page, `round ${round}`).first().waitFor({ state: "attached" });
      await until(() => lastIsInSight(page), `the message of round ${round} is hidden`);
      await bot.send(user, `gone ${round}`, { reply_markup: { remove_keyboard: true } });
      await page.locator(".keys").waitFor({ state: "hidden" });
      await until(() => lastIsInSight(page), `the message behind round ${round} is hidden`);
    }
  });
}

test("unread messages are visible when a dialog with a keyboard is opened", async (t) => {
  const { user, bot, page } = await started(t, { options: PHONE });
  for (let i = 0; i < 8; i++) await bot.send(user, `${i}: ${SENTENCE.repeat(3)}`);
  await page.getByRole("button", { name: "Back" }).click();
  await bot.send(user, "Which one?", { reply_markup: { keyboard: [["One"], ["Two"], ["Three"], ["Four"]] } });
  await row(page, "Which one?").click();
  await page.getByRole("button", { name: "Four" }).waitFor();
  await until(() => lastIsInSight(page), "the question is hidden by its keyboard");
});

test("the scroll position is kept when a keyboard opens", async (t) => {
  const { user, bot, page } = await started(t, { options: PHONE });
  for (let i = 0; i < 20; i++) await bot.send(user, `${i}: ${SENTENCE.repeat(2)}`);
  await bubble(page, "19:").waitFor();
  await page.locator(".scroller").evaluate((element) => element.scrollBy(0, -600));
  await page.getByRole("button", { name: "Go to the latest message" }).waitFor();
  const lowest = () =>
    page.evaluate(() => {
      const end = document.querySelector(".scroller").getBoundingClientRect().bottom;
      const all = [...document.querySelectorAll("message-list .message")];
      return all.findLast((one) => one.getBoundingClientRect().top < end - 10).dataset.id;
    });
  const before = await lowest();
  await bot.send(user, "Which one?", { reply_markup: { keyboard: [["One"], ["Two"], ["Three"], ["Four"]] } });
  await page.getByRole("button", { name: "Four" }).waitFor();
  await until(async () => (await lowest()) === before, "the messages have moved");
});

test("the menu's chevron covers no text, on a phone too", async (t) => {
  const { user, bot, page } = await started(t, { options: PHONE });
  const texts = ["ok", SENTENCE.repeat(3), "x".repeat(300), "שלום עולם ".repeat(8)];
  for (const text of texts) await bot.send(user, text);
  await page.locator("message-composer textarea").fill("My own message, which is long enough for a line and a half");
  await page.keyboard.press("Enter");
  await bubble(page, "My own message").waitFor();
  for (const message of await page.locator("message-list .message").all()) {
    const { lines, more } = await boxes(message);
    assert.ok(lines.length);
    for (const line of lines) assert.ok(!overlap(line, more), JSON.stringify([line, more]));
    assert.ok(more.left >= 0 && more.right <= 390, "within the window");
    assert.ok(more.right - more.left >= 24 && more.bottom - more.top >= 24, "large enough for a finger");
  }
  const chevron = bubble(page, "My own message").getByRole("button", { name: "Message menu" });
  assert.equal(await chevron.evaluate((element) => getComputedStyle(element).opacity), "1", "seen without hovering");
  await chevron.tap();
  await page.getByRole("menuitem", { name: "Reply" }).waitFor();
});

test("the time is after the last word, or below it where there is no room", async (t) => {
  const { user, bot, page } = await started(t, { options: PHONE });
  await bot.send(user, "Short");
  await bubble(page, "Short").waitFor();
  const short = await boxes(bubble(page, "Short"));
  const [word] = short.lines;
  assert.ok(short.time.left >= word.right && overlap({ ...word, right: short.time.right }, short.time), "on the same line");
  assert.ok(short.bubble.bottom - short.bubble.top < 40, "one line high");
  // At every length, the time is on the last line or on the next one, and never on the text.
  for (let length = 20; length < 80; length += 4) {
    const text = "word ".repeat(length / 5) + "e".repeat(length % 5 || 1);
    const sent = await bot.send(user, text);
    await page.locator(`message-list .message`).nth(-1).getByText(text.trim().slice(-12)).waitFor();
    const message = page.locator("message-list .message").last();
    await until(async () => (await message.locator(".text").textContent()) === sent.text, "the message is drawn");
    const { lines, time, bubble: around } = await boxes(message);
    for (const line of lines) assert.ok(!overlap(line, time), `${length}: the time covers the text`);
    assert.ok(time.right <= around.right && time.bottom <= around.bottom, `${length}: the time is outside`);
    const gap = time.top - lines.at(-1).top;
    assert.ok(gap < 30, `${length}: the time is ${gap} px below the last line`);
  }
  await bot.send(user, "שלום");
  const rtl = bubble(page, "שלום");
  await rtl.waitFor();
  const { lines, time } = await boxes(rtl);
  assert.ok(time.right <= lines[0].left, "a text from right to left has its end on the left");
});

test("long names end with an ellipsis, and keep their status dots", async (t) => {
  const name = "A bot with a remarkably long name that fits nowhere at all";
  const { page } = await started(t, {
    user: { first_name: "Wolfeschlegelsteinhausenbergerdorff", last_name: "Featherstonehaugh-Cholmondeley" },
    bot: { name },
    options: PHONE,
  });
  const check = async (place, hasDot) => {
    const look = () => page.locator(place).evaluate((element) => {
      const label = element.querySelector(".label");
      const dot = element.querySelector(".status-dot")?.getBoundingClientRect();
      const at = dot && document.elementFromPoint(dot.left + dot.width / 2, dot.top + dot.height / 2);
      return {
        isCut: label.scrollWidth > label.clientWidth,
        overflow: getComputedStyle(label).textOverflow,
        isDotSeen: Boolean(at?.classList.contains("status-dot")),
      };
    });
    // The header is replaced when the program connects or disconnects.
    await until(async () => isDeepStrictEqual(await look(), { isCut: true, overflow: "ellipsis", isDotSeen: hasDot }), place);
  };
  await check("dialog-view header .name", true);
  await page.getByRole("button", { name: "Back" }).click();
  await row(page, name).waitFor();
  await check("chat-list .chat:has(.status-dot) .name >> nth=0", true);
  await check("chat-list .account .name", false);
  await page.keyboard.press("Control+k");
  await check("dialog.jump .chat .name >> nth=0", false);
});

test("apps side by side are labelled with their users", async (t) => {
  const { server, user, bot, page } = await started(t, {
    user: { first_name: "Ann", last_name: "Lee" },
    options: { viewport: { width: 1280, height: 760 } },
  });
  assert.equal(await page.locator(".owner").isVisible(), false, "a single app has no label");
  const bob = await server.user({ first_name: "Bob" });
  await page.goto(`${server.root}/#${user.id}/${bot.id}+${bob.id}/${bot.id}`);
  for (const [i, name] of [[0, "Ann Lee"], [1, "Bob"]]) {
    const pane = page.locator("user-pane").nth(i);
    const sign = pane.locator(".owner").getByText(name, { exact: true });
    await sign.waitFor();
    const inside = await sign.evaluate((element) => {
      const own = element.getBoundingClientRect();
      const pane = element.closest("user-pane").getBoundingClientRect();
      return own.left >= pane.left && own.right <= pane.right && element.contains(document.elementFromPoint(own.left + 2, own.top + 8));
    });
    assert.ok(inside, name);
    assert.equal(await page.getByRole("region", { name, exact: true }).count(), 1);
  }
  assert.equal(await page.getByRole("main").count(), 1, "one main landmark for all panes");
  await page.locator("user-pane").nth(1).locator(".owner").click();
  await page.getByRole("menuitem", { name: "New user" }).waitFor();
});

test("a phone has its main landmark in the list and in the dialog", async (t) => {
  const { page } = await started(t, { options: PHONE });
  await page.getByRole("main").locator("dialog-view").waitFor();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("main").getByRole("searchbox", { name: "Search" }).waitFor();
  assert.equal(await page.getByRole("main").count(), 1);
});

test("the page of the first visit has a main landmark", async (t) => {
  const server = await serve(t);
  const page = await visit(server, "/", PHONE);
  await page.getByRole("main").getByRole("heading", { name: "Who are you?" }).waitFor();
  assert.equal(await page.getByRole("main").count(), 1);
});

test("a block of code is scrolled with the keyboard", async (t) => {
  const { user, bot, page } = await started(t, { options: PHONE });
  await bot.send(user, `<pre>${"let x = 1; ".repeat(20)}</pre>`, { parse_mode: "HTML" });
  const code = page.locator("message-list pre");
  assert.equal(await code.getAttribute("tabindex"), "0", "not every browser makes what scrolls focusable");
  await code.focus();
  assert.ok(await code.evaluate((element) => element === document.activeElement && element.scrollWidth > element.clientWidth));
  await page.keyboard.press("ArrowRight");
  await until(() => code.evaluate((element) => element.scrollLeft > 0), "the arrow scrolls");
});

test("a single emoji is large, and so are two and three; words are not", async (t) => {
  const { user, bot, page } = await dialog(t);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await bot.hears("/start");
  const size = async (text, more) => {
    const { message_id: id } = await bot.send(user, text, more);
    const message = page.locator("message-list .message").last().locator(".text");
    await until(async () => (await message.textContent()) === text, `${id} is drawn`);
    return message.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  };
  const usual = await size("Hello");
  const one = await size("😀");
  const three = await size("😀🎉🔥");
  assert.ok(one > three && three > usual * 1.5, JSON.stringify([one, three, usual]));
  assert.equal(await size("👩‍👩‍👧‍👦"), one, "a family is one emoji");
  assert.equal(await size("❤"), one, "a heart without a variation selector");
  for (const text of ["😀😀😀😀", "😀!", "1", "#", "ok 😀"]) assert.equal(await size(text), usual, text);
});
