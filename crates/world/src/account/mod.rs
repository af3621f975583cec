//! Accounts: people and bots. Everything about them may change but the id.

mod create_bot;
mod create_user;
mod edit_bot;
mod edit_user;
mod patch;

pub(crate) use create_bot::apply_bot_created;
pub use create_bot::{AdoptToken, CreateBot, Token};
pub use create_user::CreateUser;
pub(crate) use create_user::apply_user_created;
pub use edit_bot::{DeleteBot, EditBot, RevokeToken};
pub(crate) use edit_bot::{apply_bot_changed, apply_bot_deleted, apply_token_revoked};
pub use edit_user::{DeleteUser, EditUser};
pub(crate) use edit_user::{apply_user_changed, apply_user_deleted};
pub use patch::{FlagsPatch, ProfilePatch};

use crate::bot::Settings;
use crate::shared::Shared;
use crate::updates::{AllowedUpdates, Log, Webhook};
use crate::{BotId, MessageId, Refusal, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Also the Bot API id of the private chat.
    pub id: UserId,
    /// As it is now; updates keep the profile of their own time.
    pub profile: Shared<UserProfile>,
    /// A deleted account: no names, no username, nobody can write to it.
    pub deleted: bool,
    /// What happened to this person, for the apps that show it.
    pub log: Log,
    /// The two-step password, if one is set.
    pub password: Option<Box<crate::authorization::Password>>,
    pub(crate) next_message: MessageId,
    /// The bots with whom a dialog exists.
    pub(crate) dialogs: Vec<BotId>,
}

/// What a person may change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UserProfile {
    /// 1 to 64 characters; empty only when the account is deleted.
    pub first_name: Box<str>,
    /// Up to 64 characters.
    pub last_name: Option<Box<str>>,
    /// Without `@`, in the case that the person chose.
    pub username: Option<Box<str>>,
    /// The IETF tag of the app's language.
    pub language_code: Option<Box<str>>,
    /// The app keeps its language to itself for now: updates come without `language_code`.
    pub hides_language: bool,
    /// "About", up to 140 characters.
    pub bio: Option<Box<str>>,
    /// Telegram Premium.
    pub is_premium: bool,
    /// Digits of the phone number by which the person may log in over MTProto.
    #[serde(default)]
    pub phone: Option<Box<str>>,
}

impl UserProfile {
    /// The language as bots are told it.
    pub fn shown_language(&self) -> Option<&str> {
        self.language_code.as_deref().filter(|_| !self.hides_language)
    }
}

/// A bot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    /// The digits before the colon of the token.
    pub id: BotId,
    /// Without `@`; ends in `bot`.
    pub username: Box<str>,
    /// The person who made it by BotFather; none when a token or a test did.
    pub owner: Option<UserId>,
    /// BotFather's switches.
    pub flags: BotFlags,
    /// Names, descriptions, commands and menu buttons.
    pub settings: Settings,
    /// The token behind its colon; none once the bot is deleted.
    pub secret: Option<Box<str>>,
    /// How many tokens were made for it, the present one included.
    pub(crate) revision: u32,
    /// The updates that the bot has not confirmed yet; their numbers are `update_id`s.
    pub queue: Log,
    /// Everything that happened to it, its own messages too: for programs that use MTProto, once one has logged in.
    pub log: Option<Log>,
    /// Which updates it asked for.
    pub allowed_updates: AllowedUpdates,
    /// Where updates are pushed, if anywhere.
    pub webhook: Option<Webhook>,
    /// With whom each of its messages was: the first one's at 0, the next one's comes last.
    pub(crate) correspondents: Vec<UserId>,
    /// The groups and channels that people asked this bot to let them join, by their Bot API ids.
    pub(crate) join_chats: BTreeSet<i64>,
    /// The speed limit over all dialogs; see [`crate::limits`].
    #[serde(skip)]
    pub(crate) pace: crate::limits::Pace,
}

impl Bot {
    /// The token: `<id>:<secret>`; none when the bot is deleted, or is BotFather.
    pub fn token(&self) -> Option<String> {
        self.secret.as_ref().filter(|secret| !secret.is_empty()).map(|secret| format!("{}:{secret}", self.id))
    }

    /// Whether it still exists.
    pub fn is_alive(&self) -> bool {
        self.secret.is_some()
    }

    /// The number of its next message, in whatever dialog.
    pub(crate) fn next_message(&self) -> MessageId {
        MessageId(i32::try_from(self.correspondents.len()).unwrap_or(i32::MAX).saturating_add(1))
    }

    /// With whom that message was, be it deleted or not.
    pub(crate) fn correspondent(&self, message: MessageId) -> Option<UserId> {
        let at = usize::try_from(message.0).ok()?.checked_sub(1)?;
        self.correspondents.get(at).copied()
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
}

impl Default for BotFlags {
    /// BotFather's defaults for a new bot.
    fn default() -> Self {
        Self { can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false }
    }
}

/// First name 1 to 64 characters, last name up to 64 (core.telegram.org/method/account.updateProfile).
fn check_names(profile: &UserProfile) -> Result<(), Refusal> {
    let long = |name: &str| name.chars().count() > 64;
    let first = profile.first_name.trim();
    let bad = first.is_empty() || long(first) || profile.last_name.as_deref().is_some_and(long);
    if bad { Err(Refusal::NameInvalid) } else { Ok(()) }
}

/// Absent, not empty: an app that clears a field sends an empty string.
fn normalize(profile: &mut UserProfile) {
    let UserProfile { last_name, username, language_code, bio, phone, .. } = profile;
    for field in [last_name, username, language_code, bio, phone] {
        if field.as_deref().is_some_and(|text| text.trim().is_empty()) {
            *field = None;
        }
    }
}

/// 5 to 32 Latin letters, digits and underscores, not starting with a digit; a bot's ends in `bot`.
fn check_username(username: &str, is_bot: bool) -> Result<(), Refusal> {
    let letters = username.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let start = username.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let ending = !is_bot || username.to_ascii_lowercase().ends_with("bot");
    let fits = letters && start && ending && (5..=32).contains(&username.len());
    if fits { Ok(()) } else { Err(Refusal::UsernameInvalid) }
}
