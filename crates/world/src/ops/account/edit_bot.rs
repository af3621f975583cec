use super::names::{assign_username, ensure_username_available};
use crate::event::{AccountEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::ops::bot::SetBotText;
use crate::ops::session::end_sessions;
use crate::refusal::{BotTextKind, Refusal};
use crate::state::World;
use crate::state::account::{BotFlags, FlagsPatch, check_username};

/// Changes a bot as its owner does with BotFather: all of it, or nothing if a part is refused.
pub struct EditBot {
    /// The bot.
    pub bot: AccountId,
    /// A new username.
    pub username: Option<String>,
    /// Only the switches that change.
    pub flags: FlagsPatch,
    /// Texts for all languages.
    pub texts: Vec<(BotTextKind, String)>,
}

impl EditBot {
    /// An edit that changes nothing yet.
    pub fn new(bot: AccountId) -> Self {
        Self { bot, username: None, flags: FlagsPatch::default(), texts: Vec::new() }
    }
}

impl Command for EditBot {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.editable_bot(self.bot)?;
        let username = self.username.as_deref().unwrap_or(&bot.username);
        check_username(username, true)?;
        ensure_username_available(world, username, Some(self.bot))?;
        let flags = self.flags.apply(bot.flags);
        if *username != *bot.username || flags != bot.flags {
            let username = username.to_owned();
            events.push(AccountEvent::BotChanged { bot: self.bot, username, flags }.into());
        }
        for (kind, text) in &self.texts {
            let (language, text) = (String::new(), text.clone());
            SetBotText { bot: self.bot, kind: *kind, language, text }.decide(world, now, events)?;
        }
        Ok(())
    }
}

/// /revoke: the old token stops working, a new one is made.
pub struct RevokeToken {
    /// Which bot.
    pub bot: AccountId,
}

impl Command for RevokeToken {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let bot = world.editable_bot(self.bot)?;
        let secret = world.key.token_secret(self.bot.0, i64::from(bot.token_version) + 1);
        events.push(AccountEvent::TokenRevoked { bot: self.bot, secret }.into());
        Ok(())
    }
}

pub(super) fn apply(world: &mut World, id: AccountId, username: &str, flags: BotFlags) {
    let Some(bot) = world.bot_mut(id) else { return };
    bot.flags = flags;
    let old = std::mem::replace(&mut bot.username, username.into());
    assign_username(world, id, Some(&old), Some(username));
}

pub(super) fn apply_token(world: &mut World, id: AccountId, secret: &str) {
    let Some(bot) = world.bot_mut(id) else { return };
    bot.secret = Some(secret.into());
    bot.token_version += 1;
    end_sessions(world, id);
}
