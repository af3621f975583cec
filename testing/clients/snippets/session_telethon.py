from hashlib import sha256
from os import environ

from telethon import TelegramClient

client = TelegramClient('bot', 1, 'a' * 32)
client.start(bot_token=environ['BOT_TOKEN'])
me = client.loop.run_until_complete(client.get_me())
print('key', me.id, sha256(client.session.auth_key.key).hexdigest())
