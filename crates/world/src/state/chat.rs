//! Chats: what all their members share.

use crate::ids::{GroupId, MessageKey, Timestamp};
use crate::serde_default::is_default;
use serde::{Deserialize, Serialize};

/// A chat. What only one member knows of it is in that member's [`super::dialog::Dialog`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Chat {
    /// What depends on the kind of chat.
    pub kind: ChatKind,
    /// Every message that still exists for a member, oldest first. Each member's ids grow in the same order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<MessageKey>,
    /// Pinned messages, in the order of pinning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pinned: Vec<MessageKey>,
}

/// The kinds of chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// Between two accounts.
    Private(PrivateChat),
}

impl Default for ChatKind {
    fn default() -> Self {
        Self::Private(PrivateChat::default())
    }
}

/// What there is to know about a private chat.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PrivateChat {
    /// Between a user and a bot: the user has written to the bot. Any first message counts, not only `/start`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_started: bool,
    /// The last chat that the user asked to join and the bot administers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_request: Option<Box<JoinRequest>>,
}

impl Chat {
    /// What a private chat has.
    pub fn private(&self) -> &PrivateChat {
        let ChatKind::Private(private) = &self.kind;
        private
    }

    pub(crate) fn private_mut(&mut self) -> &mut PrivateChat {
        let ChatKind::Private(private) = &mut self.kind;
        private
    }

    /// Removes a message from the list and from the pinned ones.
    pub(crate) fn remove(&mut self, message: MessageKey) {
        if let Ok(at) = self.messages.binary_search(&message) {
            self.messages.remove(at);
        }
        self.pinned.retain(|pinned| *pinned != message);
    }
}

/// > user_chat_id: The bot can use this identifier for 5 minutes to send messages until the join request is processed
const JOIN_REQUEST_SECONDS: i64 = 5 * 60;

/// A user asked to join a chat that a bot administers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The chat.
    pub chat: GroupId,
    /// The chat's title.
    pub title: String,
    /// A channel, or else a group.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_channel: bool,
    /// When.
    pub at: Timestamp,
    /// Whether an administrator approved or declined it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_decided: bool,
}

impl JoinRequest {
    /// Whether it lets the bot write at this time.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.is_decided && now < self.at.plus_seconds(JOIN_REQUEST_SECONDS)
    }
}
