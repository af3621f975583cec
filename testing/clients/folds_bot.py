"""The story bot on Folds. A Folds bot is a Telethon client too."""

import os
import tempfile
from contextlib import asynccontextmanager

from folds import Bot, Message, ThisSender
from telethon import Button

from telethon_story import add_handlers, attempt, probe, tell

os.environ.setdefault("FOLDS_DATA_DIRECTORY", tempfile.mkdtemp())


@asynccontextmanager
async def lifespan(app):
    tell("ready")
    yield


bot = Bot(os.environ["BOT_TOKEN"], 1, "a" * 32, lifespan=lifespan, flood_sleep_threshold=0)


@bot.private_commands.start()
async def start(text: str):
    _, _, payload = text.partition(" ")
    return f"Hi! {payload}" if payload else "Hi!"


@bot.private_commands.who
async def who(user: ThisSender):
    return f"{user.first_name}|{user.last_name}|{user.username}|{user.lang_code}"


@bot.private_commands.buttons
async def buttons(message: Message):
    await message.respond("Sure?", buttons=[[Button.inline("Yes", b"yes")]])


@bot.private_commands.long
async def long(message: Message):
    return await attempt(bot.send_message(message.chat_id, "x" * 5000))


@bot.private_commands.send
async def send(text: str):
    return await attempt(bot.send_message(int(text.split()[1]), "hello"))


@bot.private_commands.probe
async def probe_command(text: str):
    return await attempt(probe(bot, int(text.split()[1])))


@bot.private_commands.flood
async def flood(message: Message):
    for n in range(20):
        outcome = await attempt(message.respond(f"flood {n}"))
        if outcome != "ok":
            return tell("flood", n, outcome)


@bot.private_message(regex="^[^/]")
async def echo(text: str):
    return f"You wrote: {text}"


add_handlers(bot)
bot.run()
