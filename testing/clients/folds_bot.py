"""The story bot on Folds. A Folds bot is a Telethon client too."""

import os
import tempfile
from contextlib import asynccontextmanager

from folds import Bot, Message, ThisSender
from telethon import Button, events, functions, types, utils
from telethon.errors import FloodWaitError, RPCError

os.environ.setdefault("FOLDS_DATA_DIRECTORY", tempfile.mkdtemp())


def tell(*words):
    print(*words, flush=True)



@asynccontextmanager
async def lifespan(app):
    tell("ready")
    yield


bot = Bot(os.environ["BOT_TOKEN"], 1, "a" * 32, lifespan=lifespan, flood_sleep_threshold=0)


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
    await bot(functions.messages.SetTypingRequest(peer, types.SendMessageTypingAction()))


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
    return await attempt(probe(int(text.split()[1])))


@bot.private_commands.flood
async def flood(message: Message):
    for n in range(20):
        outcome = await attempt(message.respond(f"flood {n}"))
        if outcome != "ok":
            return tell("flood", n, outcome)


@bot.private_message(regex="^[^/]")
async def echo(text: str):
    return f"You wrote: {text}"


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


bot.run()
