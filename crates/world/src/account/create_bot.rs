use super::create_user::{claim, free, free_id, next_id};
use super::{Bot, BotFlags, check_username};
use crate::bot::{Settings, TextKind};
use crate::updates::{AllowedUpdates, Log};
use crate::{AccountId, BotId, Command, Event, Refusal, Timestamp, UserId, World};
use std::collections::BTreeSet;
use std::fmt;

/// Ids of bots that the caller did not choose start here.
const FIRST_BOT: i64 = 7_000_000_001;

/// A well-formed bot token: `<id>:<secret>`. Its `Debug` never shows the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The bot.
    pub bot: BotId,
    /// 1 to 80 characters of the base64url alphabet.
    pub secret: Box<str>,
}

impl Token {
    /// Digits, a colon, then letters, digits, `_` and `-`; at most 80 characters in all, as the Bot API server
    /// has it.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_once(':')?;
        let digits = !id.starts_with('0') && id.bytes().all(|b| b.is_ascii_digit());
        let alphabet = secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !digits || secret.is_empty() || !alphabet || text.len() > 80 {
            return None;
        }
        let bot = BotId(id.parse().ok()?);
        Some(Self { bot, secret: secret.into() })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}:…)", self.bot)
    }
}

/// A new bot.
#[derive(Debug, Clone, Default)]
pub struct CreateBot {
    /// The token, or only the id, or neither: what is missing is made.
    pub token: Option<Token>,
    /// Ignored when there is a token.
    pub id: Option<BotId>,
    /// Made from the id if absent.
    pub username: Option<String>,
    /// The username if absent.
    pub name: Option<String>,
    /// The person who makes it, by BotFather.
    pub owner: Option<UserId>,
    /// BotFather's switches.
    pub flags: BotFlags,
}

impl Command for CreateBot {
    type Outcome = BotId;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<BotId, Refusal> {
        let bot = match self.token.as_ref().map(|token| token.bot).or(self.id) {
            Some(id) => BotId(free_id(world, id.0)?),
            None => BotId(next_id(world, FIRST_BOT)),
        };
        let username = match &self.username {
            Some(username) => username.strip_prefix('@').unwrap_or(username).to_owned(),
            None => format!("b{bot}_bot"),
        };
        check_username(&username, true)?;
        free(world, &username, None)?;
        let name = self.name.clone().unwrap_or_else(|| username.clone());
        if name.trim().is_empty() || name.chars().count() > TextKind::Name.limit() {
            return Err(Refusal::NameInvalid);
        }
        let secret = match &self.token {
            Some(token) => token.secret.to_string(),
            None => world.key.token_secret(bot.0, 1),
        };
        let (flags, owner) = (self.flags, self.owner);
        events.push(Event::BotCreated { bot, name, username, secret, flags, owner });
        Ok(bot)
    }
}

/// A program shows a token: that bot, made on first use unless the world is strict.
pub struct AdoptToken(
    /// What the program shows.
    pub Token,
);

impl Command for AdoptToken {
    type Outcome = BotId;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<BotId, Refusal> {
        let Self(token) = self;
        match world.bots.get(&token.bot) {
            Some(bot) if bot.secret.as_deref() == Some(&token.secret) => Ok(bot.id),
            Some(_) => Err(Refusal::TokenInvalid),
            None if world.rules.strict_tokens => Err(Refusal::TokenInvalid),
            None => CreateBot { token: Some(token.clone()), ..CreateBot::default() }
                .decide(world, now, events)
                .map_err(|_| Refusal::TokenInvalid),
        }
    }
}

pub(crate) fn apply_bot_created(
    world: &mut World,
    id: BotId,
    name: &str,
    username: &str,
    secret: &str,
    flags: BotFlags,
    owner: Option<UserId>,
) {
    claim(world, AccountId::Bot(id), None, Some(username));
    let bot = Bot {
        id,
        username: username.into(),
        owner,
        flags,
        settings: Settings::named(name),
        secret: Some(secret.into()),
        revision: 1,
        queue: Log::new(world.first_update(id)),
        log: None,
        allowed_updates: AllowedUpdates::default(),
        webhook: None,
        correspondents: Vec::new(),
        join_chats: BTreeSet::new(),
        pace: crate::limits::Pace::default(),
    };
    world.bots.insert(id, bot);
}

impl World {
    /// > Update identifiers start from a certain positive number and increase sequentially.
    ///
    /// Nine digits, as bots are used to.
    fn first_update(&self, bot: BotId) -> i64 {
        let chance = self.key.number(crate::keyed::Purpose::FirstUpdate, bot.0, 0);
        100_000_000 + (chance % 800_000_000).cast_signed()
    }
}
