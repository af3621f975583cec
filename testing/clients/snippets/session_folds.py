from hashlib import sha256
from os import environ

from folds import Bot

bot = Bot(environ['BOT_TOKEN'], 1, 'a' * 32)


async def main():
    await bot.start(bot_token=environ['BOT_TOKEN'])
    me = await bot.get_me()
    print('key', me.id, sha256(bot.session.auth_key.key).hexdigest())


bot.loop.run_until_complete(main())
