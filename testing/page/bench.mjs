// How fast the page is there: its first paint beside that of an empty page from the same server, in one browser.

import { Server, browser, closeBrowser, weigh } from "./stage.mjs";

const ROUNDS = 15;

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds until the first paint; the browser tells when it has happened. */
function firstPaint(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime)).observe({ type: "paint", buffered: true });
      }),
  );
}

const server = await Server.start();
const found = { page: { fresh: [], again: [] }, empty: { fresh: [], again: [] } };
let weight = 0;
for (let round = 0; round < ROUNDS; round++) {
  for (const [kind, path] of [["page", "/"], ["empty", "/page/icon.svg"]]) {
    const context = await (await browser()).newContext();
    const page = await context.newPage();
    await page.goto(server.root + path);
    if (kind === "page") {
      await page.getByRole("heading", { name: "Who are you?" }).waitFor();
      weight = await weigh(page);
    }
    found[kind].fresh.push(await firstPaint(page));
    await page.reload();
    found[kind].again.push(await firstPaint(page));
    await context.close();
  }
}
const row = (name, visit) => {
  const [page, empty] = [median(found.page[visit]), median(found.empty[visit])];
  console.log(`${name}: ${page.toFixed(0)} ms, an empty one ${empty.toFixed(0)} ms, ${(page / empty).toFixed(1)} times it`);
};
console.log(`page: medians of ${ROUNDS} visits in turn`);
row("  first paint in a new profile", "fresh");
row("  first paint when visited again", "again");
console.log(`  ${(weight / 1024).toFixed(0)} KiB over the wire`);
await closeBrowser();
await server.stop();
