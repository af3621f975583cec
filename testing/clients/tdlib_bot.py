"""The story bot on TDLib, through its JSON interface."""

import asyncio
import os

from tdlib import Client, Refused, text


def tell(*words):
    print(*words, flush=True)


async def attempt(call):
    try:
        await call
        return "ok"
    except Refused as error:
        return f"retry: {error.message}" if error.code == 429 else f"error: {error.message}"


class Bot(Client):
    async def run(self):
        await self.begin()
        await self.authorization("WaitPhoneNumber")
        await self.call("checkAuthenticationBotToken", token=os.environ["BOT_TOKEN"])
        await self.authorization("Ready")
        await self.update("updateConnectionState", lambda update: update["state"]["@type"] == "connectionStateReady")
        tell("ready")
        tasks = set()
        while True:
            update = await self.updates.get()
            if handler := getattr(self, update["@type"], None):
                tasks.add(task := asyncio.create_task(handler(update)))
                task.add_done_callback(tasks.discard)

    async def say(self, chat, words, **more):
        return await self.send("sendMessage", chat_id=chat, input_message_content=text(words), **more)

    async def say_to(self, user, words):
        await self.call("getUser", user_id=user)
        await self.call("createPrivateChat", user_id=user)
        await self.say(user, words)

    async def probe(self, user):
        await self.call("getUser", user_id=user)
        await self.call("createPrivateChat", user_id=user)
        await self.call("sendChatAction", chat_id=user, action={"@type": "chatActionTyping"})

    async def updateNewMessage(self, update):
        message = update["message"]
        if message["is_outgoing"] or message["content"]["@type"] != "messageText":
            return
        chat, words = message["chat_id"], message["content"]["text"]["text"]
        command, _, argument = words.partition(" ")
        if command == "/start":
            await self.say(chat, f"Hi! {argument}".strip())
        elif command == "/who":
            user = await self.call("getUser", user_id=chat)
            name = (user.get("usernames") or {}).get("editable_username")
            known = [user["first_name"], user["last_name"], name, user["language_code"]]
            await self.say(chat, "|".join(str(value or None) for value in known))
        elif command == "/buttons":
            kind = {"@type": "inlineKeyboardButtonTypeCallback", "data": "eWVz"}
            button = {"@type": "inlineKeyboardButton", "text": "Yes", "type": kind}
            await self.say(chat, "Sure?", reply_markup={"@type": "replyMarkupInlineKeyboard", "rows": [[button]]})
        elif command == "/long":
            await self.say(chat, await attempt(self.say(chat, "x" * 5000)))
        elif command == "/send":
            await self.say(chat, await attempt(self.say_to(int(argument), "hello")))
        elif command == "/probe":
            await self.say(chat, await attempt(self.probe(int(argument))))
        elif command == "/flood":
            for n in range(20):
                if (outcome := await attempt(self.say(chat, f"flood {n}"))) != "ok":
                    return tell("flood", n, outcome)
        else:
            await self.say(chat, f"You wrote: {words}")

    async def updateNewCallbackQuery(self, update):
        await self.call("answerCallbackQuery", callback_query_id=update["id"], text="Thanks", show_alert=True)
        chat, message = update["chat_id"], update["message_id"]
        await self.call("editMessageText", chat_id=chat, message_id=message, input_message_content=text("Done"))

    async def updateChatMember(self, update):
        names = {"chatMemberStatusMember": "member", "chatMemberStatusBanned": "kicked"}
        tell("member", *(names[update[member]["status"]["@type"]] for member in ("old_chat_member", "new_chat_member")))
        tell("probe", await attempt(self.probe(update["chat_id"])))

    async def updateNewChatJoinRequest(self, update):
        chat, user = update["chat_id"], update["request"]["user_id"]
        title = (await self.call("getChat", chat_id=chat))["title"]
        await self.say(update["user_chat_id"], f"Why do you want to join {title}?")
        decide = [self.call("processChatJoinRequest", chat_id=chat, user_id=user, approve=yes) for yes in (True, False)]
        tell("approve", await attempt(decide[0]))
        tell("decline", await attempt(decide[1]))


async def main():
    await Bot().run()


asyncio.run(main())
