//! What BotFather says, in English, as users know it, and in Russian. `{…}` is filled in.

use crate::state::account::Localized;
use crate::state::bot_questions::Topic;

pub(super) const HELP: Localized = Localized::new(
    "I can help you create and manage Telegram bots. You can control me by sending these commands:",
    "Я помогу создать ботов и управлять ими. Мною управляют такие команды:",
);
pub(super) const UNKNOWN: Localized =
    Localized::new("Unrecognized command. Say what?", "Не знаю такой команды. Что вы сказали?");
pub(super) const NEW_NAME: Localized = Localized::new(
    "Alright, a new bot. How are we going to call it? Please choose a name for your bot.",
    "Хорошо, новый бот. Как мы его назовём? Выберите имя для бота.",
);
pub(super) const NAME_BAD: Localized = Localized::new(
    "Sorry, a name must have 1 to 64 characters. Please choose another one.",
    "Имя должно иметь от 1 до 64 символов. Выберите другое.",
);
pub(super) const NEW_USERNAME: Localized = Localized::new(
    "Good. Now let's choose a username for your bot. It must end in `bot`. Like this, for example: TetrisBot or \
     tetris_bot.",
    "Хорошо. Теперь выберем имя пользователя. Оно должно заканчиваться на `bot`: например, TetrisBot или tetris_bot.",
);
pub(super) const USERNAME_ENDING: Localized = Localized::new(
    "Sorry, the username must end in 'bot'. E.g. 'Tetris_bot' or 'Tetrisbot'",
    "Имя пользователя должно заканчиваться на 'bot'. Например: 'Tetris_bot' или 'Tetrisbot'",
);
pub(super) const USERNAME_BAD: Localized =
    Localized::new("Sorry, this username is invalid.", "Такое имя пользователя не подходит.");
pub(super) const USERNAME_TAKEN: Localized = Localized::new(
    "Sorry, this username is already taken. Please try something different.",
    "Это имя пользователя уже занято. Попробуйте другое.",
);
pub(super) const CREATED: Localized = Localized::new(
    "Done! Congratulations on your new bot. You will find it at t.me/{username}. You can now add a description, about \
     section and profile picture for your bot, see /help for a list of commands.\n\n\
     Use this token to access the HTTP API:\n{token}\n\
     Keep your token secure and store it safely, it can be used by anyone to control your bot.\n\n\
     For a description of the Bot API, see this page: https://core.telegram.org/bots/api",
    "Готово! Поздравляем с новым ботом. Он здесь: t.me/{username}. Теперь можно добавить описание, раздел «О боте» и \
     картинку; список команд — /help.\n\n\
     Токен для доступа к HTTP API:\n{token}\n\
     Храните токен в секрете: с ним вашим ботом может управлять кто угодно.\n\n\
     Описание Bot API: https://core.telegram.org/bots/api",
);
pub(super) const NO_BOTS: Localized = Localized::new(
    "You don't have any bots yet. Use the /newbot command to create a new bot first.",
    "У вас пока нет ботов. Сначала создайте бота командой /newbot.",
);
pub(super) const NO_SUCH_BOT: Localized = Localized::new("Invalid bot selected.", "Такого бота у вас нет.");
pub(super) const TOKEN: Localized = Localized::new(
    "You can use this token to access HTTP API:\n{token}\n\n\
     For a description of the Bot API, see this page: https://core.telegram.org/bots/api",
    "С этим токеном можно обращаться к HTTP API:\n{token}\n\nОписание Bot API: https://core.telegram.org/bots/api",
);
pub(super) const REVOKED: Localized = Localized::new(
    "Your token was replaced with a new one. You can use this token to access HTTP API:\n{token}",
    "Старый токен отозван. С этим токеном можно обращаться к HTTP API:\n{token}",
);
pub(super) const TOO_LONG: Localized = Localized::new(
    "Sorry, that is too long: {limit} characters at most.",
    "Слишком длинно: не больше {limit} символов.",
);
pub(super) const COMMANDS_BAD: Localized = Localized::new(
    "Sorry, the list of commands is invalid. Please use this format:\n\ncommand1 - Description\ncommand2 - Another \
     description\n\nSend /empty to keep the list empty.",
    "Список команд составлен неверно. Нужен такой вид:\n\ncommand1 - Описание\ncommand2 - Другое описание\n\n\
     /empty оставит список пустым.",
);
pub(super) const DOMAIN_BAD: Localized = Localized::new(
    "Sorry, that is not a domain. Send a domain name like example.com, or /empty to remove it.",
    "Это не домен. Пришлите имя домена, например example.com, или /empty, чтобы убрать его.",
);
pub(super) const CHOOSE_STATUS: Localized =
    Localized::new("Please choose 'Enable' or 'Disable'.", "Выберите «Enable» или «Disable».");
