from asyncio import run
from os import environ
from sys import argv

from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError


async def may_write(bot, chat):
    try:
        await bot.send_chat_action(chat, 'typing')
    except TelegramForbiddenError:
        return False
    return True


async def main():
    async with Bot(environ['BOT_TOKEN']) as bot:
        print('may write' if await may_write(bot, int(argv[1])) else 'may not write')


run(main())
