//! What BotFather says, in English, as people know it, and in Russian. `{…}` is filled in.

use super::Topic;
use crate::bot::two_letters;

/// English and Russian.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) en: &'static str,
    pub(super) ru: &'static str,
}

impl Words {
    /// In a language, by its IETF tag; English where it is not Russian.
    pub(super) fn of(self, language: &str) -> &'static str {
        if two_letters(language) == "ru" { self.ru } else { self.en }
    }
}

const fn words(en: &'static str, ru: &'static str) -> Words {
    Words { en, ru }
}

/// The description in an empty chat, and about it.
pub(super) const INTRODUCTION: Words = words(
    "BotFather is the one bot to rule them all. Use it to create new bot accounts and manage your existing bots.",
    "BotFather — бот, который управляет всеми ботами. С ним создают новых ботов и настраивают тех, что уже есть.",
);

/// The menu: a command, then what it does.
pub(super) const COMMANDS: &[(&str, Words)] = &[
    ("newbot", words("create a new bot", "создать нового бота")),
    ("mybots", words("edit your bots", "изменить своих ботов")),
    ("token", words("get authorization token", "узнать токен")),
    ("revoke", words("revoke bot access token", "отозвать токен")),
    ("setname", words("change a bot's name", "изменить имя бота")),
    ("setdescription", words("change bot description", "изменить описание бота")),
    ("setabouttext", words("change bot about info", "изменить раздел «О боте»")),
    ("setcommands", words("change the list of commands", "изменить список команд")),
    ("setdomain", words("link your bot to a domain", "связать бота с доменом")),
    ("setjoingroups", words("can your bot be added to groups?", "можно ли добавлять бота в группы")),
    ("setprivacy", words("toggle privacy mode in groups", "режим приватности в группах")),
    ("setinline", words("toggle inline mode", "встроенный режим")),
    ("deletebot", words("delete a bot", "удалить бота")),
    ("cancel", words("cancel the current operation", "отменить текущее действие")),
];

pub(super) const HELP: Words = words(
    "I can help you create and manage Telegram bots. You can control me by sending these commands:",
    "Я помогу создать ботов и управлять ими. Мною управляют такие команды:",
);
pub(super) const UNKNOWN: Words =
    words("Unrecognized command. Say what?", "Не знаю такой команды. Что вы сказали?");
pub(super) const NEW_NAME: Words = words(
    "Alright, a new bot. How are we going to call it? Please choose a name for your bot.",
    "Хорошо, новый бот. Как мы его назовём? Выберите имя для бота.",
);
pub(super) const NAME_BAD: Words = words(
    "Sorry, a name must have 1 to 64 characters. Please choose another one.",
    "Имя должно иметь от 1 до 64 символов. Выберите другое.",
);
pub(super) const NEW_USERNAME: Words = words(
    "Good. Now let's choose a username for your bot. It must end in `bot`. Like this, for example: TetrisBot or \
     tetris_bot.",
    "Хорошо. Теперь выберем имя пользователя. Оно должно заканчиваться на `bot`: например, TetrisBot или tetris_bot.",
);
pub(super) const USERNAME_ENDING: Words = words(
    "Sorry, the username must end in 'bot'. E.g. 'Tetris_bot' or 'Tetrisbot'",
    "Имя пользователя должно заканчиваться на 'bot'. Например: 'Tetris_bot' или 'Tetrisbot'",
);
pub(super) const USERNAME_BAD: Words =
    words("Sorry, this username is invalid.", "Такое имя пользователя не подходит.");
