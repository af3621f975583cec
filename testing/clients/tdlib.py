"""TDLib through its JSON interface, as its users call it: requests are awaited, updates are queued.

TDLib knows one RSA key and the addresses of Telegram's servers. It is run from a copy in which that key is the server's and
every address is one of this machine's, so that it cannot reach anything else; the server is its MTProto proxy.
"""

import asyncio
import collections
import ctypes
import glob
import hashlib
import importlib.util
import json
import os
import re
import tempfile
import threading
from pathlib import Path

CLIENTS = Path(__file__).resolve().parents[2] / "target/clients"
KEY = re.compile(rb"-----BEGIN RSA PUBLIC KEY-----\n[^\0]*?-----END RSA PUBLIC KEY-----(?=\0)")
ADDRESS = re.compile(rb"(?<=\0)(149\.154|95\.161)\.[0-9.]+(?=\0)|(?<=\0)2001:[0-9a-f:]+::[0-9a-f]+(?=\0)")
# The hosts that TDLib asks for other addresses when it cannot reach a server.
HOST = re.compile(
    rb"tcdnb\.azureedge\.net|dns\.google|mozilla\.cloudflare-dns\.com|reserve-5a846\.firebaseio\.com"
    rb"|firestore\.googleapis\.com"
)


class Refused(Exception):
    """An error of TDLib."""

    def __init__(self, error):
        super().__init__(f"{error['code']} {error['message']}")
        self.code, self.message = error["code"], error["message"]


def local(match):
    """An address of this machine of the same length."""
    address = match[0].decode()
    if ":" in address:
        return re.sub("[0-9a-f]", "0", address[:-1]).encode() + b"1"
    # Every address that begins with 127 is this machine's.
    digits = len(address) - len("127...")
    octets = [1 + max(0, min(2, digits - 3 - 2 * before)) for before in range(3)]
    return ".".join(["127", *("1" + "0" * (length - 1) for length in octets)]).encode()


def library(key):
    """The path of the copy, made once for each key and version of TDLib."""
    package = Path(importlib.util.find_spec("tdjson").origin).parents[1]
    [original] = glob.glob(str(package / "tdjson.libs/libtdjson*.so*"))
    name = hashlib.sha256(key + original.encode() + Path(__file__).read_bytes()).hexdigest()[:16]
    copy = CLIENTS / f"tdlib/{name}.so"
    if copy.exists():
        return copy
    code = Path(original).read_bytes()
    keys = [found for found in KEY.findall(code) if len(found) == len(key)]
    assert len(keys) == 2, "TDLib holds a key for Telegram's servers and one for its test servers"
    for found in keys:
        code = code.replace(found, key)
    code, addresses = ADDRESS.subn(local, code)
    code, hosts = HOST.subn(lambda host: b"x" * (len(host[0]) - 8) + b".invalid", code)
    assert addresses >= 10 and hosts >= 5, (addresses, hosts)
    assert len(code) == os.path.getsize(original)
    copy.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=copy.parent, delete=False) as file:
        file.write(code)
    os.replace(file.name, copy)
    return copy


class Client:
    """One account on one TDLib, whose database is temporary."""

    def __init__(self):
        key = Path(os.environ["PARLOR_MTPROTO_KEY"]).read_bytes().strip()
        self.tdjson = ctypes.CDLL(str(library(key)))
        self.tdjson.td_receive.restype = self.tdjson.td_execute.restype = ctypes.c_char_p
        self.tdjson.td_receive.argtypes = [ctypes.c_double]
        self.execute("setLogVerbosityLevel", new_verbosity_level=int(os.environ.get("TDLIB_LOG", "1")))
        self.loop = asyncio.get_running_loop()
        self.id = self.tdjson.td_create_client_id()
        self.folder = tempfile.TemporaryDirectory()
        self.updates = asyncio.Queue()
        self.asked, self.waiting = 0, {}
        self.sent = collections.defaultdict(self.loop.create_future)
        threading.Thread(target=self.receive, daemon=True).start()

    def execute(self, kind, **fields):
        return self.tdjson.td_execute(json.dumps({"@type": kind, **fields}).encode())

    def receive(self):
        while True:
            if text := self.tdjson.td_receive(10.0):
                self.loop.call_soon_threadsafe(self.take, json.loads(text))

    def take(self, thing):
        if thing["@type"] == "updateMessageSendSucceeded":
            self.outcome(thing).set_result(thing["message"])
        elif thing["@type"] == "updateMessageSendFailed":
            self.outcome(thing).set_exception(Refused(thing["error"]))
        elif "@extra" not in thing:
            self.updates.put_nowait(thing)
        elif not (answer := self.waiting.pop(thing["@extra"])).done():
            if thing["@type"] == "error":
                answer.set_exception(Refused(thing))
            else:
                answer.set_result(thing)

    def outcome(self, update):
        return self.sent[update["message"]["chat_id"], update["old_message_id"]]

    async def call(self, kind, **fields):
        self.asked += 1
        extra = self.asked
        self.waiting[extra] = answer = self.loop.create_future()
        self.tdjson.td_send(self.id, json.dumps({"@type": kind, "@extra": extra, **fields}).encode())
        return await asyncio.wait_for(answer, 30)

    async def send(self, kind, **fields):
        """Sends a message and waits until the server has it."""
        message = await self.call(kind, **fields)
        return await asyncio.wait_for(self.sent[message["chat_id"], message["id"]], 30)

    async def update(self, kind, test=lambda update: True):
        """The next update of a kind; earlier ones of other kinds are dropped."""
        async with asyncio.timeout(30):
            while True:
                update = await self.updates.get()
                if update["@type"] == kind and test(update):
                    return update

    async def begin(self):
        """Configures TDLib up to the point where it needs a login."""
        host, port = os.environ["PARLOR_MTPROTO"].rsplit(":", 1)
        await self.call(
            "setTdlibParameters", database_directory=self.folder.name, use_message_database=True, api_id=1,
            api_hash="a" * 32, system_language_code="en", device_model="stories", application_version="1",
        )
        kind = {"@type": "proxyTypeMtproto", "secret": os.environ["PROXY_SECRET"]}
        proxy = {"@type": "proxy", "server": host, "port": int(port), "type": kind}
        await self.call("addProxy", proxy=proxy, enable=True)

    async def authorization(self, state):
        name = f"authorizationState{state}"
        await self.update("updateAuthorizationState", lambda update: update["authorization_state"]["@type"] == name)


def text(words):
    return {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": words}}
