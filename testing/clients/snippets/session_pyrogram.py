from hashlib import sha256
from importlib import import_module
from os import environ
from sys import argv

Client = import_module(argv[1]).Client
app = Client('bot', 1, 'a' * 32, bot_token=environ['BOT_TOKEN'])


async def main():
    async with app:
        me = await app.get_me()
        print('key', me.id, sha256(await app.storage.auth_key()).hexdigest())


app.loop.run_until_complete(main())
