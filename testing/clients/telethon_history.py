"""A Telethon program as a user's app, which reads the whole history of a chat."""

import asyncio
import sys

from telethon import TelegramClient
from telethon.sessions import MemorySession

phone, bot_name = sys.argv[1:3]


def tell(name, messages):
    print(name, [message.id for message in messages], flush=True)


async def main():
    client = TelegramClient(MemorySession(), 1, "a" * 32)
    await client.connect()
    sent = await client.send_code_request(phone)
    await client.sign_in(phone, "22222", phone_code_hash=sent.phone_code_hash)
    bot = await client.get_entity(bot_name)
    tell("all", [message async for message in client.iter_messages(bot)])
    tell("reversed", [message async for message in client.iter_messages(bot, reverse=True)])
    tell("found", [message async for message in client.iter_messages(bot, search="message")])
    first = (await client.get_messages(bot, limit=1))[0]
    tell("before", await client.get_messages(bot, limit=None, offset_date=first.date))
    await client.disconnect()


asyncio.run(main())
