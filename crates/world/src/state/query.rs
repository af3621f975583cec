//! Queries: what a bot must answer in time.

use crate::ids::{AccountId, ChatId, MessageKey, Timestamp};
use serde::{Deserialize, Serialize};

/// How long a query can be answered. Telegram doesn't say; bots observe some 15 seconds. (unverified)
pub const ANSWER_SECONDS: i64 = 15;

/// Something that a user asked a bot, and that is not forgotten yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The user who asked.
    pub from: AccountId,
    /// The bot that must answer.
    pub to: AccountId,
    /// What was asked.
    pub kind: QueryKind,
    /// When.
    pub asked_at: Timestamp,
    /// The bot's answer, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<QueryAnswer>,
}

/// The kinds of query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryKind {
    /// A press on an inline button with callback data.
    Callback { chat: ChatId, message: MessageKey },
}

/// What the user's app shows when the bot answers a press.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueryAnswer {
    /// Empty shows nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// In a box that must be closed, instead of a note at the top.
    #[serde(default, skip_serializing_if = "crate::serde_default::is_false")]
    pub show_alert: bool,
    /// Opened by the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// For how many seconds the app may answer the same press by itself.
    #[serde(default, skip_serializing_if = "crate::serde_default::is_default")]
    pub cache_time: u32,
}

impl Query {
    /// Whether an answer would come too late.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.asked_at.plus_seconds(ANSWER_SECONDS)
    }

    /// The chat in which it was asked.
    pub fn chat(&self) -> ChatId {
        let QueryKind::Callback { chat, .. } = self.kind;
        chat
    }
}