pub(super) const STATUS: Localized =
    Localized::new("Success! The new status is: {status}. /help", "Готово! Новое состояние: {status}. /help");
pub(super) const CONFIRM: &str = "Yes, I am totally sure.";
pub(super) const CONFIRM_AGAIN: Localized = Localized::new(
    "Please enter the confirmation text exactly like this:\nYes, I am totally sure.\n\nType /cancel to cancel the \
     operation.",
    "Подтвердите точно такими словами:\nYes, I am totally sure.\n\n/cancel отменит действие.",
);
pub(super) const CANCELLED: Localized = Localized::new(
    "The command {command} has been cancelled. Anything else I can do for you?\n\nSend /help for a list of commands. \
     To learn more about Telegram Bots, see https://core.telegram.org/bots",
    "Команда {command} отменена. Могу ли я ещё чем-то помочь?\n\nСписок команд — /help. О ботах Telegram: \
     https://core.telegram.org/bots",
);
pub(super) const NOTHING_TO_CANCEL: Localized = Localized::new(
    "No active command to cancel. I wasn't doing anything anyway. Zzzzz...",
    "Отменять нечего. Я и так ничего не делал. Хр-р-р...",
);
pub(super) const CHOOSE_FROM_LIST: Localized =
    Localized::new("Choose a bot from the list below:", "Выберите бота из списка:");
pub(super) const HERE_IT_IS: Localized = Localized::new(
    "Here it is: {name} @{username}.\nWhat do you want to do with the bot?",
    "Вот он: {name} @{username}.\nЧто вы хотите сделать с ботом?",
);
pub(super) const HERE_IS_TOKEN: Localized = Localized::new(
    "Here is the token for bot {name} @{username}:\n\n{token}",
    "Токен бота {name} @{username}:\n\n{token}",
);
pub(super) const EDIT_INFO: Localized =
    Localized::new("Edit @{username} info.", "Изменить сведения @{username}.");
pub(super) const SETTINGS: Localized = Localized::new("Settings for @{username}.", "Настройки @{username}.");

pub(super) const KEY_TOKEN: Localized = Localized::new("API Token", "Токен");
pub(super) const KEY_EDIT: Localized = Localized::new("Edit Bot", "Изменить");
pub(super) const KEY_SETTINGS: Localized = Localized::new("Bot Settings", "Настройки");
pub(super) const KEY_DELETE: Localized = Localized::new("Delete Bot", "Удалить");
pub(super) const KEY_REVOKE: Localized = Localized::new("Revoke current token", "Отозвать токен");
pub(super) const KEY_LIST: Localized = Localized::new("« Back to Bot List", "« К списку ботов");
pub(super) const KEY_BOT: Localized = Localized::new("« Back to Bot", "« К боту");

