//! Chats: what all their members share.

use super::group::{Group, InviteLink};
use crate::ids::{ChatId, MessageKey, Timestamp};
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
    /// A group or channel.
    Group(Box<Group>),
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
    /// What a private chat has; `None` for groups and channels.
    pub fn private(&self) -> Option<&PrivateChat> {
        match &self.kind {
            ChatKind::Private(private) => Some(private),
            ChatKind::Group(_) => None,
        }
    }

    pub(crate) fn private_mut(&mut self) -> Option<&mut PrivateChat> {
        match &mut self.kind {
            ChatKind::Private(private) => Some(private),
            ChatKind::Group(_) => None,
        }
    }

    /// What a group or channel has; `None` for private chats.
    pub fn group(&self) -> Option<&Group> {
        match &self.kind {
            ChatKind::Group(group) => Some(group),
            ChatKind::Private(_) => None,
        }
    }

    pub(crate) fn group_mut(&mut self) -> Option<&mut Group> {
        match &mut self.kind {
            ChatKind::Group(group) => Some(group),
            ChatKind::Private(_) => None,
        }
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

/// A user asked to join a chat that a bot administers: what the private chat of the two knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// The group or channel, by its Bot API id.
    #[serde(with = "bot_api_id")]
    pub chat: ChatId,
    /// When.
    pub at: Timestamp,
    /// The invite link by which the user asked; `None` in a public chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Box<InviteLink>>,
    /// Whether it is no longer open: approved, declined or withdrawn.
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_decided: bool,
}

/// Groups and channels, which have the same Bot API id for everybody.
mod bot_api_id {
    use crate::ids::{AccountId, ChatId};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    const NOBODY: AccountId = AccountId(0);

    pub(super) fn serialize<S: Serializer>(chat: &ChatId, serializer: S) -> Result<S::Ok, S::Error> {
        chat.bot_api_id(NOBODY).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ChatId, D::Error> {
        i64::deserialize(deserializer).map(|id| ChatId::from_bot_api(id, NOBODY))
    }
}

impl JoinRequest {
    /// Whether it lets the bot write at this time.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.is_decided && now < self.at.plus_seconds(JOIN_REQUEST_SECONDS)
    }
}
