// The story bot's greeting on GramJS, with a session that was minted: no key exchange.
import telegram from 'telegram';
import { StringSession } from 'telegram/sessions/index.js';
import { NewMessage } from 'telegram/events/index.js';
import { ConnectionTCPFull } from 'telegram/network/index.js';

const { TelegramClient } = telegram;
const { host, port, gramjs } = JSON.parse(process.env.SESSION);
// GramJS dials port 80 whatever the session says.
class Connection extends ConnectionTCPFull {
  constructor(options) {
    super({ ...options, ip: host, port });
  }
}
const client = new TelegramClient(new StringSession(gramjs), 1, 'a'.repeat(32), { connection: Connection });
client.setLogLevel('error');
client.addEventHandler(async (event) => {
  const [, payload] = event.message.text.match(/^\/start(?: (.+))?$/) ?? [];
  await client.sendMessage(event.message.peerId, { message: payload ? `Hi! ${payload}` : 'Hi!' });
}, new NewMessage({ incoming: true }));
await client.connect();
await client.getMe();
console.log('ready');
