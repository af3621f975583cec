"""A Telethon program as a user's app: logs in by phone, talks to a bot, and prints what it receives."""

import asyncio
import os
import sys

from telethon import TelegramClient, events, functions, types
from telethon.errors import (
    PhoneCodeInvalidError, SessionPasswordNeededError, PasswordHashInvalidError, StartParamInvalidError,
    UsernameNotOccupiedError, YouBlockedUserError,
)
from telethon.sessions import MemorySession

phone, bot_name = sys.argv[1:3]
password = sys.argv[3] if len(sys.argv) > 3 else None


def tell(*words):
    print(*words, flush=True)


async def main():
    client = TelegramClient(MemorySession(), 1, "a" * 32)
    await client.connect()
    sent = await client.send_code_request(phone)
    try:
        await client.sign_in(phone, "00000", phone_code_hash=sent.phone_code_hash)
    except PhoneCodeInvalidError:
        tell("wrong code refused")
    try:
        await client.sign_in(phone, "22222", phone_code_hash=sent.phone_code_hash)
    except SessionPasswordNeededError:
        try:
            await client.sign_in(password="wrong")
        except PasswordHashInvalidError:
            tell("wrong password refused")
        await client.sign_in(password=password)
    me = await client.get_me()
    tell("me", me.first_name, me.phone)

    bot = await client.get_entity(bot_name)
    tell("bot", bot.username, bot.bot)
    try:
        await client.get_entity("nobody_here_at_all")
    except ValueError:
        tell("nobody refused")
    replies = asyncio.Queue()

    @client.on(events.NewMessage(incoming=True, chats=bot))
    async def reply(event):
        await replies.put(event.message)

    edits = asyncio.Queue()

    @client.on(events.MessageEdited(chats=bot))
    async def edit(event):
        await edits.put(event.message)

    async def expect(queue=replies):
        return await asyncio.wait_for(queue.get(), 30)

    await client.send_message(bot, "/start")
    tell("reply", (await expect()).text)
    try:
        await client(functions.messages.StartBotRequest(bot, bot, "no spaces"))
    except StartParamInvalidError:
        tell("payload refused")
    await client(functions.messages.StartBotRequest(bot, bot, "deep-link"))
    tell("reply", (await expect()).text)
    await client.send_message(bot, "/buttons")
    message = await expect()
    answer = await message.click(0)
    tell("answer", answer.message, answer.alert)
    tell("edit", (await expect(edits)).text)
    await client.send_read_acknowledge(bot)

    dialogs = await client.get_dialogs()
    tell("dialogs", [dialog.name for dialog in dialogs], dialogs[0].unread_count)
    history = await client.get_messages(bot, limit=100)
    tell("history", [message.text for message in reversed(history)])
    found = await client.get_messages(bot, search="sure")
    tell("found", len(found))
    full = await client(functions.users.GetFullUserRequest(bot))
    tell("about", full.full_user.about, full.full_user.bot_info.description)
    edited = await client.edit_message(bot, history[-1].id, "/start again")
    tell("edited", edited.text)
    await client.delete_messages(bot, [edited.id], revoke=True)
    tell("left", len(await client.get_messages(bot, limit=100)))

    await client(functions.contacts.BlockRequest(bot))
    try:
        await client.send_message(bot, "unheard")
    except YouBlockedUserError:
        tell("blocked")
    await client(functions.contacts.UnblockRequest(bot))
    await client.send_message(bot, "again")
    tell("reply", (await expect()).text)
    await client(functions.account.UpdateProfileRequest(first_name="Anna", last_name="Lee", about="Hm"))
    tell("me", (await client.get_me()).first_name)
    sessions = await client(functions.account.GetAuthorizationsRequest())
    tell("sessions", len(sessions.authorizations), sessions.authorizations[0].current)
    await client.log_out()
    tell("out")


asyncio.run(main())
