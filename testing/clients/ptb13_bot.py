"""The smallest bot on python-telegram-bot 13, whose requests go through urllib3 1."""

import os
from telegram.ext import CommandHandler, Updater


def start(update, context):
    update.message.reply_text("Hi!")


updater = Updater(os.environ["BOT_TOKEN"])
updater.dispatcher.add_handler(CommandHandler("start", start))
updater.start_polling()
updater.idle()
