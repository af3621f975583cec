from os import environ

from telethon import TelegramClient, events

client = TelegramClient('snippet', 1, 'a' * 32)


@client.on(events.NewMessage(pattern='^/start( .+)?$'))
async def start(event):
    await event.respond('Hi!')


client.start(bot_token=environ['BOT_TOKEN'])
client.run_until_disconnected()
