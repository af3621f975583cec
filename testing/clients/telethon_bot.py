"""The story bot on Telethon, as its users write bots: it knows nothing of Parlor."""

import os

from telethon import Button, TelegramClient, events
from telethon.sessions import MemorySession

from telethon_story import add_handlers, attempt, probe, tell

bot = TelegramClient(MemorySession(), 1, "a" * 32, flood_sleep_threshold=0)


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
        return await event.respond(await attempt(probe(bot, int(argument))))
    if command == "/flood":
        for n in range(20):
            outcome = await attempt(event.respond(f"flood {n}"))
            if outcome != "ok":
                return tell("flood", n, outcome)
        return
    await event.respond(f"You wrote: {event.raw_text}")


add_handlers(bot)
bot.start(bot_token=os.environ["BOT_TOKEN"])
tell("ready")
bot.run_until_disconnected()
