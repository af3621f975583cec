"""A TDLib program as a user's app: signs in by phone, talks to a bot, and prints what it receives."""

import asyncio
import sys

from tdlib import Client, Refused, text

phone, bot_name = sys.argv[1:3]


def tell(*words):
    print(*words, flush=True)


def words_of(message):
    return message["content"]["text"]["text"]


async def main():
    client = Client()
    await client.begin()
    await client.authorization("WaitPhoneNumber")
    await client.call("setAuthenticationPhoneNumber", phone_number=phone)
    await client.authorization("WaitCode")
    try:
        await client.call("checkAuthenticationCode", code="00000")
    except Refused:
        tell("wrong code refused")
    await client.call("checkAuthenticationCode", code="22222")
    if len(sys.argv) > 3:
        await client.authorization("WaitPassword")
        try:
            await client.call("checkAuthenticationPassword", password="wrong")
        except Refused:
            tell("wrong password refused")
        await client.call("checkAuthenticationPassword", password=sys.argv[3])
    await client.authorization("Ready")
    me = await client.call("getMe")
    tell("me", me["first_name"], me["phone_number"])

    chat = await client.call("searchPublicChat", username=bot_name)
    bot = chat["id"]
    tell("bot", chat["title"], chat["type"]["@type"])
    try:
        await client.call("searchPublicChat", username="nobody_here_at_all")
    except Refused as error:
        tell("nobody refused", error.code)

    async def reply():
        wanted = lambda update: update["message"]["chat_id"] == bot and not update["message"]["is_outgoing"]
        return (await client.update("updateNewMessage", wanted))["message"]

    async def say(words):
        return await client.send("sendMessage", chat_id=bot, input_message_content=text(words))

    await client.call("openChat", chat_id=bot)
    await say("/start")
    tell("reply", words_of(await reply()))
    await client.send("sendBotStartMessage", bot_user_id=bot, chat_id=bot, parameter="deep-link")
    tell("reply", words_of(await reply()))
    await say("/buttons")
    message = await reply()
    payload = {"@type": "callbackQueryPayloadData", "data": message["reply_markup"]["rows"][0][0]["type"]["data"]}
    answer = await client.call("getCallbackQueryAnswer", chat_id=bot, message_id=message["id"], payload=payload)
    tell("answer", answer["text"], answer["show_alert"])
    edit = await client.update("updateMessageContent", lambda update: update["message_id"] == message["id"])
    tell("edit", edit["new_content"]["text"]["text"])
    await client.call("viewMessages", chat_id=bot, message_ids=[message["id"]], force_read=True)

    try:
        while True:
            await client.call("loadChats", chat_list={"@type": "chatListMain"}, limit=100)
    except Refused as error:
        # > Returns a 404 error if all chats have been loaded
        tell("chats loaded", error.code)
    chats = await client.call("getChats", chat_list={"@type": "chatListMain"}, limit=100)
    names = [(await client.call("getChat", chat_id=id))["title"] for id in chats["chat_ids"]]
    tell("dialogs", names)
    history = await client.call("getChatHistory", chat_id=bot, limit=100)
    while len(history["messages"]) < 6:
        last = history["messages"][-1]["id"]
        more = await client.call("getChatHistory", chat_id=bot, from_message_id=last, limit=100)
        assert more["messages"], history
        history["messages"] += more["messages"]
    tell("history", [words_of(message) for message in reversed(history["messages"])])
    found = await client.call("searchChatMessages", chat_id=bot, query="sure", limit=100)
    tell("found", len(found["messages"]))
    full = await client.call("getUserFullInfo", user_id=bot)
    tell("about", full["bot_info"]["short_description"], full["bot_info"]["description"])
    own = [message["id"] for message in history["messages"] if message["is_outgoing"]]
    await client.call("editMessageText", chat_id=bot, message_id=own[-1], input_message_content=text("/start again"))
    await client.call("deleteMessages", chat_id=bot, message_ids=[own[-1]], revoke=True)
    sender = {"@type": "messageSenderUser", "user_id": bot}
    await client.call("setMessageSenderBlockList", sender_id=sender, block_list={"@type": "blockListMain"})
    try:
        await say("unheard")
    except Refused as error:
        tell("blocked", error.message)
    await client.call("setMessageSenderBlockList", sender_id=sender)
    await say("again")
    tell("reply", words_of(await reply()))
    await client.call("deleteChatHistory", chat_id=bot, revoke=True)
    tell("left", len((await client.call("getChatHistory", chat_id=bot, limit=100))["messages"]))
    await client.call("setName", first_name="Anna", last_name="Lee")
    tell("me", (await client.call("getMe"))["first_name"])
    sessions = await client.call("getActiveSessions")
    tell("sessions", len(sessions["sessions"]), sessions["sessions"][0]["is_current"])
    await client.call("logOut")
    await client.authorization("Closed")
    tell("out")


asyncio.run(main())
