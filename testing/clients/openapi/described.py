"""Checks that answers have exactly the fields that the description lists: `described.py DOCUMENT ROOT`."""

import json
import sys
import urllib.request

from jsonschema import Draft202012Validator

with open(sys.argv[1]) as file:
    document = json.load(file)
schemas = document["components"]["schemas"]
# Schemas that are only parts of others (`allOf`): the whole schemas are checked instead.
PARTS = {used["$ref"].rsplit("/", 1)[1] for schema in schemas.values() for used in schema.get("allOf", []) if "$ref" in used}
for name, schema in schemas.items():
    if name not in PARTS and "anyOf" not in schema:
        schema["unevaluatedProperties"] = False
USER, DIALOG = "/control/users/ann_lee", "/control/users/ann_lee/dialogs/weather_bot"


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(sys.argv[2] + path, data, method=method)) as answer:
        return json.loads(answer.read() or "null")


def bot(method, **parameters):
    answer = call("POST", "/control/bots/weather_bot/call", {"method": method, "parameters": parameters})
    assert answer["status"] == 200, answer
    return answer["answer"]["result"]


call("POST", "/control/users", {"id": 1001, "first_name": "Ann", "last_name": "Lee", "username": "ann_lee", "is_premium": True, "language_code": "en"})
call("POST", "/control/bots", {"username": "weather_bot"})
call("POST", DIALOG + "/allow", {"type": "website", "domain": "example.com"})
call("POST", DIALOG + "/allow", {"type": "web_app", "name": "shop"})
call("POST", DIALOG + "/start", {"payload": "rain"})
rows = [[{"text": "Go", "callback_data": "go", "style": "success"}, {"text": "Site", "url": "https://example.com"}, {"text": "Copy", "copy_text": {"text": "x"}}],
        [{"text": "In", "login_url": {"url": "https://example.com", "request_write_access": True}}, {"text": "App", "web_app": {"url": "https://example.com"}}]]
first = bot("sendMessage", chat_id=1001, text="<b>Rain</b> https://example.com", parse_mode="HTML", reply_markup={"inline_keyboard": rows})
keys = [[{"text": "Number", "request_contact": True}, {"text": "Quiz", "request_poll": {"type": "quiz"}}, {"text": "App", "web_app": {"url": "https://example.com"}}]]
bot("sendMessage", chat_id=1001, text="Sun", reply_markup={"keyboard": keys, "resize_keyboard": True}, reply_parameters={"message_id": first["message_id"], "quote": "Rain"})
bot("sendMessage", chat_id=1001, text="Off", reply_markup={"remove_keyboard": True})
bot("sendMessage", chat_id=1001, text="Well?", reply_markup={"force_reply": True})
bot("setMessageReaction", chat_id=1001, message_id=first["message_id"], reaction=[{"type": "emoji", "emoji": "👍"}])
bot("pinChatMessage", chat_id=1001, message_id=first["message_id"])
bot("setMyCommands", commands=[{"command": "help", "description": "Help"}])
bot("setChatMenuButton", menu_button={"type": "web_app", "text": "Open", "web_app": {"url": "https://example.com"}})
messages = call("GET", DIALOG + "/messages")
shown = next(message["message"] for message in messages if "inline_keyboard" in message["message"].get("reply_markup", {}))
call("POST", f"{DIALOG}/messages/{shown['message_id']}/forward", {"chat_id": "weather_bot"})
call("POST", f"{DIALOG}/messages/{shown['message_id']}/press", {"callback_data": "go", "timeout": 0})
call("DELETE", f"{DIALOG}/messages/{shown['message_id']}?for_both=true")
group = call("POST", "/control/groups", {"type": "supergroup", "title": "Gardeners", "owner": "1001"})["chat"]["id"]
link = call("POST", f"/control/groups/{group}/links", {"creates_join_request": True})["invite_link"]
call("POST", DIALOG + "/block")
D = "/control/users/{user}/dialogs/{other}"
checked = 0
for path, described in [
    (USER, "/control/users/{user}"),
    (USER + "/chats", "/control/users/{user}/chats"),
    ("/control/users", "/control/users"),
    ("/control/bots", "/control/bots"),
    ("/control/bots/weather_bot", "/control/bots/{bot}"),
    ("/control/bots/weather_bot/updates", "/control/bots/{bot}/updates"),
    (DIALOG, D),
    (DIALOG + "/messages", D + "/messages"),
    (DIALOG + "/wait?after=0", D + "/wait"),
    ("/control/inspector", "/control/inspector"),
]:
    content = document["paths"][described]["get"]["responses"]["200"]["content"]["application/json"]
    answer = call("GET", path)
    errors = list(Draft202012Validator({"components": document["components"], **content["schema"]}).iter_errors(answer))
    assert answer and not errors, (path, errors, json.dumps(answer))
    checked += 1
print("checked", checked)
