"""The story bot on Telethon, as its users write bots: it knows nothing of Parlor."""

import os

from telethon import Button, TelegramClient, events, functions, types, utils
from telethon.errors import FloodWaitError, RPCError
from telethon.sessions import MemorySession

bot = TelegramClient(MemorySession(), 1, "a" * 32, flood_sleep_threshold=0)


def tell(*words):
    print(*words, flush=True)


async def attempt(call):
    try:
        await call
        return "ok"
    except FloodWaitError as error:
        return f"retry: {error.seconds}"
    except RPCError as error:
        return f"error: {type(error).__name__}"
    except ValueError as error:
        return f"unknown: {error}"


async def probe(peer):
    # The dependable form: one awaited request.
    await bot(functions.messages.SetTypingRequest(peer, types.SendMessageTypingAction()))


@bot.on(events.NewMessage(pattern='^/start( .+)?$'))
async def start(event):
    await event.respond("Hi!" + (event.pattern_match.group(1) or ""))


@bot.on(events.NewMessage(incoming=True, func=lambda event: not event.raw_text.startswith("/start")))
async def message(event):
    command, _, argument = event.raw_text.partition(" ")
    if command == "/who":
        user = await event.get_sender()
        return await event.respond(f"{user.first_name}|{user.last_name}|{user.username}|{user.lang_code}")
    if command == "/buttons":
        return await event.respond("Sure?", buttons=[[Button.inline("Yes", b"yes")]])
    if command == "/long":
        return await event.respond(await attempt(bot.send_message(event.chat_id, "x" * 5000)))
    if command == "/send":
        return await event.respond(await attempt(bot.send_message(int(argument), "hello")))
    if command == "/probe":
        return await event.respond(await attempt(probe(int(argument))))
    if command == "/flood":
        for n in range(20):
            outcome = await attempt(event.respond(f"flood {n}"))
            if outcome != "ok":
                return tell("flood", n, outcome)
        return
    await event.respond(f"You wrote: {event.raw_text}")


@bot.on(events.CallbackQuery(data=b"yes"))
async def pressed(event):
    await event.answer("Thanks", alert=True)
    await event.edit("Done")


@bot.on(events.Raw(types.UpdateBotStopped))
async def member(update):
    tell("member", *(["member", "kicked"] if update.stopped else ["kicked", "member"]))
    tell("probe", await attempt(probe(update.user_id)))


@bot.on(events.Raw(types.UpdateBotChatInviteRequester))
async def join(update):
    # Telethon has no event for it: the chat is among the entities that came with the update.
    chat = update._entities[utils.get_peer_id(update.peer)]
    await bot.send_message(update.user_id, f"Why do you want to join {chat.title}?")
    hide = functions.messages.HideChatJoinRequestRequest
    tell("approve", await attempt(bot(hide(update.peer, update.user_id, approved=True))))
    tell("decline", await attempt(bot(hide(update.peer, update.user_id))))


bot.start(bot_token=os.environ["BOT_TOKEN"])
tell("ready")
bot.run_until_disconnected()
