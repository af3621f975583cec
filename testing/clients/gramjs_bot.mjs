// The story bot on GramJS (`telegram`) or its fork `teleproto`, whichever package is named, with a session that was
// created by the control API: no key exchange.
const load = (path) => import(`${process.argv[2]}/${path}`);
const { Api, TelegramClient } = await load('index.js');
const { StringSession } = await load('sessions/index.js');
const { NewMessage, Raw } = await load('events/index.js');
const { CallbackQuery } = await load('events/CallbackQuery.js');
const { Button } = await load('tl/custom/button.js');
const { ConnectionTCPFull } = await load('network/index.js');

const { host, port, gramjs } = JSON.parse(process.env.SESSION);
// GramJS connects to port 80 whatever the session says.
class Connection extends ConnectionTCPFull {
  constructor(options) {
    super({ ...options, ip: host, port });
  }
}
const client = new TelegramClient(new StringSession(gramjs), 1, 'a'.repeat(32), {
  connection: Connection,
  floodSleepThreshold: 0,
});
client.setLogLevel('error');
const tell = (...words) => console.log(words.join(' '));

const attempt = async (call) => {
  try {
    await call();
    return 'ok';
  } catch (error) {
    if (error.seconds) return `retry: ${error.seconds}`;
    return error.errorMessage ? `error: ${error.errorMessage}` : `unknown: ${error.message}`;
  }
};
const send = (peer, message, more) => client.sendMessage(peer, { message, ...more });
const probe = (peer) =>
  client.invoke(new Api.messages.SetTyping({ peer, action: new Api.SendMessageTypingAction() }));

const who = async (message) => {
  const { firstName, lastName, username, langCode } = await message.getSender();
  return [firstName, lastName, username, langCode].map((value) => value ?? 'None').join('|');
};

client.addEventHandler(async ({ message }) => {
  const peer = message.peerId;
  const [command, argument] = message.text.split(' ');
  switch (command) {
    case '/start':
      return send(peer, argument ? `Hi! ${argument}` : 'Hi!');
    case '/who':
      return send(peer, await who(message));
    case '/buttons':
      return send(peer, 'Sure?', { buttons: [[Button.inline('Yes', Buffer.from('yes'))]] });
    case '/long':
      return send(peer, await attempt(() => send(peer, 'x'.repeat(5000))));
    case '/send':
      return send(peer, await attempt(() => send(Number(argument), 'hello')));
    case '/probe':
      return send(peer, await attempt(() => probe(Number(argument))));
    case '/flood':
      for (let n = 0; n < 20; n++) {
        const outcome = await attempt(() => send(peer, `flood ${n}`));
        if (outcome !== 'ok') return tell('flood', n, outcome);
      }
      return;
    default:
      return send(peer, `You wrote: ${message.text}`);
  }
}, new NewMessage({ incoming: true }));

client.addEventHandler(async (query) => {
  await query.answer({ message: 'Thanks', alert: true });
  // `query.edit` forgets which message it is (2.26.22).
  await client.editMessage(query.query.peer, { message: query.messageId, text: 'Done' });
}, new CallbackQuery({ pattern: /^yes$/ }));

client.addEventHandler(async (update) => {
  tell('member', ...(update.stopped ? ['member', 'kicked'] : ['kicked', 'member']));
  tell('probe', await attempt(() => probe(update.userId)));
}, new Raw({ types: [Api.UpdateBotStopped] }));

client.addEventHandler(async (update) => {
  const chat = [...update._entities.values()].find((entity) => entity.title);
  await send(update.userId, `Why do you want to join ${chat.title}?`);
  const { peer, userId } = update;
  const hide = (approved) => () => client.invoke(new Api.messages.HideChatJoinRequest({ approved, peer, userId }));
  tell('approve', await attempt(hide(true)));
  tell('decline', await attempt(hide(false)));
}, new Raw({ types: [Api.UpdateBotChatInviteRequester] }));

await client.connect();
await client.getMe();
tell('ready');
