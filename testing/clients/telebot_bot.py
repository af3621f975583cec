"""The smallest bot on pyTelegramBotAPI."""

import os

import telebot

bot = telebot.TeleBot(os.environ["BOT_TOKEN"])


@bot.message_handler(commands=["start"])
def start(message):
    bot.reply_to(message, "Hi!")


bot.infinity_polling()
