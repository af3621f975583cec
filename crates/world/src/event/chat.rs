use crate::ids::{AccountId, ChatId, MessageId};
use crate::state::chat::JoinRequest;
use crate::state::dialog::ChatAction;
use serde::{Deserialize, Serialize};

/// What happens to chats, and to an account's view of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatEvent {
    /// An account came to know the other one without a message.
    ContactRecorded { chat: ChatId, by: AccountId },
    /// A user asked to join a chat that the bot administers; `chat` is the private chat of the two.
    JoinRequested { chat: ChatId, request: JoinRequest },
    /// An administrator decided on that.
    JoinDecided { chat: ChatId, approved: bool },
    /// An account blocked the other one, or unblocked it.
    BlockChanged { chat: ChatId, by: AccountId, is_blocked: bool },
    /// An account read up to a message, by its own id.
    Read { chat: ChatId, by: AccountId, up_to: MessageId },
    /// "typing…": transient, never stored; `None` ends it.
    ActionShown { chat: ChatId, by: AccountId, action: Option<ChatAction> },
}
