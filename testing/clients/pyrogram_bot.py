"""The smallest bot on Pyrogram."""

import os

from pyrogram import Client, filters, idle

app = Client("story", 1, "a" * 32, bot_token=os.environ["BOT_TOKEN"], in_memory=True)


@app.on_message(filters.command("start"))
async def start(client, message):
    await message.reply(" ".join(["Hi!", *message.command[1:]]))


async def main():
    async with app:
        print("ready", flush=True)
        await idle()


app.run(main())
