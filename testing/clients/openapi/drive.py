"""Drives a dialog by the client that openapi-python-client generated: `drive.py FOLDER ROOT`, the client being FOLDER/generated."""

import importlib
import pkgutil
import sys

sys.path.insert(0, sys.argv[1])

import generated  # noqa: E402

for module in pkgutil.walk_packages(generated.__path__, "generated."):
    importlib.import_module(module.name)

from generated import Client, models  # noqa: E402
from generated.api.bots import call_bot_api, create_bot  # noqa: E402
from generated.api.dialogs import allow_writing, show_dialog, start_bot  # noqa: E402
from generated.api.messages import delete_message, list_messages, wait_for_message  # noqa: E402
from generated.api.users import create_user  # noqa: E402
from generated.types import UNSET  # noqa: E402

client = Client(base_url=sys.argv[2])
ann = create_user.sync(client=client, body=models.NewUser(first_name="Ann", username="ann_lee"))
assert isinstance(ann, models.UserAccount) and ann.username == "ann_lee" and ann.bio is None, ann
bot = create_bot.sync(client=client, body=models.NewBot(username="weather_bot"))
assert isinstance(bot, models.BotAccount), bot

refused = start_bot.sync("ann_lee", "nobody_bot", client=client, body=models.StartButton())
assert isinstance(refused, models.Problem) and refused.code == "ACCOUNT_NOT_FOUND", refused

access = models.NewWriteAccessType0(type_=models.NewWriteAccessType0Type.WEBSITE, domain="example.com")
allowed = allow_writing.sync("ann_lee", "weather_bot", client=client, body=access)
assert isinstance(allowed, models.DialogMessage) and allowed.message.connected_website == "example.com", allowed
started = start_bot.sync("ann_lee", "weather_bot", client=client, body=models.StartButton(payload="rain"))
assert isinstance(started, models.DialogMessage) and started.message.text == "/start", started

parameters = models.BotCallParameters.from_dict({"chat_id": ann.id, "text": "Hi!"})
body = models.BotCall(method="sendMessage", parameters=parameters)
answered = call_bot_api.sync("weather_bot", client=client, body=body)
assert isinstance(answered, models.BotAnswer) and answered.status == 200, answered

reply = wait_for_message.sync("ann_lee", "weather_bot", client=client, timeout=10.0)
assert isinstance(reply, models.DialogMessage) and reply.message.text == "Hi!", reply
late = wait_for_message.sync("ann_lee", "weather_bot", client=client, after=reply.message.message_id, timeout=0.0)
assert isinstance(late, models.Problem) and late.status == 408, late
assert delete_message.sync_detailed("ann_lee", "weather_bot", reply.message.message_id, client=client, for_both=True).status_code == 204
texts = [shown.message.text for shown in list_messages.sync("ann_lee", "weather_bot", client=client, limit=10)]
assert texts == [UNSET, "/start"], texts
dialog = show_dialog.sync("ann_lee", "weather_bot", client=client)
assert isinstance(dialog, models.Dialog) and dialog.is_started, dialog
print("driven")
