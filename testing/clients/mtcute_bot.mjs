// The story bot's greeting on mtcute, with the whole key exchange.
import { readFileSync } from 'node:fs';
import { MemoryStorage } from '@mtcute/core';
import { TelegramClient } from '@mtcute/node';
import { NodeCryptoProvider, addPublicKey } from '@mtcute/node/utils.js';

const [, port] = process.env.PARLOR_MTPROTO.split(':');
const dc = { id: 2, ipAddress: '127.0.0.1', port: Number(port) };
const crypto = new NodeCryptoProvider();
await crypto.initialize();
const pem = readFileSync(process.env.PARLOR_MTPROTO_KEY, 'ascii').trim().split('\n').slice(1, -1).join('');
addPublicKey(crypto, pem);
const client = new TelegramClient({
  apiId: 1,
  apiHash: 'a'.repeat(32),
  storage: new MemoryStorage(),
  crypto,
  defaultDcs: { main: dc, media: dc },
  logLevel: 2,
});
client.onNewMessage.add(async (message) => {
  if (message.isOutgoing) return;
  const [, payload] = message.text.match(/^\/start(?: (.+))?$/) ?? [];
  await client.sendText(message.chat.id, payload ? `Hi! ${payload}` : 'Hi!');
});
await client.start({ botToken: process.env.BOT_TOKEN });
console.log('ready');
