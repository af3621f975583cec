from asyncio import run
from os import environ

from aiogram import Bot, Dispatcher
from aiogram.filters import CommandStart
from aiogram.types import Message

dp = Dispatcher()


@dp.message(CommandStart())
async def start(message: Message):
    await message.answer('Hi!')


run(dp.start_polling(Bot(environ['BOT_TOKEN'])))
