//! Identifiers and time. Distinct types, never bare integers: a chat's id where a message's is wanted must not compile.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// An account: a user or a bot, in one id space. Positive, at most 2^40 - 1 (core.telegram.org/api/bots/ids); also
    /// the Bot API id of the private chat with that account.
    AccountId(i64)
);
id!(
    /// A message in this world, whoever looks at it. Never shown to clients; grows with every message.
    MessageKey(u64)
);
id!(
    /// A message's id in one message box. Starts at 1, grows by 1, is never given twice.
    MessageId(i32)
);
id!(
    /// The Bot API's `update_id`: contiguous in one bot's queue.
    UpdateId(i32)
);
id!(
    /// The id of a query that a bot must answer; 64 bits, a decimal string in the Bot API.
    QueryId(i64)
);
id!(
    /// A group's or channel's Bot API id. Such chats are known by their requests to join only.
    GroupId(i64)
);

/// The largest id that an account may have: 2^40 - 1.
pub(crate) const MAX_ACCOUNT_ID: i64 = (1 << 40) - 1;

/// A chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatId {
    /// Between two accounts, the smaller id first; twice the same is an account's chat with itself ("Saved Messages").
    /// Made by [`ChatId::private`], which sorts them.
    Private(AccountId, AccountId),
}

impl ChatId {
    /// The private chat of two accounts.
    pub fn private(one: AccountId, other: AccountId) -> Self {
        Self::Private(one.min(other), one.max(other))
    }

    /// The accounts of a private chat, each once.
    pub fn members(self) -> impl Iterator<Item = AccountId> {
        let Self::Private(low, high) = self;
        std::iter::once(low).chain((low != high).then_some(high))
    }

    /// The other account of a private chat: for `viewer`'s chat with itself, `viewer`.
    pub fn other(self, viewer: AccountId) -> AccountId {
        let Self::Private(low, high) = self;
        if low == viewer { high } else { low }
    }

    /// What the Bot API calls this chat when `viewer` asks: a private chat has the other account's id.
    pub fn bot_api_id(self, viewer: AccountId) -> i64 {
        self.other(viewer).0
    }
}

/// A message as it was at some moment: its key, and how often it had been edited before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageVersion(pub MessageKey, pub u32);

/// The ids of one message in the boxes that hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageIds {
    /// In a private chat: in the box of the account with the smaller id, then of the other one. Twice the same in a chat
    /// with itself.
    Private(MessageId, MessageId),
}

impl MessageIds {
    /// The id in the box of `viewer`, a member of the chat.
    pub fn for_viewer(self, chat: ChatId, viewer: AccountId) -> MessageId {
        let (Self::Private(low, high), ChatId::Private(first, _)) = (self, chat);
        if viewer == first { low } else { high }
    }
}

/// A reference to another message of the same chat. It keeps the ids, since clients are still shown the id of a message
/// that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRef {
    /// The message, if it still exists.
    pub key: MessageKey,
    /// Its ids.
    pub ids: MessageIds,
}

/// Milliseconds since the Unix epoch, on the world's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Whole seconds since the epoch: what Telegram calls `date`.
    pub fn date(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_chat_is_the_same_from_both_ends() {
        let (ann, bot) = (AccountId(1), AccountId(2));
        let chat = ChatId::private(bot, ann);
        assert_eq!(chat, ChatId::private(ann, bot));
        assert_eq!(chat.members().collect::<Vec<_>>(), [ann, bot]);
        assert_eq!((chat.bot_api_id(ann), chat.bot_api_id(bot)), (2, 1));
        let saved = ChatId::private(ann, ann);
        assert_eq!(saved.members().collect::<Vec<_>>(), [ann]);
        assert_eq!(saved.other(ann), ann);
    }
}
