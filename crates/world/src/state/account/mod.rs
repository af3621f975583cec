//! Accounts: users and bots. Everything about them may change but the id.

mod bot;
mod bot_father;
mod user;

pub use bot::{Bot, BotFlags, FlagsPatch, Token};
pub use bot_father::BOT_FATHER;
pub(crate) use bot_father::{COMMANDS as BOT_FATHER_COMMANDS, Localized, bot_father};
pub use user::{ProfilePatch, User, UserProfile};

use crate::ids::AccountId;
use crate::refusal::Refusal;

/// An account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Account<'w> {
    /// A person's.
    User(&'w User),
    /// A program's.
    Bot(&'w Bot),
}

impl<'w> Account<'w> {
    /// Its id.
    pub fn id(self) -> AccountId {
        match self {
            Self::User(user) => user.id,
            Self::Bot(bot) => bot.id,
        }
    }

    /// Whether it still exists for others.
    pub fn is_deleted(self) -> bool {
        match self {
            Self::User(user) => user.is_deleted,
            Self::Bot(bot) => bot.is_deleted,
        }
    }

    /// The username, without `@`.
    pub fn username(self) -> Option<&'w str> {
        match self {
            Self::User(user) => user.profile.username.as_deref(),
            Self::Bot(bot) => Some(&bot.username),
        }
    }
}

/// 5 to 32 Latin letters, digits and underscores, not starting with a digit; a bot's ends in `bot`.
///
/// # Errors
/// [`Refusal::UsernameInvalid`].
pub fn check_username(username: &str, is_bot: bool) -> Result<(), Refusal> {
    let letters = username.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let start = username.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let ending = !is_bot || username.to_ascii_lowercase().ends_with("bot");
    let fits = letters && start && ending && (5..=32).contains(&username.len());
    if fits { Ok(()) } else { Err(Refusal::UsernameInvalid) }
}
