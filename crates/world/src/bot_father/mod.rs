//! @BotFather: the one bot that is part of the world itself.
//!
//! It has no program. Whatever a person writes to it, or presses, is answered in the same step as it is heard, by the
//! same commands that everybody uses: so it works over every protocol, in every world, on any clock, and what it
//! was asking for outlives a restart. Start with `hear`; the conversation is `talk.rs`, /mybots is `menus.rs`.

mod menus;
mod talk;
mod words;

use crate::account::{Bot, BotFlags};
use crate::bot::{BotCommand, CommandScope, Settings, TextKind};
use crate::updates::{AllowedUpdates, Log};
use crate::{BotId, CallbackId, Event, MessageId, Recorded, Side, Timestamp, UserId, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use talk::Talk;
use words::Words;

/// Telegram's own.
pub const ID: BotId = BotId(93_372_553);
/// The only bot whose username need not end in `bot`.
pub const USERNAME: &str = "BotFather";

/// What a bot's owner can ask BotFather to change or to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Topic {
    /// /token
    Token,
    /// /revoke
    Revoke,
    /// /setname
    Name,
    /// /setdescription
    Description,
    /// /setabouttext
    About,
    /// /setcommands
    Commands,
    /// /setdomain
    Domain,
    /// /setjoingroups
    JoinGroups,
    /// /setprivacy
    Privacy,
    /// /setinline
    Inline,
    /// /deletebot
    Delete,
}

/// What BotFather waits to be told by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// How a new bot is to be called.
    NewName,
    /// The username of a new bot.
    NewUsername { name: String },
    /// Which bot it is about.
    Which(Topic),
    /// The new value.
    Value(Topic, BotId),
}

/// Something that a person said to BotFather.
#[derive(Debug)]
pub(crate) struct Heard {
    user: UserId,
    said: Said,
}

#[derive(Debug)]
enum Said {
    Text(String),
    /// A button of one of its messages, by BotFather's own id, with the button's data.
    Press(CallbackId, MessageId, String),
}

/// Whether an event is something that BotFather answers.
pub(crate) fn heard(event: &Event) -> Option<Heard> {
    let (dialog, said) = match event {
        Event::MessageSent { dialog, message } if message.from == Side::User => {
            (dialog, Said::Text(message.text(Side::User)?.text.into()))
        }
        Event::CallbackAsked { id, dialog, message, data } => {
            (dialog, Said::Press(*id, *message, data.clone()))
        }
        _ => return None,
    };
    (dialog.bot == ID).then_some(Heard { user: dialog.user, said })
}

/// Answers, in the same step.
pub(crate) fn hear(world: &mut World, now: Timestamp, journal: &mut Vec<Recorded>, heard: Heard) {
    let Heard { user, said } = heard;
    let talk = Talk { world, now, journal, user };
    match said {
        Said::Text(text) => talk.answer(&text),
        Said::Press(id, message, data) => talk.pressed(id, message, &data),
    }
}

/// The account, which every world has from its birth.
pub(crate) fn account() -> Bot {
    Bot {
        id: ID,
        username: USERNAME.into(),
        owner: None,
        flags: BotFlags { can_join_groups: false, ..BotFlags::default() },
        settings: settings(),
        // No token has an empty secret: nobody can log in.
        secret: Some("".into()),
        revision: 1,
        queue: Log::new(1),
        log: None,
        allowed_updates: AllowedUpdates::default(),
        webhook: None,
        correspondents: Vec::new(),
        join_chats: BTreeSet::new(),
        pace: crate::limits::Pace::default(),
    }
}

/// What it says about itself.
fn settings() -> Settings {
    let mut settings = Settings::named(USERNAME);
    for language in ["", "ru"] {
        for kind in [TextKind::Description, TextKind::ShortDescription] {
            settings.set_text(kind, language, words::INTRODUCTION.of(language));
        }
        let command = |(command, does): &(&str, Words)| BotCommand {
            command: (*command).to_owned(),
            description: does.of(language).to_owned(),
        };
        let commands: Vec<_> = words::COMMANDS.iter().map(command).collect();
        settings.set_commands(&CommandScope::Default, language, &commands);
    }
    settings
}

/// The open questions, by who was asked.
pub(crate) type Questions = BTreeMap<UserId, Question>;

pub(crate) fn apply_asked(world: &mut World, user: UserId, question: Option<&Question>) {
    match question {
        Some(question) => drop(world.questions.insert(user, question.clone())),
        None => drop(world.questions.remove(&user)),
    }
}
