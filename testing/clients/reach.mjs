// Calls getMe by every HTTP library that `parlor run` redirects, as users would, and prints which calls succeed.
// Runs on Node, Bun and Deno.
import https, { get } from 'node:https';
import { Bot } from 'grammy';
import { Telegraf } from 'telegraf';
import axios from 'axios';
import got from 'got';
import nodeFetch from 'node-fetch';
import { Client, Pool, ProxyAgent, request, fetch as undiciFetch, setGlobalDispatcher, stream } from 'undici';
import { Writable } from 'node:stream';

const ROOT = 'https://api.telegram.org';
const PATH = '/bot123456:AAAA/getMe';
const URL_ = ROOT + PATH;
// An address where no program listens: a request that goes through this proxy fails.
const PROXY = 'http://127.0.0.1:9';

const text = (call) => new Promise((resolve, reject) => {
  const sent = call((answer) => {
    let body = '';
    answer.on('data', (chunk) => { body += chunk; }).on('end', () => resolve(body)).on('error', reject);
  });
  sent.on('error', reject);
  sent.end();
});
const streamed = async () => {
  let body = '';
  const write = (chunk, _, done) => { body += chunk; done(); };
  await stream(URL_, { method: 'GET' }, () => new Writable({ write }));
  return body;
};
const body = async (answer) => (await answer).body.text();
const host = { host: 'api.telegram.org' };

const ways = {
  'fetch': async () => (await fetch(URL_)).text(),
  'fetch of a Request': async () => (await fetch(new Request(URL_, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }))).text(),
  'https.request': () => text((done) => https.request(URL_, { method: 'POST', headers: host }, done)),
  'https.get by options': () => text((done) => https.get({ ...host, path: PATH }, done)),
  'get of https': () => text((done) => get(new URL(URL_), done)),
  'axios': async () => JSON.stringify((await axios.post(URL_, { a: 1 })).data),
  'got': async () => (await got.post(URL_, { json: { a: 1 } })).body,
  'node-fetch': async () => (await nodeFetch(URL_)).text(),
  'grammY': async () => JSON.stringify({ result: await new Bot('123456:AAAA').api.getMe() }),
  'Telegraf': async () => JSON.stringify({ result: await new Telegraf('123456:AAAA').telegram.getMe() }),
  'undici.request': () => body(request(URL_, { method: 'POST', headers: host })),
  'undici.request without options': () => body(request(URL_)),
  'undici.fetch': async () => (await undiciFetch(URL_)).text(),
};
// Bun's undici has only these.
if (!globalThis.Bun) {
  Object.assign(ways, {
    'undici.stream': streamed,
    'undici.Client': () => body(new Client(ROOT).request({ path: PATH, method: 'GET' })),
    'undici.Pool': () => body(new Pool(ROOT).request({ path: PATH, method: 'GET', headers: host })),
    'undici.request by a proxy': () => body(request(URL_, { dispatcher: new ProxyAgent(PROXY) })),
    'undici.fetch by a proxy': async () => {
      setGlobalDispatcher(new ProxyAgent(PROXY));
      return (await undiciFetch(URL_)).text();
    },
    'fetch by a proxy of undici': async () => (await fetch(URL_)).text(),
  });
}

let failed = 0;
for (const [name, way] of Object.entries(ways)) {
  try {
    const { id } = JSON.parse(await way()).result;
    if (id !== 123456) throw new Error(`another bot: ${id}`);
  } catch (error) {
    failed += 1;
    console.log(`${name}: ${error.cause ?? error}`);
  }
}
const count = Object.keys(ways).length;
console.log(`${count - failed} of ${count} arrive`);
process.exit(failed ? 1 : 0);
