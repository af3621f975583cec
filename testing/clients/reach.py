"""Calls getMe by every HTTP library that `parlor run` redirects, as users would, and prints which calls succeed."""

import asyncio
import http.client
import json
import sys
import urllib.request
import warnings

import aiohttp
import httpx
import requests
import urllib3

ROOT = "https://api.telegram.org"
PATH = "/bot123456:AAAA/getMe"
URL = ROOT + PATH
# An address where no program listens: a request that goes through this proxy fails.
PROXY = "http://127.0.0.1:9"


def http_client(**headers):
    connection = http.client.HTTPSConnection("api.telegram.org", timeout=30)
    connection.request("POST", PATH, b"{}", {"Content-Type": "application/json", **headers})
    body = connection.getresponse().read()
    connection.close()
    return body


def urllib_request(*handlers):
    with urllib.request.build_opener(*handlers).open(URL) as answer:
        return answer.read()


def with_aiohttp(url, options=None, **session):
    async def call():
        async with aiohttp.ClientSession(**session) as client, client.post(url, **(options or {})) as answer:
            return await answer.text()

    return asyncio.run(call())


def with_connector():
    class Dead(aiohttp.TCPConnector):
        """A connector like those of packages for proxies."""

        async def connect(self, *args, **kwargs):
            raise OSError("the proxy is not there")

    async def call():
        async with aiohttp.ClientSession(connector=Dead()) as client, client.get(URL) as answer:
            return await answer.text()

    return asyncio.run(call())


def with_async_httpx(**options):
    async def call():
        async with httpx.AsyncClient(**options) as client:
            return (await client.get(URL)).text

    return asyncio.run(call())


WAYS = {
    "http.client": http_client,
    "http.client with a host": lambda: http_client(Host="api.telegram.org"),
    "urllib.request": urllib_request,
    "urllib.request by a proxy": lambda: urllib_request(urllib.request.ProxyHandler({"https": PROXY})),
    "urllib3": lambda: urllib3.PoolManager().request("POST", URL, fields={"a": "b"}).data,
    "urllib3 pool": lambda: urllib3.HTTPSConnectionPool("api.telegram.org").request("GET", PATH).data,
    "urllib3 by a proxy": lambda: urllib3.ProxyManager(PROXY).request("GET", URL).data,
    "requests": lambda: requests.get(URL).text,
    "requests by a proxy": lambda: requests.get(URL, proxies={"https": PROXY}).text,
    "httpx": lambda: httpx.get(URL).text,
    "httpx by a proxy": lambda: httpx.get(URL, proxy=PROXY).text,
    "httpx async": with_async_httpx,
    "httpx async by a proxy": lambda: with_async_httpx(proxy=PROXY),
    "aiohttp": lambda: with_aiohttp(URL),
    "aiohttp with base_url": lambda: with_aiohttp(PATH, base_url=ROOT),
    "aiohttp by the environment's proxy": lambda: with_aiohttp(URL, trust_env=True),
    "aiohttp by a proxy": lambda: with_aiohttp(URL, {"proxy": PROXY}),
    "aiohttp by the session's proxy": lambda: with_aiohttp(URL, proxy=PROXY),
    "aiohttp with a connector": with_connector,
}

# urllib3 warns of connections that it considers unverified: such a warning is an error here.
warnings.simplefilter("error", urllib3.exceptions.HTTPWarning)
failed = 0
for name, way in WAYS.items():
    try:
        assert json.loads(way())["result"]["id"] == 123456
    except Exception as error:
        failed += 1
        print(f"{name}: {error!r}", flush=True)
print(f"{len(WAYS) - failed} of {len(WAYS)} arrive")
sys.exit(failed > 0)
