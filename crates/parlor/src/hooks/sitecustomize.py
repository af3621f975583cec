"""Points a Python program at Parlor: requests to api.telegram.org and MTProto connections go there instead, nothing
else is touched.

Python imports this module at start-up because `parlor run` puts its folder on PYTHONPATH. The HTTP libraries are
patched when, and only if, the program imports them.
"""

import importlib.util
import os
import sys
from urllib.parse import urlsplit

_TELEGRAM = "https://api.telegram.org"
_PARLOR = os.environ.get("PARLOR_URL", "").rstrip("/")


def _redirected(url):
    """The address at Parlor, or None for all others."""
    text = str(url)
    if text == _TELEGRAM or text.startswith(_TELEGRAM + "/"):
        return _PARLOR + text[len(_TELEGRAM):]
    return None


def _aiohttp(module):
    session = module.ClientSession
    original = session._request

    async def _request(self, method, str_or_url, **kwargs):
        target = _redirected(str_or_url)
        if target is None:
            return await original(self, method, str_or_url, **kwargs)
        kwargs.pop("ssl", None)
        kwargs.pop("proxy", None)
        # yarl would decode and encode the path again: the token's colon must arrive as it is.
        return await original(self, method, type(str_or_url)(target), **kwargs)

    session._request = _request


def _httpx(module):
    def rewrite(request):
        target = _redirected(request.url)
        if target is not None:
            request.url = type(request.url)(target)
            request.headers["Host"] = request.url.netloc.decode("ascii")

    sync_send = module.Client.send
    async_send = module.AsyncClient.send

    def send(self, request, **kwargs):
        rewrite(request)
        return sync_send(self, request, **kwargs)

    async def asend(self, request, **kwargs):
        rewrite(request)
        return await async_send(self, request, **kwargs)

    module.Client.send = send
    module.AsyncClient.send = asend


def _requests(module):
    original = module.Session.send

    def send(self, request, **kwargs):
        target = _redirected(request.url)
        if target is not None:
            request.url = target
            kwargs["proxies"] = {}
        return original(self, request, **kwargs)

    module.Session.send = send


def _urllib(module):
    original = module.OpenerDirector.open

    def open(self, fullurl, *args, **kwargs):
        if isinstance(fullurl, str):
            fullurl = _redirected(fullurl) or fullurl
        else:
            target = _redirected(fullurl.full_url)
            if target is not None:
                fullurl.full_url = target
        return original(self, fullurl, *args, **kwargs)

    module.OpenerDirector.open = open


def _address():
    """Where MTProto is spoken: the host and port of the world's MTProto."""
    host, _, port = os.environ["PARLOR_MTPROTO"].rpartition(":")
    return host.strip("[]"), int(port)


def _telethon_connection(module):
    original = module.Connection.__init__

    def __init__(self, ip, port, dc_id, **kwargs):
        host, own = _address()
        original(self, host, own, dc_id, **kwargs)

    module.Connection.__init__ = __init__


def _telethon_key(module):
    with open(os.environ["PARLOR_MTPROTO_KEY"], encoding="ascii") as file:
        key = file.read()
    module.add_key(key, old=False)
    module.add_key(key, old=True)


def _telethon_sqlite(module):
    """A session of its own: the one for Telegram stays as it is."""
    original = module.SQLiteSession.__init__

    def __init__(self, session_id=None, *args, **kwargs):
        if session_id and session_id != ":memory:":
            session_id = os.fspath(session_id).removesuffix(".session") + ".parlor"
        original(self, session_id, *args, **kwargs)

    module.SQLiteSession.__init__ = __init__


def _pyrogram_connection(module):
    original = module.Connection.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.address = self.server_address, self.port = _address()

    module.Connection.__init__ = __init__


def _pyrogram_key(module):
    import base64
    import hashlib

    with open(os.environ["PARLOR_MTPROTO_KEY"], encoding="ascii") as file:
        der = base64.b64decode("".join(file.read().splitlines()[1:-1]))
    # PKCS #1: a sequence of the modulus, with a leading zero, and the exponent.
    modulus, exponent = der[9:265], der[267:]
    serialized = b"\xfe\x00\x01\x00" + modulus + bytes([len(exponent)]) + exponent
    fingerprint = hashlib.sha1(serialized).digest()[-8:]
    key = module.PublicKey(int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big"))
    module.server_public_keys[int.from_bytes(fingerprint, "little", signed=True)] = key


_PATCHES = {
    "telethon.network.connection.connection": _telethon_connection,
    "telethon.crypto.rsa": _telethon_key,
    "telethon.sessions.sqlite": _telethon_sqlite,
    "pyrogram.connection.connection": _pyrogram_connection,
    "pyrogram.crypto.rsa": _pyrogram_key,
    "aiohttp.client": _aiohttp,
    "httpx._client": _httpx,
    "requests.sessions": _requests,
    "urllib.request": _urllib,
}


class _Finder:
    """Lets the ordinary finders find a module, and patches it once it has run."""

    def find_spec(self, name, path=None, target=None):
        patch = _PATCHES.get(name)
        if patch is None:
            return None
        sys.meta_path.remove(self)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, self)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            patch(module)

        spec.loader.exec_module = exec_module
        return spec


def _chain():
    """Runs the sitecustomize that this one hides, if there is one."""
    own = os.path.dirname(os.path.abspath(__file__))
    rest = [folder for folder in sys.path if os.path.abspath(folder or ".") != own]
    finder = importlib.machinery.PathFinder
    spec = finder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)


if _PARLOR and urlsplit(_PARLOR).scheme in ("http", "https"):
    for _name, _patch in _PATCHES.items():
        if _name in sys.modules:
            _patch(sys.modules[_name])
    sys.meta_path.insert(0, _Finder())

import importlib.machinery  # noqa: E402

_chain()
