// The story bot on grammY.
import http from 'node:http';
import { Bot, GrammyError, InlineKeyboard, webhookCallback } from 'grammy';

const bot = new Bot(process.env.BOT_TOKEN);
const tell = (...words) => console.log(words.join(' '));

const attempt = async (call) => {
  try {
    await call();
    return 'ok';
  } catch (error) {
    if (!(error instanceof GrammyError)) throw error;
    const kinds = { 400: 'bad', 403: 'forbidden', 429: 'retry' };
    return `${kinds[error.error_code]}: ${error.error_code === 429 ? error.parameters.retry_after : error.description}`;
  }
};

bot.command('start', (ctx) => ctx.reply(ctx.match ? `Hi! ${ctx.match}` : 'Hi!'));
bot.command('who', (ctx) => {
  const { first_name, last_name, username, language_code } = ctx.from;
  return ctx.reply([first_name, last_name, username, language_code].map((v) => v ?? 'None').join('|'));
});
bot.command('buttons', (ctx) => ctx.reply('Sure?', { reply_markup: new InlineKeyboard().text('Yes', 'yes') }));
bot.callbackQuery('yes', async (ctx) => {
  await ctx.answerCallbackQuery({ text: 'Thanks', show_alert: true });
  await ctx.editMessageText('Done');
});
bot.command('long', async (ctx) => ctx.reply(await attempt(() => ctx.reply('x'.repeat(5000)))));
bot.command('flood', async (ctx) => {
  for (let n = 0; n < 20; n++) {
    const outcome = await attempt(() => ctx.reply(`flood ${n}`));
    if (outcome !== 'ok') return tell('flood', n, outcome);
  }
});
bot.command('send', async (ctx) => ctx.reply(await attempt(() => ctx.api.sendMessage(Number(ctx.match), 'hello'))));
bot.command('probe', async (ctx) => ctx.reply(await attempt(() => ctx.api.sendChatAction(Number(ctx.match), 'typing'))));
bot.on('my_chat_member', async (ctx) => {
  tell('member', ctx.myChatMember.old_chat_member.status, ctx.myChatMember.new_chat_member.status);
  tell('probe', await attempt(() => ctx.api.sendChatAction(ctx.chat.id, 'typing')));
});
bot.on('chat_join_request', async (ctx) => {
  const { user_chat_id, chat, from } = ctx.chatJoinRequest;
  await ctx.api.sendMessage(user_chat_id, `Why do you want to join ${chat.title}?`);
  tell('approve', await attempt(() => ctx.approveChatJoinRequest(from.id)));
  tell('decline', await attempt(() => ctx.declineChatJoinRequest(from.id)));
});
bot.on('message:text', (ctx) => ctx.reply(`You wrote: ${ctx.message.text}`));
if (process.env.WEBHOOK_URL) {
  const url = new URL(process.env.WEBHOOK_URL);
  http.createServer(webhookCallback(bot, 'http', { secretToken: 's3cret' })).listen(Number(url.port), url.hostname);
  await bot.api.setWebhook(url.href, { secret_token: 's3cret' });
} else {
  bot.start();
}
