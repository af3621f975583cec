use crate::ids::AccountId;
use crate::limits::RateLimiter;
use crate::serde_default::is_false;
use crate::state::bot_settings::BotSettings;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A bot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    /// The digits before the colon of the token.
    pub id: AccountId,
    /// Without `@`; ends in `bot`.
    pub username: Box<str>,
    /// The user who made it by BotFather; `None` if it was made by a token or a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<AccountId>,
    /// BotFather's switches.
    pub flags: BotFlags,
    /// Names, descriptions, commands and menu buttons.
    pub settings: BotSettings,
    /// The token after its colon; `None` for a deleted bot and for BotFather, which has no program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Box<str>>,
    /// How many tokens were made for it, the present one included.
    pub(crate) token_version: u32,
    /// Deleted by its owner.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_deleted: bool,
    /// The speed limit over all chats; see [`crate::limits`].
    #[serde(skip)]
    pub(crate) rate: RateLimiter,
}

impl Bot {
    /// The token, `<id>:<secret>`; `None` for a deleted bot and for BotFather.
    pub fn token(&self) -> Option<String> {
        self.secret.as_ref().map(|secret| format!("{}:{secret}", self.id))
    }
}

/// A well-formed bot token: `<id>:<secret>`. Its `Debug` never shows the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The bot.
    pub bot: AccountId,
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
        let bot = AccountId(id.parse().ok()?);
        Some(Self { bot, secret: secret.into() })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}:…)", self.bot)
    }
}

/// What BotFather lets the owner switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotFlags {
    /// /setjoingroups
    pub can_join_groups: bool,
    /// /setprivacy, off
    pub can_read_all_group_messages: bool,
    /// /setinline
    pub supports_inline_queries: bool,
    /// Bot-to-Bot Communication Mode (core.telegram.org/bots/features): exchanges messages with bots that have it too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub talks_to_bots: bool,
}

impl Default for BotFlags {
    /// BotFather's defaults for a new bot.
    fn default() -> Self {
        Self {
            can_join_groups: true,
            can_read_all_group_messages: false,
            supports_inline_queries: false,
            talks_to_bots: false,
        }
    }
}

/// Changes to a bot's switches: `None` keeps one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlagsPatch {
    /// See [`BotFlags::can_join_groups`].
    pub can_join_groups: Option<bool>,
    /// See [`BotFlags::can_read_all_group_messages`].
    pub can_read_all_group_messages: Option<bool>,
    /// See [`BotFlags::supports_inline_queries`].
    pub supports_inline_queries: Option<bool>,
    /// See [`BotFlags::talks_to_bots`].
    pub talks_to_bots: Option<bool>,
}

impl FlagsPatch {
    /// Returns the switches with the changes.
    pub fn apply(self, old: BotFlags) -> BotFlags {
        BotFlags {
            can_join_groups: self.can_join_groups.unwrap_or(old.can_join_groups),
            can_read_all_group_messages: self
                .can_read_all_group_messages
                .unwrap_or(old.can_read_all_group_messages),
            supports_inline_queries: self.supports_inline_queries.unwrap_or(old.supports_inline_queries),
            talks_to_bots: self.talks_to_bots.unwrap_or(old.talks_to_bots),
        }
    }
}
