"""The parts of the story that are the same on Telethon and on Folds, whose bots are Telethon clients too."""

from telethon import events, functions, types, utils
from telethon.errors import FloodWaitError, RPCError


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


async def probe(bot, peer):
    # One awaited request, which fails if the bot may not write.
    await bot(functions.messages.SetTypingRequest(peer, types.SendMessageTypingAction()))


def add_handlers(bot):
    """Handles presses, blocks and requests to join."""

    @bot.on(events.CallbackQuery(data=b"yes"))
    async def pressed(event):
        await event.answer("Thanks", alert=True)
        await event.edit("Done")

    @bot.on(events.Raw(types.UpdateBotStopped))
    async def member(update):
        tell("member", *(["member", "kicked"] if update.stopped else ["kicked", "member"]))
        tell("probe", await attempt(probe(bot, update.user_id)))

    @bot.on(events.Raw(types.UpdateBotChatInviteRequester))
    async def join(update):
        # Telethon has no event for it: the chat is among the entities that came with the update.
        chat = update._entities[utils.get_peer_id(update.peer)]
        await bot.send_message(update.user_id, f"Why do you want to join {chat.title}?")
        hide = functions.messages.HideChatJoinRequestRequest
        tell("approve", await attempt(bot(hide(update.peer, update.user_id, approved=True))))
        tell("decline", await attempt(bot(hide(update.peer, update.user_id))))