pub(super) const USERNAME_TAKEN: Words = words(
    "Sorry, this username is already taken. Please try something different.",
    "Это имя пользователя уже занято. Попробуйте другое.",
);
pub(super) const CREATED: Words = words(
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
pub(super) const NO_BOTS: Words = words(
    "You don't have any bots yet. Use the /newbot command to create a new bot first.",
    "У вас пока нет ботов. Сначала создайте бота командой /newbot.",
);
pub(super) const NO_SUCH_BOT: Words = words("Invalid bot selected.", "Такого бота у вас нет.");
pub(super) const TOKEN: Words = words(
    "You can use this token to access HTTP API:\n{token}\n\n\
     For a description of the Bot API, see this page: https://core.telegram.org/bots/api",
    "С этим токеном можно обращаться к HTTP API:\n{token}\n\nОписание Bot API: https://core.telegram.org/bots/api",
);
pub(super) const REVOKED: Words = words(
    "Your token was replaced with a new one. You can use this token to access HTTP API:\n{token}",
    "Старый токен отозван. С этим токеном можно обращаться к HTTP API:\n{token}",
);
pub(super) const TOO_LONG: Words = words(
    "Sorry, that is too long: {limit} characters at most.",
    "Слишком длинно: не больше {limit} символов.",
);
pub(super) const COMMANDS_BAD: Words = words(
    "Sorry, the list of commands is invalid. Please use this format:\n\ncommand1 - Description\ncommand2 - Another \
     description\n\nSend /empty to keep the list empty.",
    "Список команд составлен неверно. Нужен такой вид:\n\ncommand1 - Описание\ncommand2 - Другое описание\n\n\
     /empty оставит список пустым.",
);
pub(super) const DOMAIN_BAD: Words = words(
    "Sorry, that is not a domain. Send a domain name like example.com, or /empty to remove it.",
    "Это не домен. Пришлите имя домена, например example.com, или /empty, чтобы убрать его.",
);
pub(super) const CHOOSE_STATUS: Words =
    words("Please choose 'Enable' or 'Disable'.", "Выберите «Enable» или «Disable».");
pub(super) const STATUS: Words =
    words("Success! The new status is: {status}. /help", "Готово! Новое состояние: {status}. /help");
pub(super) const CONFIRM: &str = "Yes, I am totally sure.";
pub(super) const CONFIRM_AGAIN: Words = words(
    "Please enter the confirmation text exactly like this:\nYes, I am totally sure.\n\nType /cancel to cancel the \
     operation.",
    "Подтвердите точно такими словами:\nYes, I am totally sure.\n\n/cancel отменит действие.",
);
pub(super) const CANCELLED: Words = words(
    "The command {command} has been cancelled. Anything else I can do for you?\n\nSend /help for a list of commands. \
     To learn more about Telegram Bots, see https://core.telegram.org/bots",
    "Команда {command} отменена. Могу ли я ещё чем-то помочь?\n\nСписок команд — /help. О ботах Telegram: \
     https://core.telegram.org/bots",
);
pub(super) const NOTHING_TO_CANCEL: Words = words(
    "No active command to cancel. I wasn't doing anything anyway. Zzzzz...",
    "Отменять нечего. Я и так ничего не делал. Хр-р-р...",
);
pub(super) const CHOOSE_FROM_LIST: Words =
    words("Choose a bot from the list below:", "Выберите бота из списка:");
pub(super) const HERE_IT_IS: Words = words(
    "Here it is: {name} @{username}.\nWhat do you want to do with the bot?",
    "Вот он: {name} @{username}.\nЧто вы хотите сделать с ботом?",
);
pub(super) const HERE_IS_TOKEN: Words = words(
    "Here is the token for bot {name} @{username}:\n\n{token}",
    "Токен бота {name} @{username}:\n\n{token}",
);
pub(super) const EDIT_INFO: Words = words("Edit @{username} info.", "Изменить сведения @{username}.");
pub(super) const SETTINGS: Words = words("Settings for @{username}.", "Настройки @{username}.");

pub(super) const KEY_TOKEN: Words = words("API Token", "Токен");
pub(super) const KEY_EDIT: Words = words("Edit Bot", "Изменить");
pub(super) const KEY_SETTINGS: Words = words("Bot Settings", "Настройки");
pub(super) const KEY_DELETE: Words = words("Delete Bot", "Удалить");
pub(super) const KEY_REVOKE: Words = words("Revoke current token", "Отозвать токен");
pub(super) const KEY_LIST: Words = words("« Back to Bot List", "« К списку ботов");
pub(super) const KEY_BOT: Words = words("« Back to Bot", "« К боту");

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
            Self::Inline => "setinline",
            Self::Delete => "deletebot",
        }
    }

    /// The button that leads to it.
    pub(super) fn key(self) -> Words {
        match self {
            Self::Token => KEY_TOKEN,
            Self::Revoke => KEY_REVOKE,
            Self::Name => words("Edit Name", "Имя"),
            Self::Description => words("Edit Description", "Описание"),
            Self::About => words("Edit About", "О боте"),
            Self::Commands => words("Edit Commands", "Команды"),
            Self::Domain => words("Domain", "Домен"),
            Self::JoinGroups => words("Allow Groups?", "Группы"),
            Self::Privacy => words("Group Privacy", "Приватность в группах"),
            Self::Inline => words("Inline Mode", "Встроенный режим"),
            Self::Delete => KEY_DELETE,
        }
    }

    /// The question for the bot.
    pub(super) fn which(self) -> Words {
        match self {
            Self::Token => {
                words("Choose a bot to generate a new token.", "Выберите бота, чей токен показать.")
            }
            Self::Revoke => words(
                "Choose a bot to generate a new token. Warning: your old token will stop working.",
                "Выберите бота, чей токен заменить. Осторожно: старый токен перестанет работать.",
            ),
            Self::Name => words("Choose a bot to change name.", "Выберите бота, чтобы изменить имя."),
            Self::Description => {
                words("Choose a bot to change description.", "Выберите бота, чтобы изменить описание.")
            }
            Self::About => words(
                "Choose a bot to change the about section.",
                "Выберите бота, чтобы изменить раздел «О боте».",
            ),
            Self::Commands => words(
                "Choose a bot to change the list of commands.",
                "Выберите бота, чтобы изменить список команд.",
            ),
            Self::Domain => {
                words("Choose a bot to link to a domain.", "Выберите бота, чтобы связать его с доменом.")
            }
            Self::JoinGroups => words(
                "Choose a bot to change group membership settings.",
                "Выберите бота, чтобы разрешить или запретить группы.",
            ),
            Self::Privacy => words(
                "Choose a bot to change group messages settings.",
                "Выберите бота, чтобы изменить режим приватности.",
            ),
            Self::Inline => words(
                "Choose a bot to change inline queries status.",
                "Выберите бота, чтобы изменить встроенный режим.",
            ),
            Self::Delete => words("Choose a bot to delete.", "Выберите бота, которого удалить."),
        }
    }

    /// The question for the new value.
    pub(super) fn value(self) -> Words {
        match self {
            Self::Token | Self::Revoke => words("", ""),
            Self::Name => words("OK. Send me the new name for your bot.", "Хорошо. Пришлите новое имя бота."),
            Self::Description => words(
                "OK. Send me the new description for the bot. People will see this description when they open a chat \
                 with your bot, in a block titled 'What can this bot do?'.",
                "Хорошо. Пришлите новое описание. Его увидят в пустом чате с ботом под заголовком «Что умеет этот бот?».",
            ),
            Self::About => words(
                "OK. Send me the new 'About' text. People will see this text on the bot's profile page and it will be \
                 sent together with a link to your bot when they share it with someone.",
                "Хорошо. Пришлите новый текст «О боте». Он виден в профиле бота и рядом со ссылкой на него.",
            ),
            Self::Commands => words(
                "OK. Send me a list of commands for your bot. Please use this format:\n\ncommand1 - Description\n\
                 command2 - Another description\n\nSend /empty to keep the list empty.",
                "Хорошо. Пришлите список команд в таком виде:\n\ncommand1 - Описание\ncommand2 - Другое описание\n\n\
                 /empty оставит список пустым.",
            ),
            Self::Domain => words(
                "OK. Send me the domain name of the website on which people log in with your bot, or /empty to remove \
                 it.\nCurrent domain is: {status}",
                "Хорошо. Пришлите домен сайта, на который входят с вашим ботом, или /empty, чтобы убрать его.\n\
                 Сейчас: {status}",
            ),
            Self::JoinGroups => words(
                "'Enable' - bot can be added to groups.\n'Disable' - block group invitations, the bot can't be added \
                 to groups.\nCurrent status is: {status}",
                "'Enable' — бота можно добавлять в группы.\n'Disable' — бота нельзя добавлять в группы.\n\
                 Сейчас: {status}",
            ),
            Self::Privacy => words(
                "'Enable' - your bot will only receive messages that either start with the '/' symbol or mention the \
                 bot by username.\n'Disable' - your bot will receive all messages that people send to groups.\n\
                 Current status is: {status}",
                "'Enable' — бот получает только сообщения, которые начинаются с '/' или упоминают его.\n\
                 'Disable' — бот получает все сообщения групп.\nСейчас: {status}",
            ),
            Self::Inline => words(
                "This will enable inline queries for your bot. Please send me the placeholder message for queries to \
                 your bot. Users will see this text when they type your bot's username. Send /empty to disable \
                 inline queries.\nCurrent status is: {status}",
                "Это включит встроенный режим. Пришлите подсказку, которую увидят, набрав имя вашего бота. /empty \
                 выключит встроенный режим.\nСейчас: {status}",
            ),
            Self::Delete => words(
                "OK, you selected {name} @{username}. Are you sure?\n\nSend 'Yes, I am totally sure.' to confirm you \
                 really want to delete this bot.",
                "Вы выбрали {name} @{username}. Вы уверены?\n\nПришлите 'Yes, I am totally sure.', чтобы действительно \
                 удалить бота.",
            ),
        }
    }

    /// The news that it is done.
    pub(super) fn done(self) -> Words {
        match self {
            Self::Token | Self::Revoke | Self::JoinGroups | Self::Privacy => STATUS,
            Self::Name => words("Success! Name updated. /help", "Готово! Имя изменено. /help"),
            Self::Description => {
                words("Success! Description updated. /help", "Готово! Описание изменено. /help")
            }
            Self::About => {
                words("Success! About section updated. /help", "Готово! Раздел «О боте» изменён. /help")
            }
            Self::Commands => {
                words("Success! Command list updated. /help", "Готово! Список команд изменён. /help")
            }
            Self::Domain => words("Success! Domain updated. /help", "Готово! Домен изменён. /help"),
            Self::Inline => {
                words("Success! Inline settings updated. /help", "Готово! Встроенный режим изменён. /help")
            }
            Self::Delete => words("Done! The bot is gone. /help", "Готово! Бота больше нет. /help"),
        }
    }
}
