"""The story bot on python-telegram-bot."""

import os
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Forbidden, RetryAfter
from telegram.ext import (
    Application, CallbackQueryHandler, ChatJoinRequestHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters,
)


def tell(*words):
    print(*words, flush=True)


async def attempt(call):
    try:
        await call
        return "ok"
    except Forbidden as error:
        return f"forbidden: {error.message}"
    except RetryAfter as error:
        return f"retry: {error.retry_after}"
    except BadRequest as error:
        return f"bad: {error.message}"


async def start(update, context):
    await update.message.reply_text("Hi! " + context.args[0] if context.args else "Hi!")


async def who(update, context):
    user = update.message.from_user
    await update.message.reply_text(f"{user.first_name}|{user.last_name}|{user.username}|{user.language_code}")


async def buttons(update, context):
    rows = [[InlineKeyboardButton("Yes", callback_data="yes")]]
    await update.message.reply_text("Sure?", reply_markup=InlineKeyboardMarkup(rows))


async def pressed(update, context):
    await update.callback_query.answer("Thanks", show_alert=True)
    await update.callback_query.edit_message_text("Done")


async def long(update, context):
    await update.message.reply_text(await attempt(context.bot.send_message(update.effective_chat.id, "x" * 5000)))


async def flood(update, context):
    for n in range(20):
        outcome = await attempt(update.message.reply_text(f"flood {n}"))
        if outcome != "ok":
            return tell("flood", n, outcome)


async def send(update, context):
    await update.message.reply_text(await attempt(context.bot.send_message(int(context.args[0]), "hello")))


async def probe(update, context):
    await update.message.reply_text(await attempt(context.bot.send_chat_action(int(context.args[0]), "typing")))


async def member(update, context):
    change = update.my_chat_member
    tell("member", change.old_chat_member.status, change.new_chat_member.status)
    tell("probe", await attempt(context.bot.send_chat_action(change.chat.id, "typing")))


async def join(update, context):
    request = update.chat_join_request
    await context.bot.send_message(request.user_chat_id, f"Why do you want to join {request.chat.title}?")
    tell("approve", await attempt(request.approve()))
    tell("decline", await attempt(request.decline()))


async def echo(update, context):
    await update.message.reply_text(f"You wrote: {update.message.text}")


app = Application.builder().token(os.environ["BOT_TOKEN"]).build()
for name in (start, who, buttons, long, flood, send, probe):
    app.add_handler(CommandHandler(name.__name__, name))
app.add_handler(CallbackQueryHandler(pressed))
app.add_handler(ChatMemberHandler(member, ChatMemberHandler.MY_CHAT_MEMBER))
app.add_handler(ChatJoinRequestHandler(join))
app.add_handler(MessageHandler(filters.TEXT, echo))
if "WEBHOOK_URL" in os.environ:
    url = urlsplit(os.environ["WEBHOOK_URL"])
    app.run_webhook(url.hostname, url.port, url.path, webhook_url=url.geturl(), secret_token="s3cret")
else:
    app.run_polling(allowed_updates=Update.ALL_TYPES)
