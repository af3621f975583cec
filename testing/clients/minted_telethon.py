"""A Telethon bot with a session file of `parlor session`: it needs no redirection and no token."""

import sys

from telethon import TelegramClient, events

bot = TelegramClient(sys.argv[1], 1, "a" * 32)


@bot.on(events.NewMessage(pattern="/start"))
async def start(event):
    await event.respond("Hi!")


async def main():
    await bot.connect()
    print("ready", (await bot.get_me()).username, flush=True)
    await bot.run_until_disconnected()


bot.loop.run_until_complete(main())
