use super::names::{assign_username, check_id, ensure_username_available, next_id};
use crate::event::{AccountEvent, BotCreated, Event};
use crate::ids::{AccountId, Timestamp};
use crate::keyed::HashDomain;
use crate::limits::RateLimiter;
use crate::ops::Command;
use crate::refusal::{BotTextKind, Refusal};
use crate::state::World;
use crate::state::account::{Bot, BotFlags, Token, check_username};
use crate::state::bot_settings::BotSettings;
use crate::state::update_queue::UpdateQueue;

/// Ids of bots that the caller did not choose start here.
const FIRST_BOT: AccountId = AccountId(7_000_000_001);

/// A new bot.
#[derive(Debug, Clone, Default)]
pub struct CreateBot {
    /// The token, or only the id, or neither: what is missing is made.
    pub token: Option<Token>,
    /// Ignored if there is a token.
    pub id: Option<AccountId>,
    /// Made from the id if absent.
    pub username: Option<String>,
    /// The username if absent.
    pub name: Option<String>,
    /// The user who makes it with BotFather.
    pub owner: Option<AccountId>,
    /// BotFather's switches.
    pub flags: BotFlags,
}

impl Command for CreateBot {
    type Outcome = AccountId;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<AccountId, Refusal> {
        let bot = match self.token.as_ref().map(|token| token.bot).or(self.id) {
            Some(id) => check_id(world, id)?,
            None => next_id(world, FIRST_BOT),
        };
        let username = match &self.username {
            Some(username) => username.strip_prefix('@').unwrap_or(username).to_owned(),
            None => format!("b{bot}_bot"),
        };
        check_username(&username, true)?;
        ensure_username_available(world, &username, None::<AccountId>)?;
        let name = self.name.clone().unwrap_or_else(|| username.clone());
        if name.trim().is_empty() || name.chars().count() > BotTextKind::Name.limit() {
            return Err(Refusal::NameInvalid);
        }
        let secret = match &self.token {
            Some(token) => token.secret.to_string(),
            None => world.key.token_secret(bot.0, 1),
        };
        let (flags, owner, first_update) = (self.flags, self.owner, first_update(world, bot));
        let created = BotCreated { bot, name, username, secret, flags, owner, first_update };
        events.push(AccountEvent::BotCreated(created).into());
        Ok(bot)
    }
}

/// > Update identifiers start from a certain positive number and increase sequentially.
///
/// Nine digits, as bots are used to.
fn first_update(world: &World, bot: AccountId) -> i64 {
    let chance = world.key.number(HashDomain::FirstUpdate, bot.0, 0);
    100_000_000 + (chance % 800_000_000).cast_signed()
}

/// A program shows a token: that bot, made on first use unless the world is strict.
pub struct AdoptToken(
    /// What the program shows.
    pub Token,
);

impl Command for AdoptToken {
    type Outcome = AccountId;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<AccountId, Refusal> {
        let Self(token) = self;
        match world.bot(token.bot) {
            Some(bot) if bot.secret.as_deref() == Some(&token.secret) => Ok(bot.id),
            Some(_) => Err(Refusal::TokenInvalid),
            None if world.rules.strict_tokens => Err(Refusal::TokenInvalid),
            None => CreateBot { token: Some(token.clone()), ..CreateBot::default() }
                .decide(world, now, events)
                .map_err(|_| Refusal::TokenInvalid),
        }
    }
}

pub(super) fn apply(world: &mut World, created: &BotCreated) {
    let BotCreated { bot: id, name, username, secret, flags, owner, first_update } = created;
    assign_username(world, *id, None, Some(username));
    let bot = Bot {
        id: *id,
        username: username.as_str().into(),
        owner: *owner,
        flags: *flags,
        settings: BotSettings::named(name),
        secret: Some(secret.as_str().into()),
        token_version: 1,
        is_deleted: false,
        rate: RateLimiter::default(),
    };
    world.bots.insert(*id, Box::new(bot));
    world.queues.insert(*id, UpdateQueue::new(*first_update));
}
