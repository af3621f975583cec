"""The story bot on Pyrogram and on its forks Kurigram and Pyrofork."""

import os

from pyrogram import Client, filters, idle, raw
from pyrogram.errors import FloodWait, RPCError
from pyrogram.types import InlineKeyboardButton, InlineKeyboardMarkup

app = Client("story", 1, "a" * 32, bot_token=os.environ["BOT_TOKEN"], in_memory=True, sleep_threshold=0)


def tell(*words):
    print(*words, flush=True)


async def attempt(call):
    try:
        await call
        return "ok"
    except FloodWait as error:
        return f"retry: {error.value}"
    except RPCError as error:
        # Pyrogram has no `ID` for errors that are newer than its last release.
        return f"error: {error.ID or error.value}"
    except (KeyError, ValueError) as error:
        return f"unknown: {error}"


async def probe(peer):
    peer = await app.resolve_peer(peer)
    await app.invoke(raw.functions.messages.SetTyping(peer=peer, action=raw.types.SendMessageTypingAction()))


@app.on_message(filters.command("start"))
async def start(client, message):
    await message.reply(" ".join(["Hi!", *message.command[1:]]))


@app.on_message(filters.command("who"))
async def who(client, message):
    user = message.from_user
    await message.reply(f"{user.first_name}|{user.last_name}|{user.username}|{user.language_code}")


@app.on_message(filters.command("buttons"))
async def buttons(client, message):
    rows = [[InlineKeyboardButton("Yes", callback_data="yes")]]
    await message.reply("Sure?", reply_markup=InlineKeyboardMarkup(rows))


@app.on_message(filters.command("long"))
async def long(client, message):
    await message.reply(await attempt(app.send_message(message.chat.id, "x" * 5000)))


@app.on_message(filters.command("send"))
async def send(client, message):
    await message.reply(await attempt(app.send_message(int(message.command[1]), "hello")))


@app.on_message(filters.command("probe"))
async def probe_command(client, message):
    await message.reply(await attempt(probe(int(message.command[1]))))


@app.on_message(filters.command("flood"))
async def flood(client, message):
    for n in range(20):
        outcome = await attempt(app.send_message(message.chat.id, f"flood {n}"))
        if outcome != "ok":
            return tell("flood", n, outcome)


@app.on_message(filters.incoming & filters.text)
async def echo(client, message):
    await message.reply(f"You wrote: {message.text}")


@app.on_callback_query(filters.regex("^yes$"))
async def pressed(client, query):
    await query.answer("Thanks", show_alert=True)
    await query.edit_message_text("Done")


@app.on_chat_join_request()
async def join(client, request):
    await app.send_message(request.from_user.id, f"Why do you want to join {request.chat.title}?")
    tell("approve", await attempt(request.approve()))
    tell("decline", await attempt(request.decline()))


@app.on_raw_update()
async def member(client, update, users, chats):
    if isinstance(update, raw.types.UpdateBotStopped):
        tell("member", *(["member", "kicked"] if update.stopped else ["kicked", "member"]))
        tell("probe", await attempt(probe(update.user_id)))


async def main():
    async with app:
        tell("ready")
        await idle()


app.loop.run_until_complete(main())
