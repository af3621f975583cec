from os import environ

from folds import Bot

bot = Bot(environ['BOT_TOKEN'], 1, 'a' * 32)


@bot.private_commands.start()
async def start():
    return 'Hi!'


bot.run()
