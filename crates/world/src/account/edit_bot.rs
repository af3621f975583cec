use super::create_user::{claim, free};
use super::{BotFlags, FlagsPatch, check_username};
use crate::bot::{SetText, TextKind};
use crate::{AccountId, BotId, Command, Event, Refusal, Timestamp, World};

/// Changes a bot as its owner does at BotFather: all of it, or nothing if a part is refused.
pub struct EditBot {
    /// The bot.
    pub bot: BotId,
    /// A new username.
    pub username: Option<String>,
    /// Only the switches that change.
    pub flags: FlagsPatch,
    /// Texts for all languages.
    pub texts: Vec<(TextKind, String)>,
}

impl EditBot {
    /// An edit that changes nothing yet.
    pub fn new(bot: BotId) -> Self {
        Self { bot, username: None, flags: FlagsPatch::default(), texts: Vec::new() }
    }
}

impl Command for EditBot {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.own_bot(self.bot)?;
        let username = self.username.as_deref().unwrap_or(&bot.username);
        check_username(username, true)?;
        free(world, username, Some(AccountId::Bot(self.bot)))?;
        let flags = self.flags.apply(bot.flags);
        if *username != *bot.username || flags != bot.flags {
            events.push(Event::BotChanged { bot: self.bot, username: username.to_owned(), flags });
        }
        for (kind, text) in &self.texts {
            let (language, text) = (String::new(), text.clone());
            SetText { bot: self.bot, kind: *kind, language, text }.decide(world, now, events)?;
        }
        Ok(())
    }
}

/// /revoke: the old token stops working, a new one is made.
pub struct RevokeToken {
    /// Which bot.
    pub bot: BotId,
}

impl Command for RevokeToken {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.own_bot(self.bot)?;
        let secret = world.key.token_secret(self.bot.0, i64::from(bot.revision) + 1);
        events.push(Event::TokenRevoked { bot: self.bot, secret });
        Ok(())
    }
}

/// /deletebot
pub struct DeleteBot {
    /// Which bot.
    pub bot: BotId,
}

impl Command for DeleteBot {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.own_bot(self.bot)?;
        events.push(Event::BotDeleted { bot: self.bot });
        Ok(())
    }
}

pub(crate) fn apply_bot_changed(world: &mut World, id: BotId, username: &str, flags: BotFlags) {
    let Some(bot) = world.bots.get_mut(&id) else { return };
    bot.flags = flags;
    let old = std::mem::replace(&mut bot.username, username.into());
    claim(world, AccountId::Bot(id), Some(&old), Some(username));
}

pub(crate) fn apply_token_revoked(world: &mut World, id: BotId, secret: &str) {
    let Some(bot) = world.bots.get_mut(&id) else { return };
    bot.secret = Some(secret.into());
    bot.revision += 1;
    world.end_authorizations(AccountId::Bot(id));
}

pub(crate) fn apply_bot_deleted(world: &mut World, id: BotId) {
    let Some(bot) = world.bots.get_mut(&id) else { return };
    bot.secret = None;
    bot.webhook = None;
    bot.queue.clear();
    let username = bot.username.clone();
    claim(world, AccountId::Bot(id), Some(&username), None);
    world.end_authorizations(AccountId::Bot(id));
}
