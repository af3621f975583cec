//! The account of @BotFather, which every world has from its beginning. Its conversation is in [`crate::bot_father`].

use super::{Bot, BotFlags};
use crate::ids::AccountId;
use crate::limits::RateLimiter;
use crate::refusal::BotTextKind;
use crate::state::bot_settings::{BotCommand, BotSettings, CommandScope, two_letters};

/// Telegram's own id for it.
pub const BOT_FATHER: AccountId = AccountId(93_372_553);
/// The only bot whose username need not end in `bot`.
const USERNAME: &str = "BotFather";

/// A text in English and Russian.
#[derive(Clone, Copy)]
pub(crate) struct Localized {
    en: &'static str,
    ru: &'static str,
}

impl Localized {
    pub(crate) const fn new(en: &'static str, ru: &'static str) -> Self {
        Self { en, ru }
    }

    /// In the language of an IETF tag; English unless it is Russian.
    pub(crate) fn of(self, language: &str) -> &'static str {
        if two_letters(language) == "ru" { self.ru } else { self.en }
    }
}

/// The description in an empty chat, and about it.
pub(crate) const INTRODUCTION: Localized = Localized::new(
    "BotFather is the one bot to rule them all. Use it to create new bot accounts and manage your existing bots.",
    "BotFather — бот, который управляет всеми ботами. С ним создают новых ботов и настраивают тех, что уже есть.",
);

/// The menu: each command and what it does.
pub(crate) const COMMANDS: &[(&str, Localized)] = &[
    ("newbot", Localized::new("create a new bot", "создать нового бота")),
    ("mybots", Localized::new("edit your bots", "изменить своих ботов")),
    ("token", Localized::new("get authorization token", "узнать токен")),
    ("revoke", Localized::new("revoke bot access token", "отозвать токен")),
    ("setname", Localized::new("change a bot's name", "изменить имя бота")),
    ("setdescription", Localized::new("change bot description", "изменить описание бота")),
    ("setabouttext", Localized::new("change bot about info", "изменить раздел «О боте»")),
    ("setcommands", Localized::new("change the list of commands", "изменить список команд")),
    ("setdomain", Localized::new("link your bot to a domain", "связать бота с доменом")),
    ("setjoingroups", Localized::new("can your bot be added to groups?", "можно ли добавлять бота в группы")),
    ("setprivacy", Localized::new("toggle privacy mode in groups", "режим приватности в группах")),
    ("setinline", Localized::new("toggle inline mode", "встроенный режим")),
    ("deletebot", Localized::new("delete a bot", "удалить бота")),
    ("cancel", Localized::new("cancel the current operation", "отменить текущее действие")),
];

/// The account.
pub(crate) fn bot_father() -> Bot {
    Bot {
        id: BOT_FATHER,
        username: USERNAME.into(),
        owner: None,
        flags: BotFlags { can_join_groups: false, ..BotFlags::default() },
        settings: settings(),
        secret: None,
        token_version: 0,
        is_deleted: false,
        rate: RateLimiter::default(),
    }
}

fn settings() -> BotSettings {
    let mut settings = BotSettings::named(USERNAME);
    for language in ["", "ru"] {
        for kind in [BotTextKind::Description, BotTextKind::ShortDescription] {
            settings.set_text(kind, language, INTRODUCTION.of(language));
        }
        let command = |(command, does): &(&str, Localized)| BotCommand {
            command: (*command).to_owned(),
            description: does.of(language).to_owned(),
        };
        let commands: Vec<_> = COMMANDS.iter().map(command).collect();
        settings.set_commands(&CommandScope::Default, language, &commands);
    }
    settings
}
