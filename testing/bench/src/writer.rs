//! Writes journals without a server.

use anyhow::{Result, anyhow};
use parlor_storage::{Journal, Sqlite};
use parlor_world::ops::account::{CreateBot, CreateUser};
use parlor_world::ops::chat::StartBot;
use parlor_world::state::account::{Token, UserProfile};
use parlor_world::{AccountId, Command, Effects, Recorded, Timestamp, World};

/// The bot with the token `1:A`.
pub(crate) const BOT: AccountId = AccountId(1);

/// A world whose events are appended to journals.
pub(crate) struct Writer {
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    events: Vec<Recorded>,
    effects: Effects,
    /// Events that are appended together.
    batch: usize,
}

impl Writer {
    /// A world with the bot.
    pub(crate) fn new(batch: usize) -> Result<Self> {
        let (world, now) = (World::new([7; 16]), Timestamp(1_790_000_000_000));
        let events = vec![world.genesis(now)];
        let mut writer = Self { world, now, events, effects: Effects::default(), batch };
        writer.execute(&CreateBot { token: Token::parse("1:A"), ..CreateBot::default() })?;
        Ok(writer)
    }

    /// Creates a user who has started the bot.
    pub(crate) fn add_user(&mut self, user: AccountId) -> Result<()> {
        let profile = UserProfile { first_name: format!("User {}", user.0).into(), ..UserProfile::default() };
        self.execute(&CreateUser { id: Some(user), profile })?;
        self.execute(&StartBot { user, bot: BOT, payload: None, random_id: None })
    }

    pub(crate) fn execute<C: Command>(&mut self, command: &C) -> Result<()> {
        let done = self.world.handle(command, self.now, &mut self.events, &mut self.effects);
        self.effects.clear();
        done.map(drop).map_err(|refusal| anyhow!("{refusal:?}"))
    }

    /// Appends the new events to each of the journals if they fill a batch.
    pub(crate) fn append(&mut self, journals: &mut [Sqlite]) -> Result<()> {
        if self.events.len() >= self.batch { self.finish(journals) } else { Ok(()) }
    }

    /// Appends all new events.
    pub(crate) fn finish(&mut self, journals: &mut [Sqlite]) -> Result<()> {
        for journal in journals {
            journal.append(journal.len(), &self.events)?;
        }
        self.events.clear();
        Ok(())
    }
}
