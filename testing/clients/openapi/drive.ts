// Drives a dialog by the types that openapi-typescript generated: `drive.js ROOT`.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { argv: string[] };
const [, , root] = process.argv;
const client = createClient<paths>({ baseUrl: root });
const pair = { user: "ann_lee", other: "weather_bot" };

function equal<T>(found: T, wanted: T) {
  if (found !== wanted) throw new Error(`${found} instead of ${wanted}`);
}

const user: components["schemas"]["NewUser"] = { first_name: "Ann", username: "ann_lee" };
const ann = await client.POST("/control/users", { body: user });
equal(ann.data?.bio, null);
await client.POST("/control/bots", { body: { username: "weather_bot" } });

const nobody = { path: { ...pair, other: "nobody_bot" } };
const refused = await client.POST("/control/users/{user}/dialogs/{other}/start", { params: nobody, body: {} });
equal(refused.error?.code, "ACCOUNT_NOT_FOUND");

const allowed = await client.POST("/control/users/{user}/dialogs/{other}/allow", {
  params: { path: pair },
  body: { type: "website", domain: "example.com" },
});
equal(allowed.data?.message.connected_website, "example.com");
const started = await client.POST("/control/users/{user}/dialogs/{other}/start", {
  params: { path: pair },
  body: { payload: "rain" },
});
equal(started.data?.message.text, "/start");

const answered = await client.POST("/control/bots/{bot}/call", {
  params: { path: { bot: pair.other } },
  body: { method: "sendMessage", parameters: { chat_id: ann.data?.id, text: "Hi!" } },
});
equal(answered.data?.status, 200);

const wait = (query: { after?: number; timeout?: number }) =>
  client.GET("/control/users/{user}/dialogs/{other}/wait", { params: { path: pair, query } });
const reply = await wait({ timeout: 10 });
equal(reply.data?.message.text, "Hi!");
const late = await wait({ timeout: 0 });
equal(late.error?.status, 408);

const message = reply.data?.message.message_id ?? 0;
const path = { ...pair, message };
const deleted = await client.DELETE("/control/users/{user}/dialogs/{other}/messages/{message}", {
  params: { path, query: { for_both: true } },
});
equal(deleted.response.status, 204);
const dialog = await client.GET("/control/users/{user}/dialogs/{other}", { params: { path: pair } });
equal(dialog.data?.last_message?.message.text, "/start");
console.log("driven");
