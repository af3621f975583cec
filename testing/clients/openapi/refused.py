"""Checks that the OpenAPI document refuses what the server refuses: `refused.py DOCUMENT ROOT`.

Each body differs from one that both take in a single place.
"""

import json
import sys
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator

with open(sys.argv[1]) as file:
    document = json.load(file)
BOT, DIALOG = "/control/bots/weather_bot", "/control/users/ann_lee/dialogs/weather_bot"
PATHS = {
    "/control/users": "/control/users",
    "/control/users/{user}": "/control/users/ann_lee",
    "/control/users/{user}/open": "/control/users/ann_lee/open",
    "/control/bots": "/control/bots",
    "/control/bots/{bot}": BOT,
    "/control/bots/{bot}/call": BOT + "/call",
    "/control/bots/{bot}/faults": BOT + "/faults",
    "/control/worlds": "/control/worlds",
    "/control/clock/advance": "/control/clock/advance",
    "/control/clock/set": "/control/clock/set",
}
for name in ["allow", "join", "start", "typing", "messages", "keyboard", "read"]:
    PATHS["/control/users/{user}/dialogs/{other}/" + name] = DIALOG + "/" + name
PATHS["/control/users/{user}/dialogs/{other}/messages/{message}"] = DIALOG + "/messages/1"
PATHS["/control/users/{user}/dialogs/{other}/messages/{message}/reactions"] = DIALOG + "/messages/1/reactions"
MESSAGES = "/control/users/{user}/dialogs/{other}/messages"
ONE = MESSAGES + "/{message}"
D = "/control/users/{user}/dialogs/{other}"

# Method, path, a body that is taken, and values of fields for which it is refused.
TABLE = [
    ("post", "/control/users", {}, [("id", 0), ("id", 2**40), ("first_name", ""), ("first_name", "x" * 65), ("last_name", "x" * 65), ("username", "a"), ("username", "1abcd"), ("phone", "12"), ("nickname", "x")]),
    ("patch", "/control/users/{user}", {}, [("first_name", ""), ("username", "a b c d"), ("phone", "x")]),
    ("post", "/control/bots", {}, [("id", 0), ("token", "x"), ("token", "0:x"), ("username", "weather"), ("name", ""), ("name", "x" * 65)]),
    ("patch", "/control/bots/{bot}", {}, [("username", "weather"), ("name", "x" * 65), ("description", "x" * 513), ("short_description", "x" * 121)]),
    ("post", "/control/bots/{bot}/call", {"method": "getMe"}, [("method", "get/Me"), ("parameters", [])]),
    ("post", "/control/bots/{bot}/faults", {"type": "server_error", "method": "getMe"}, [("type", "x"), ("count", 0), ("count", -1), ("retry_after", -1)]),
    ("post", "/control/worlds", {}, [("name", "a b"), ("name", ""), ("name", "x" * 65), ("limits", "on")]),
    ("post", "/control/clock/advance", {"seconds": 0}, [("seconds", -1), ("seconds", 1e12), ("seconds", None)]),
    ("post", "/control/clock/set", {"now": 9e9}, [("now", -1), ("now", 1e12)]),
    ("post", MESSAGES, {"text": "x"}, [("text", ""), ("text", "x" * 4097), ("entities", [{"type": "loud", "offset": 0, "length": 1}]), ("entities", [{"type": "bold", "offset": -1, "length": 1}]), ("entities", [{"type": "date_time", "offset": 0, "length": 1}]), ("reply_parameters", {"quote": "x"}), ("reply_parameters", {"message_id": 1, "chat_id": 7}), ("link_preview_options", {"url": 5}), ("reply_to", 1)]),
    ("patch", ONE, {"text": "y"}, [("text", ""), ("text", "x" * 4097)]),
    ("post", D + "/start", {}, [("payload", "a b"), ("payload", "x" * 65)]),
    ("post", D + "/typing", {}, [("action", "thinking")]),
    ("post", D + "/allow", {"type": "request"}, [("type", "join_request"), ("type", "x")]),
    ("put", ONE + "/reactions", {"reaction": []}, [("reaction", [{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "❤"}]), ("reaction", ["👍"]), ("reaction", [{"type": "paid"}])]),
]


def status(method, path, body):
    request = urllib.request.Request(sys.argv[2] + path, json.dumps(body).encode(), method=method.upper())
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code


def is_described(method, path, body):
    content = document["paths"][path][method]["requestBody"]["content"]["application/json"]
    schema = {"components": document["components"], **content["schema"]}
    return Draft202012Validator(schema).is_valid(body)


for path, body in [("/control/users", {"first_name": "Ann", "username": "ann_lee"}), ("/control/bots", {"username": "weather_bot"}), (DIALOG + "/messages", {"text": "x"})]:
    assert status("post", path, body) == 201, path
loose, checked = [], 0
for method, path, taken, fields in TABLE:
    assert is_described(method, path, taken), (path, taken)
    assert status(method, PATHS[path], taken) < 300, (path, taken)
    for name, value in fields:
        body = {**taken, name: value}
        assert status(method, PATHS[path], body) in (400, 409), (path, body)
        checked += 1
        if is_described(method, path, body):
            loose.append((method, path, name, value))
assert not loose, "\n".join(map(str, loose))
print("checked", checked)
