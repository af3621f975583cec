"""The story bot on aiogram, as its users write bots: it knows nothing of Parlor."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.filters import CommandStart, Command, CommandObject
from aiogram.types import CallbackQuery, ChatJoinRequest, ChatMemberUpdated, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from yarl import URL

dp = Dispatcher()
bot = Bot(os.environ["BOT_TOKEN"])


def tell(*words):
    print(*words, flush=True)


@dp.message(CommandStart())
async def start(message: Message, command: CommandObject):
    await message.answer(f"Hi! {command.args}" if command.args else "Hi!")


@dp.message(Command("who"))
async def who(message: Message):
    user = message.from_user
    await message.answer(f"{user.first_name}|{user.last_name}|{user.username}|{user.language_code}")


@dp.message(Command("buttons"))
async def buttons(message: Message):
    rows = [[InlineKeyboardButton(text="Yes", callback_data="yes")]]
    await message.answer("Sure?", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


@dp.callback_query(F.data == "yes")
async def pressed(query: CallbackQuery):
    await query.answer("Thanks", show_alert=True)
    await query.message.edit_text("Done")


async def attempt(call):
    try:
        await call
        return "ok"
    except TelegramForbiddenError as error:
        return f"forbidden: {error.message}"
    except TelegramRetryAfter as error:
        return f"retry: {error.retry_after}"
    except TelegramBadRequest as error:
        return f"bad: {error.message}"


@dp.message(Command("long"))
async def long(message: Message):
    await message.answer(await attempt(bot.send_message(message.chat.id, "x" * 5000)))


@dp.message(Command("flood"))
async def flood(message: Message):
    for n in range(20):
        outcome = await attempt(message.answer(f"flood {n}"))
        if outcome != "ok":
            return tell("flood", n, outcome)


@dp.message(Command("send"))
async def send(message: Message, command: CommandObject):
    await message.answer(await attempt(bot.send_message(int(command.args), "hello")))


@dp.message(Command("probe"))
async def probe(message: Message, command: CommandObject):
    await message.answer(await attempt(bot.send_chat_action(int(command.args), "typing")))


@dp.my_chat_member()
async def member(update: ChatMemberUpdated):
    tell("member", update.old_chat_member.status, update.new_chat_member.status)
    tell("probe", await attempt(bot.send_chat_action(update.chat.id, "typing")))


@dp.chat_join_request()
async def join(request: ChatJoinRequest):
    await bot.send_message(request.user_chat_id, f"Why do you want to join {request.chat.title}?")
    tell("approve", await attempt(request.approve()))
    tell("decline", await attempt(request.decline()))


@dp.message()
async def echo(message: Message):
    await message.answer(f"You wrote: {message.text}")


async def serve(url):
    app = web.Application()
    SimpleRequestHandler(dp, bot, secret_token="s3cret").register(app, path=url.path)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, url.host, url.port).start()
    await bot.set_webhook(str(url), secret_token="s3cret")
    await asyncio.Event().wait()


if "WEBHOOK_URL" in os.environ:
    asyncio.run(serve(URL(os.environ["WEBHOOK_URL"])))
else:
    asyncio.run(dp.start_polling(bot))
