use crate::ids::{AccountId, ChatId, MessageKey, QueryId};
use crate::state::query::QueryAnswer;
use serde::{Deserialize, Serialize};

/// What happens to queries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryEvent {
    /// A user pressed an inline button with callback data.
    ButtonPressed { query: QueryId, chat: ChatId, by: AccountId, message: MessageKey, data: String },
    /// The bot answered.
    Answered { query: QueryId, answer: QueryAnswer },
}
