"""Two users' apps on Telethon: they write to each other, and one keeps notes in Saved Messages."""

import asyncio
import sys

from telethon import TelegramClient, events, functions, types
from telethon.errors import PeerIdInvalidError, UserIsBlockedError, YouBlockedUserError
from telethon.sessions import MemorySession


def tell(*words):
    print(*words, flush=True)


class App:
    """A user's app, with what it is told."""

    async def sign_in(self, phone):
        self.client = TelegramClient(MemorySession(), 1, "a" * 32)
        await self.client.connect()
        sent = await self.client.send_code_request(phone)
        await self.client.sign_in(phone, "22222", phone_code_hash=sent.phone_code_hash)
        self.told = asyncio.Queue()

        @self.client.on(events.NewMessage())
        async def new(event):
            await self.told.put(("message", event.raw_text, event.out))

        @self.client.on(events.MessageEdited())
        async def edited(event):
            await self.told.put(("edited", event.raw_text, event.out))

        @self.client.on(events.MessageDeleted())
        async def deleted(event):
            await self.told.put(("deleted", event.deleted_ids))

        @self.client.on(events.MessageRead())
        async def read(event):
            await self.told.put(("read", event.max_id))

        @self.client.on(events.UserUpdate())
        async def typing(event):
            if event.typing:
                await self.told.put(("typing",))

        return self.client

    async def expect(self):
        return await asyncio.wait_for(self.told.get(), 30)


async def users(ann, bob, ann_app, bob_app):
    to_bob = await ann.get_input_entity("bob_user")
    # By phone, as an app's search for a number does.
    found = await bob(functions.contacts.ResolvePhoneRequest(sys.argv[1]))
    to_ann = found.users[0]
    tell("found", to_ann.first_name, to_ann.phone)
    hello = await ann.send_message(to_bob, "Hello")
    tell("sent", hello.text, hello.out)
    tell("bob", *await bob_app.expect())
    await bob(functions.messages.SetTypingRequest(to_ann, types.SendMessageTypingAction()))
    tell("ann", *await ann_app.expect())
    dialogs = await bob.get_dialogs()
    tell("unread", [(dialog.name, dialog.unread_count) for dialog in dialogs])
    await bob.send_read_acknowledge(to_ann)
    tell("ann", (await ann_app.expect()) == ("read", hello.id))
    tell("unread", [(dialog.name, dialog.unread_count) for dialog in await bob.get_dialogs()])
    await hello.edit("Hello, Bob")
    tell("bob", *await bob_app.expect())
    pin = await ann.pin_message(to_bob, hello)
    tell("pinned", type(pin.action).__name__, await ann.pin_message(to_bob, hello))
    reply = await bob.send_message(to_ann, "Hello, Ann", reply_to=1)
    tell("ann", *await ann_app.expect())
    reply = await bob.get_messages(to_ann, ids=reply.id)
    tell("reply", (await reply.get_reply_message()).text)
    tell("history", [message.text for message in await ann.get_messages(to_bob, limit=10, reverse=True)])
    await reply.delete(revoke=True)
    while (told := await ann_app.expect())[0] != "deleted":
        pass
    tell("ann", told[0], len(told[1]))
    await bob(functions.contacts.BlockRequest(to_ann))
    for client, peer in ((ann, to_bob), (bob, to_ann)):
        try:
            await client.send_message(peer, "unheard")
        except (UserIsBlockedError, YouBlockedUserError) as error:
            tell(type(error).__name__)
    try:
        await ann.send_message(types.InputPeerUser(to_bob.user_id, to_bob.access_hash + 1), "unheard")
    except PeerIdInvalidError as error:
        tell(type(error).__name__)


async def saved(ann):
    note = await ann.send_message("me", "a note")
    note = await ann.get_messages("me", ids=note.id)
    tell("note", note.text, note.out, note.sender_id == note.chat_id)
    forwarded = await ann.forward_messages("me", 1, "bob_user")
    tell("forwarded", forwarded.text, forwarded.fwd_from is not None)
    tell("service", await ann.pin_message("me", note))
    tell("history", [message.text for message in await ann.get_messages("me", limit=10)])
    tell("found", [message.text for message in await ann.get_messages("me", search="NOTE")])
    tell("unread", [(dialog.name, dialog.unread_count) for dialog in await ann.get_dialogs()])
    await note.delete()
    tell("left", [message.text for message in await ann.get_messages("me", limit=10)])


async def main():
    ann_app, bob_app = App(), App()
    ann, bob = await ann_app.sign_in(sys.argv[1]), await bob_app.sign_in(sys.argv[2])
    await users(ann, bob, ann_app, bob_app)
    await saved(ann)
    for client in (ann, bob):
        await client.disconnect()


asyncio.run(main())
