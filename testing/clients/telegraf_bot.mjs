// The smallest bot on telegraf.
import { Telegraf } from 'telegraf';

const bot = new Telegraf(process.env.BOT_TOKEN);
bot.start((ctx) => ctx.reply('Hi!'));
bot.launch();