impl Topic {
    /// Its command.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Revoke => "revoke",
            Self::Name => "setname",
            Self::Description => "setdescription",
            Self::About => "setabouttext",
            Self::Commands => "setcommands",
            Self::Domain => "setdomain",
            Self::JoinGroups => "setjoingroups",
            Self::Privacy => "setprivacy",
            Self::BotToBot => "setbottobot",
            Self::Inline => "setinline",
            Self::Delete => "deletebot",
        }
    }

    /// The button that leads to it.
    pub(super) fn key(self) -> Localized {
        match self {
            Self::Token => KEY_TOKEN,
            Self::Revoke => KEY_REVOKE,
            Self::Name => Localized::new("Edit Name", "Имя"),
            Self::Description => Localized::new("Edit Description", "Описание"),
            Self::About => Localized::new("Edit About", "О боте"),
            Self::Commands => Localized::new("Edit Commands", "Команды"),
            Self::Domain => Localized::new("Domain", "Домен"),
            Self::JoinGroups => Localized::new("Allow Groups?", "Группы"),
            Self::Privacy => Localized::new("Group Privacy", "Приватность в группах"),
            Self::BotToBot => Localized::new("Bot-to-Bot Mode", "Общение с ботами"),
            Self::Inline => Localized::new("Inline Mode", "Встроенный режим"),
            Self::Delete => KEY_DELETE,
        }
    }

    /// The question for the bot.
    pub(super) fn which(self) -> Localized {
        match self {
            Self::Token => {
                Localized::new("Choose a bot to generate a new token.", "Выберите бота, чей токен показать.")
            }
            Self::Revoke => Localized::new(
                "Choose a bot to generate a new token. Warning: your old token will stop working.",
                "Выберите бота, чей токен заменить. Осторожно: старый токен перестанет работать.",
            ),
            Self::Name => {
                Localized::new("Choose a bot to change name.", "Выберите бота, чтобы изменить имя.")
            }
            Self::Description => Localized::new(
                "Choose a bot to change description.",
                "Выберите бота, чтобы изменить описание.",
            ),
            Self::About => Localized::new(
                "Choose a bot to change the about section.",
                "Выберите бота, чтобы изменить раздел «О боте».",
            ),
            Self::Commands => Localized::new(
                "Choose a bot to change the list of commands.",
                "Выберите бота, чтобы изменить список команд.",
            ),
            Self::Domain => Localized::new(
                "Choose a bot to link to a domain.",
                "Выберите бота, чтобы связать его с доменом.",
            ),
            Self::JoinGroups => Localized::new(
                "Choose a bot to change group membership settings.",
                "Выберите бота, чтобы разрешить или запретить группы.",
            ),
            Self::Privacy => Localized::new(
                "Choose a bot to change group messages settings.",
                "Выберите бота, чтобы изменить режим приватности.",
            ),
            Self::BotToBot => Localized::new(
                "Choose a bot to change its Bot-to-Bot Communication Mode.",
                "Выберите бота, чтобы разрешить или запретить ему общаться с ботами.",
            ),
            Self::Inline => Localized::new(
                "Choose a bot to change inline queries status.",
                "Выберите бота, чтобы изменить встроенный режим.",
            ),
            Self::Delete => Localized::new("Choose a bot to delete.", "Выберите бота, которого удалить."),
        }
    }

    /// The question for the new value.
    pub(super) fn value(self) -> Localized {
        match self {
            Self::Token | Self::Revoke => Localized::new("", ""),
            Self::Name => {
                Localized::new("OK. Send me the new name for your bot.", "Хорошо. Пришлите новое имя бота.")
            }
            Self::Description => Localized::new(
                "OK. Send me the new description for the bot. People will see this description when they open a chat \
                 with your bot, in a block titled 'What can this bot do?'.",
                "Хорошо. Пришлите новое описание. Его увидят в пустом чате с ботом под заголовком «Что умеет этот бот?».",
            ),
            Self::About => Localized::new(
                "OK. Send me the new 'About' text. People will see this text on the bot's profile page and it will be \
                 sent together with a link to your bot when they share it with someone.",
                "Хорошо. Пришлите новый текст «О боте». Он виден в профиле бота и рядом со ссылкой на него.",
            ),
            Self::Commands => Localized::new(
                "OK. Send me a list of commands for your bot. Please use this format:\n\ncommand1 - Description\n\
                 command2 - Another description\n\nSend /empty to keep the list empty.",
                "Хорошо. Пришлите список команд в таком виде:\n\ncommand1 - Описание\ncommand2 - Другое описание\n\n\
                 /empty оставит список пустым.",
            ),
            Self::Domain => Localized::new(
                "OK. Send me the domain name of the website on which people log in with your bot, or /empty to remove \
                 it.\nCurrent domain is: {status}",
                "Хорошо. Пришлите домен сайта, на который входят с вашим ботом, или /empty, чтобы убрать его.\n\
                 Сейчас: {status}",
            ),
            Self::JoinGroups => Localized::new(
                "'Enable' - bot can be added to groups.\n'Disable' - block group invitations, the bot can't be added \
                 to groups.\nCurrent status is: {status}",
                "'Enable' — бота можно добавлять в группы.\n'Disable' — бота нельзя добавлять в группы.\n\
                 Сейчас: {status}",
            ),
            Self::Privacy => Localized::new(
                "'Enable' - your bot will only receive messages that either start with the '/' symbol or mention the \
                 bot by username.\n'Disable' - your bot will receive all messages that people send to groups.\n\
                 Current status is: {status}",
                "'Enable' — бот получает только сообщения, которые начинаются с '/' или упоминают его.\n\
                 'Disable' — бот получает все сообщения групп.\nСейчас: {status}",
            ),
            Self::BotToBot => Localized::new(
                "'Enable' - your bot can exchange messages with other bots that have this mode.\n'Disable' - your bot \
                 neither writes to bots nor gets their messages.\nCurrent status is: {status}",
                "'Enable' — бот обменивается сообщениями с ботами, у которых включён этот режим.\n\
                 'Disable' — бот не пишет ботам и не получает их сообщений.\nСейчас: {status}",
            ),
            Self::Inline => Localized::new(
                "This will enable inline queries for your bot. Please send me the placeholder message for queries to \
                 your bot. Users will see this text when they type your bot's username. Send /empty to disable \
                 inline queries.\nCurrent status is: {status}",
                "Это включит встроенный режим. Пришлите подсказку, которую увидят, набрав имя вашего бота. /empty \
                 выключит встроенный режим.\nСейчас: {status}",
            ),
            Self::Delete => Localized::new(
                "OK, you selected {name} @{username}. Are you sure?\n\nSend 'Yes, I am totally sure.' to confirm you \
                 really want to delete this bot.",
                "Вы выбрали {name} @{username}. Вы уверены?\n\nПришлите 'Yes, I am totally sure.', чтобы действительно \
                 удалить бота.",
            ),
        }
    }

    /// The news that it is done.
    pub(super) fn done(self) -> Localized {
        match self {
            Self::Token | Self::Revoke | Self::JoinGroups | Self::Privacy | Self::BotToBot => STATUS,
            Self::Name => Localized::new("Success! Name updated. /help", "Готово! Имя изменено. /help"),
            Self::Description => {
                Localized::new("Success! Description updated. /help", "Готово! Описание изменено. /help")
            }
            Self::About => Localized::new(
                "Success! About section updated. /help",
                "Готово! Раздел «О боте» изменён. /help",
            ),
            Self::Commands => {
                Localized::new("Success! Command list updated. /help", "Готово! Список команд изменён. /help")
            }
            Self::Domain => Localized::new("Success! Domain updated. /help", "Готово! Домен изменён. /help"),
            Self::Inline => Localized::new(
                "Success! Inline settings updated. /help",
                "Готово! Встроенный режим изменён. /help",
            ),
            Self::Delete => Localized::new("Done! The bot is gone. /help", "Готово! Бота больше нет. /help"),
        }
    }
}
