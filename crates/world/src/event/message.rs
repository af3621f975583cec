use crate::content::Content;
use crate::ids::{AccountId, ChatId, MessageKey};
use crate::markup::Markup;
use crate::serde_default::is_false;
use crate::state::message::{Message, Reaction};
use serde::{Deserialize, Serialize};

/// What happens to messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageEvent {
    /// A message was sent.
    Sent(Box<Message>),
    /// A message's content or keyboard changed.
    Edited { message: MessageKey, by: AccountId, edit: Edit },
    /// Messages are gone for all members.
    Deleted { chat: ChatId, messages: Vec<MessageKey> },
    /// An account deleted messages for itself only.
    Hidden { chat: ChatId, by: AccountId, messages: Vec<MessageKey> },
    /// A message was pinned or unpinned.
    Pinned { message: MessageKey, is_pinned: bool },
    /// All messages of a chat were unpinned.
    AllUnpinned { chat: ChatId },
    /// The reactions of one account to a message are now these.
    ReactionsSet { message: MessageKey, by: AccountId, reactions: Vec<Reaction> },
}

/// What a message has after an edit: all of it that can be edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The content.
    pub content: Content,
    /// The keyboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markup: Option<Markup>,
    /// Only the keyboard changed: apps don't show "edited" then.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_hidden: bool,
}
