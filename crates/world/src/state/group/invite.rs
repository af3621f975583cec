use crate::ids::{AccountId, Timestamp};
use crate::serde_default::{is_default, is_false};
use serde::{Deserialize, Serialize};

/// A link by which accounts join a group or channel: `https://t.me/+HASH`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteLink {
    /// What stands after `t.me/+`: 16 characters of the base64url alphabet.
    pub hash: Box<str>,
    /// The administrator whose link it is.
    pub creator: AccountId,
    /// When it was made, in seconds since the epoch.
    pub created: i64,
    /// The one link that every administrator who may invite has of its own, without limits.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_primary: bool,
    /// Nobody can join by it any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_revoked: bool,
    /// What can be chosen.
    #[serde(flatten)]
    pub options: LinkOptions,
    /// How many joined by it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub used: u32,
}

/// What an administrator chooses about a link.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinkOptions {
    /// Seen by administrators only; up to 32 characters.
    #[serde(default, skip_serializing_if = "str_is_empty")]
    pub name: Box<str>,
    /// When it ends, in seconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// How many may join by it, 1 to 99999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Whoever opens it asks to join.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_approval: bool,
    /// Membership is paid: seconds, and Stars for each such period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<(u32, u32)>,
}

fn str_is_empty(text: &str) -> bool {
    text.is_empty()
}

impl InviteLink {
    /// Whether it can be used at that time.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        let is_expired = self.options.expires.is_some_and(|at| at <= now.date());
        let is_used_up = self.options.limit.is_some_and(|limit| self.used >= limit);
        !self.is_revoked && !is_expired && !is_used_up
    }

    /// The link, as people are given it.
    pub fn url(&self) -> String {
        format!("https://t.me/+{}", self.hash)
    }
}

/// An account that asked to join and waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingJoin {
    /// Who.
    pub account: AccountId,
    /// When, in seconds since the epoch.
    pub date: i64,
    /// The hash of the link by which it asked; `None` in a public chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Box<str>>,
}
