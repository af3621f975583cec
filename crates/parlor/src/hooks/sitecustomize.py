"""Redirects a Python program's requests to api.telegram.org and its MTProto connections to Parlor, and nothing else.

Python imports this module at start-up, because `parlor run` puts its folder on PYTHONPATH. A library is patched when
the program imports it.
"""

import importlib.machinery
import importlib.util
import os
import sys
from urllib.parse import urlsplit

_HOST = "api.telegram.org"
_TELEGRAM = "https://" + _HOST
_PARLOR = os.environ.get("PARLOR_URL", "").rstrip("/")
_SERVER = urlsplit(_PARLOR)


def _called():
    """Tells `parlor run`, once, that the program uses a redirected library."""
    global _called
    _called = lambda: None  # noqa: E731
    try:
        with open(os.environ["PARLOR_CALLED"], "ab"):
            pass
    except (KeyError, OSError):
        pass


def _redirected(url):
    """Returns the URL at Parlor for a URL at Telegram, and None for any other."""
    text = str(url)
    if text == _TELEGRAM or text.startswith((_TELEGRAM + "/", _TELEGRAM + ":443/")):
        _called()
        return _PARLOR + text[len(_TELEGRAM):].removeprefix(":443")
    return None


def _https_connection(module):
    """Patches http.client and urllib3, whose class derives from it; requests, urllib.request and many others use them."""
    import socket

    connection = module.HTTPSConnection
    connect, putrequest, putheader = connection.connect, connection.putrequest, connection.putheader

    def is_redirected(self):
        return (self._tunnel_host or self.host) == _HOST

    def plain_connect(self):
        if not is_redirected(self):
            return connect(self)
        _called()
        # urllib3 has its own sentinel for the default time-out.
        timeout = self.timeout
        if timeout is not None and not isinstance(timeout, (int, float)):
            timeout = socket.getdefaulttimeout()
        self.sock = socket.create_connection((_SERVER.hostname, _SERVER.port or 80), timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Otherwise urllib3 warns that no certificate was verified.
        self.is_verified = True

    def prefixed_putrequest(self, method, url, *args, **kwargs):
        if not is_redirected(self):
            return putrequest(self, method, url, *args, **kwargs)
        path = url[len(_TELEGRAM):] if url.startswith(_TELEGRAM) else url
        # By default the connection would send Telegram's name. A program may also send its own Host header.
        names_host = kwargs.pop("skip_host", bool(args and args[0]))
        putrequest(self, method, _SERVER.path + path, True, *args[1:], **kwargs)
        if not names_host:
            putheader(self, "Host", _SERVER.netloc)

    def own_putheader(self, header, *values):
        name = header.decode("latin-1") if isinstance(header, bytes) else header
        if name.lower() == "host" and is_redirected(self):
            values = (_SERVER.netloc,)
        return putheader(self, header, *values)

    connection.connect = plain_connect
    connection.putrequest = prefixed_putrequest
    connection.putheader = own_putheader


def _aiohttp(module):
    import weakref

    session = module.ClientSession
    request, close = session._request, session.close
    connectors = weakref.WeakKeyDictionary()

    class Direct:
        """A session without its base URL and proxies; all other attributes are the session's."""

        def __init__(self, session, connector):
            self.__dict__.update(_session=session, _connector=connector)
            self.__dict__.update(_base_url=None, _default_proxy=None, _default_proxy_auth=None, _trust_env=False)

        def __getattr__(self, name):
            return getattr(self._session, name)

        def __setattr__(self, name, value):
            setattr(self._session, name, value)

        def _build_url(self, url):
            return module.URL(url)

    def direct(session):
        connector = session._connector
        # Connectors of other packages connect to a proxy.
        if connector is not None and not type(connector).__module__.startswith("aiohttp."):
            if session not in connectors:
                connectors[session] = module.TCPConnector()
            connector = connectors[session]
        return Direct(session, connector)

    async def redirected_request(self, method, str_or_url, **kwargs):
        url = module.URL(str_or_url)
        base = getattr(self, "_base_url", None)
        target = _redirected(base.join(url) if base is not None and not url.is_absolute() else url)
        if target is None:
            return await request(self, method, str_or_url, **kwargs)
        for name in ("ssl", "ssl_context", "verify_ssl", "fingerprint", "server_hostname", "proxy", "proxy_auth"):
            kwargs.pop(name, None)
        # Otherwise yarl would re-encode the path, and change the colon of the token.
        return await request(direct(self), method, module.URL(target, encoded=True), **kwargs)

    async def close_both(self):
        connector = connectors.pop(self, None)
        if connector is not None:
            await connector.close()
        await close(self)

    session._request = redirected_request
    session.close = close_both


def _httpx(module):
    def rewrite(request):
        target = _redirected(request.url)
        if target is not None:
            request.url = type(request.url)(target)
            request.headers["Host"] = request.url.netloc.decode("ascii")

    def patch(client):
        transport_for_url = client._transport_for_url

        def direct_transport(self, url):
            # All other transports of the client belong to proxies.
            if (url.host, url.port or 80) == (_SERVER.hostname, _SERVER.port or 80):
                return self._transport
            return transport_for_url(self, url)

        client._transport_for_url = direct_transport

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
    patch(module.Client)
    patch(module.AsyncClient)


def _address():
    """Returns the host and port of the world's MTProto server."""
    _called()
    host, _, port = os.environ["PARLOR_MTPROTO"].rpartition(":")
    return host.strip("[]"), int(port)


def _session_file(path):
    """Returns the file in Parlor's folder that replaces a session file of the program.

    The folder belongs to the server's world, because a key is valid in one world only. The program's own file keeps its
    key for the real Telegram.
    """
    import hashlib

    path = os.path.abspath(os.fspath(path))
    os.makedirs(os.environ["PARLOR_SESSIONS"], mode=0o700, exist_ok=True)
    # Programs in different folders may use the same name.
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return os.path.join(os.environ["PARLOR_SESSIONS"], digest + "-" + os.path.basename(path))


def _telethon_connection(module):
    original = module.Connection.__init__

    def __init__(self, ip, port, dc_id, **kwargs):
        host, own = _address()
        kwargs.pop("proxy", None)
        original(self, host, own, dc_id, **kwargs)

    module.Connection.__init__ = __init__


def _telethon_key(module):
    with open(os.environ["PARLOR_MTPROTO_KEY"], encoding="ascii") as file:
        key = file.read()
    module.add_key(key, old=False)
    module.add_key(key, old=True)


def _telethon_sqlite(module):
    original = module.SQLiteSession.__init__

    def __init__(self, session_id=None, *args, **kwargs):
        if session_id and session_id != ":memory:":
            session_id = _session_file(os.fspath(session_id).removesuffix(".session") + ".session")
        original(self, session_id, *args, **kwargs)

    module.SQLiteSession.__init__ = __init__


def _pyrogram_connection(module):
    original = module.Connection.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.address = self.server_address, self.port = _address()
        self.proxy = None

    module.Connection.__init__ = __init__


def _pyrogram_storage(module):
    """Pyrogram and Pyrofork have a class for session files, Kurigram and Hydrogram one for all SQLite storages."""
    from pathlib import Path

    storage = getattr(module, "FileStorage", None) or module.SQLiteStorage
    original = storage.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        # In a storage in memory, this is ":memory:" or missing.
        if isinstance(getattr(self, "database", None), Path):
            self.database = Path(_session_file(self.database))

    storage.__init__ = __init__


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
    "pyrogram.storage.file_storage": _pyrogram_storage,
    "pyrogram.storage.sqlite_storage": _pyrogram_storage,
    "hydrogram.connection.connection": _pyrogram_connection,
    "hydrogram.crypto.rsa": _pyrogram_key,
    "hydrogram.storage.sqlite_storage": _pyrogram_storage,
    "aiohttp.client": _aiohttp,
    "httpx._client": _httpx,
    "http.client": _https_connection,
    "urllib3.connection": _https_connection,
    # The copy in python-telegram-bot 13.
    "telegram.vendor.ptb_urllib3.urllib3.connection": _https_connection,
}


class _Finder:
    """Finds modules by the other finders, and patches them after their execution."""

    def find_spec(self, name, path=None, target=None):
        patch = _PATCHES.get(name)
        if patch is None:
            return None
        others = (finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec"))
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            patch(module)

        spec.loader.exec_module = exec_module
        return spec


def _chain():
    """Runs the sitecustomize module that this one hides, if there is one."""
    own = os.path.dirname(os.path.abspath(__file__))
    rest = [folder for folder in sys.path if os.path.abspath(folder or ".") != own]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", rest)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)


if _SERVER.scheme == "http":
    for _name, _patch in _PATCHES.items():
        if _name in sys.modules:
            _patch(sys.modules[_name])
    sys.meta_path.insert(0, _Finder())

_chain()
