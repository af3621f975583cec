"""A Kurigram bot with a session file of `parlor session`: it needs no redirection and no token."""

import os
import sys

from pyrogram import Client, filters, idle

folder, name = os.path.split(sys.argv[1].removesuffix(".session"))
app = Client(name, 1, "a" * 32, workdir=folder)


@app.on_message(filters.command("start"))
async def start(client, message):
    await message.reply("Hi!")


async def main():
    async with app:
        print("ready", app.me.username, flush=True)
        await idle()


app.loop.run_until_complete(main())
