// The story bot on mtcute, with the whole key exchange.
import { readFileSync } from 'node:fs';
import { BotKeyboard, MemoryStorage, networkMiddlewares, tl } from '@mtcute/core';
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
  network: { middlewares: networkMiddlewares.basic({ floodWaiter: { maxWait: 0 } }) },
});
const tell = (...words) => console.log(words.join(' '));

const attempt = async (call) => {
  try {
    await call();
    return 'ok';
  } catch (error) {
    if (error.seconds) return `retry: ${error.seconds}`;
    return tl.RpcError.is(error) ? `error: ${error.text}` : `unknown: ${error.message}`;
  }
};
const probe = async (id) =>
  client.call({ _: 'messages.setTyping', peer: await client.resolvePeer(id), action: { _: 'sendMessageTypingAction' } });

const who = ({ firstName, lastName, username, language }) =>
  [firstName, lastName, username, language].map((value) => value ?? 'None').join('|');

client.onNewMessage.add(async (message) => {
  if (message.isOutgoing || message.isService) return;
  const { id } = message.chat;
  const [command, argument] = message.text.split(' ');
  const answer = (text, more) => client.sendText(id, text, more);
  switch (command) {
    case '/start':
      return answer(argument ? `Hi! ${argument}` : 'Hi!');
    case '/who':
      return answer(who(message.sender));
    case '/buttons':
      return answer('Sure?', { replyMarkup: BotKeyboard.inline([[BotKeyboard.callback('Yes', 'yes')]]) });
    case '/long':
      return answer(await attempt(() => answer('x'.repeat(5000))));
    case '/send':
      return answer(await attempt(() => client.sendText(Number(argument), 'hello')));
    case '/probe':
      return answer(await attempt(() => probe(Number(argument))));
    case '/flood':
      for (let n = 0; n < 20; n++) {
        const outcome = await attempt(() => answer(`flood ${n}`));
        if (outcome !== 'ok') return tell('flood', n, outcome);
      }
      return;
    default:
      return answer(`You wrote: ${message.text}`);
  }
});
client.onCallbackQuery.add(async (query) => {
  await client.answerCallbackQuery(query, { text: 'Thanks', alert: true });
  await client.editMessage({ chatId: query.chat.id, message: query.messageId, text: 'Done' });
});
client.onBotStopped.add(async (update) => {
  tell('member', ...(update.stopped ? ['member', 'kicked'] : ['kicked', 'member']));
  tell('probe', await attempt(() => probe(update.user.id)));
});
client.onBotChatJoinRequest.add(async ({ chat, user }) => {
  await client.sendText(user.id, `Why do you want to join ${chat.title}?`);
  const hide = (action) => () => client.hideJoinRequest({ chatId: chat.id, user: user.id, action });
  tell('approve', await attempt(hide('approve')));
  tell('decline', await attempt(hide('decline')));
});

await client.start({ botToken: process.env.BOT_TOKEN });
// `start` does not wait for its loop of updates (0.30.3, `notifyLoggedIn`).
const hears = () => client._client.updates.updatesLoopActive;
while (!hears()) await new Promise((resolve) => setTimeout(resolve, 10));
tell('ready');
