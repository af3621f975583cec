use super::create_user::{claim, free};
use super::{BotFlags, check_username};
use crate::{AccountId, BotId, Command, Event, Refusal, Timestamp, World};

/// The owner changes what only BotFather can.
pub struct EditBot {
    /// Which.
    pub bot: BotId,
    /// A new username.
    pub username: Option<String>,
    /// New switches.
    pub flags: Option<BotFlags>,
}

impl Command for EditBot {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.own_bot(self.bot)?;
        let username = self.username.as_deref().unwrap_or(&bot.username);
        check_username(username, true)?;
        free(world, username, Some(AccountId::Bot(self.bot)))?;
        let flags = self.flags.unwrap_or(bot.flags);
        if *username != *bot.username || flags != bot.flags {
            events.push(Event::BotChanged { bot: self.bot, username: username.to_owned(), flags });
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
