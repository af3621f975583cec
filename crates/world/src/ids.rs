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
    /// A basic group, as MTProto names it: positive. Its Bot API id is `-id`.
    GroupId(i64)
);
id!(
    /// A supergroup or channel, as MTProto names it: positive. Its Bot API id is `-1000000000000 - id`.
    ChannelId(i64)
);
id!(
    /// Whose numbering of messages is meant: an account's, by its id, or a channel's, by its Bot API id.
    BoxId(i64)
);

/// The largest id that an account may have: 2^40 - 1.
pub(crate) const MAX_ACCOUNT_ID: i64 = (1 << 40) - 1;

/// Bot API ids below this one are those of channels and supergroups.
///
/// > -1000000000000 - id (core.telegram.org/api/bots/ids)
const CHANNELS: i64 = -1_000_000_000_000;

/// The largest id that a channel may have: Bot API ids below -1997852516352 belong to other kinds of chat.
pub(crate) const MAX_CHANNEL_ID: i64 = 997_852_516_352;

/// The largest id that a basic group may have.
pub(crate) const MAX_GROUP_ID: i64 = 999_999_999_999;

/// A chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatId {
    /// Between two accounts, the smaller id first; twice the same is an account's chat with itself ("Saved Messages").
    /// Made by [`ChatId::private`], which sorts them.
    Private(AccountId, AccountId),
    /// A basic group. Its messages are numbered by each member for itself.
    Group(GroupId),
    /// A supergroup or channel. It numbers its messages itself.
    Channel(ChannelId),
}

impl ChatId {
    /// The private chat of two accounts.
    pub fn private(one: AccountId, other: AccountId) -> Self {
        Self::Private(one.min(other), one.max(other))
    }

    /// The accounts of a private chat, each once; none for groups and channels, whose members the world knows.
    pub fn pair(self) -> impl Iterator<Item = AccountId> {
        let (low, high) = match self {
            Self::Private(low, high) => (Some(low), Some(high).filter(|high| *high != low)),
            Self::Group(_) | Self::Channel(_) => (None, None),
        };
        low.into_iter().chain(high)
    }

    /// The other account of a private chat: for `viewer`'s chat with itself, `viewer`. `None` for groups and channels.
    pub fn other(self, viewer: AccountId) -> Option<AccountId> {
        match self {
            Self::Private(low, high) => Some(if low == viewer { high } else { low }),
            Self::Group(_) | Self::Channel(_) => None,
        }
    }

    /// Whether it is a private chat.
    pub fn is_private(self) -> bool {
        matches!(self, Self::Private(..))
    }

    /// What the Bot API calls this chat when `viewer` asks: a private chat has the other account's id.
    pub fn bot_api_id(self, viewer: AccountId) -> i64 {
        match self {
            Self::Private(low, high) => {
                if low == viewer {
                    high.0
                } else {
                    low.0
                }
            }
            Self::Group(GroupId(id)) => id.saturating_neg(),
            Self::Channel(id) => BoxId::from(id).0,
        }
    }

    /// The chat that the Bot API calls so when `viewer` asks. Whether it exists is not known here.
    pub fn from_bot_api(id: i64, viewer: AccountId) -> Self {
        match id {
            ..CHANNELS => Self::Channel(ChannelId(CHANNELS.saturating_sub(id))),
            CHANNELS..0 => Self::Group(GroupId(id.saturating_neg())),
            0.. => Self::private(viewer, AccountId(id)),
        }
    }

    /// Who numbers this chat's messages when `viewer` looks at them.
    pub fn numbering(self, viewer: AccountId) -> BoxId {
        match self {
            Self::Private(..) | Self::Group(_) => viewer.into(),
            Self::Channel(id) => id.into(),
        }
    }
}

impl From<AccountId> for BoxId {
    fn from(account: AccountId) -> Self {
        Self(account.0)
    }
}

impl From<ChannelId> for BoxId {
    fn from(channel: ChannelId) -> Self {
        Self(CHANNELS.saturating_sub(channel.0))
    }
}

impl BoxId {
    /// The channel whose numbering it is.
    pub fn channel(self) -> Option<ChannelId> {
        (self.0 < CHANNELS).then(|| ChannelId(CHANNELS.saturating_sub(self.0)))
    }
}

/// Which kind of group, or a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// Up to 200 members, each with its own message ids.
    Basic,
    /// A group with its own message ids, usernames, restrictions and topics.
    Supergroup,
    /// Administrators post, subscribers read.
    Channel,
}

/// A message as it was at some moment: its key, and how often it had been edited before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageVersion(pub MessageKey, pub u32);

/// The ids of one message in the boxes that hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageIds {
    /// In a private chat: in the box of the account with the smaller id, then of the other one. Twice the same in a chat
    /// with itself.
    Private(MessageId, MessageId),
    /// In a basic group: in the box of each account that was a member, by account.
    Group(Box<[(AccountId, MessageId)]>),
    /// In a supergroup or channel: in its own box.
    Channel(MessageId),
}

impl MessageIds {
    /// The id by which `viewer` knows it; `None` if the viewer was not in the group when it was sent.
    pub fn for_viewer(&self, chat: ChatId, viewer: AccountId) -> Option<MessageId> {
        match self {
            Self::Private(low, high) => match chat {
                ChatId::Private(first, _) if first != viewer => Some(*high),
                _ => Some(*low),
            },
            Self::Group(ids) => {
                let at = ids.binary_search_by_key(&viewer, |(account, _)| *account).ok()?;
                Some(ids.get(at)?.1)
            }
            Self::Channel(id) => Some(*id),
        }
    }

    /// Every box that holds the message, with the id that it has there.
    pub fn boxes(&self, chat: ChatId) -> Vec<(BoxId, MessageId)> {
        match (self, chat) {
            (Self::Private(low, high), ChatId::Private(first, second)) => {
                let both = [(first.into(), *low), (second.into(), *high)];
                both.into_iter().take(if first == second { 1 } else { 2 }).collect()
            }
            (Self::Group(ids), _) => ids.iter().map(|(account, id)| ((*account).into(), *id)).collect(),
            (Self::Channel(id), ChatId::Channel(channel)) => vec![(channel.into(), *id)],
            (Self::Private(..) | Self::Channel(_), _) => Vec::new(),
        }
    }
}

/// A reference to another message of the same chat. It keeps the ids, since clients are still shown the id of a message
/// that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        assert_eq!(chat.pair().collect::<Vec<_>>(), [ann, bot]);
        assert_eq!((chat.bot_api_id(ann), chat.bot_api_id(bot)), (2, 1));
        let saved = ChatId::private(ann, ann);
        assert_eq!(saved.pair().collect::<Vec<_>>(), [ann]);
        assert_eq!(saved.other(ann), Some(ann));
    }

    #[test]
    fn bot_api_ids_name_every_kind_of_chat() {
        let viewer = AccountId(7);
        for (id, chat) in [
            (5, ChatId::private(viewer, AccountId(5))),
            (-12, ChatId::Group(GroupId(12))),
            (-999_999_999_999, ChatId::Group(GroupId(MAX_GROUP_ID))),
            (-1_000_000_000_012, ChatId::Channel(ChannelId(12))),
            (-1_997_852_516_352, ChatId::Channel(ChannelId(MAX_CHANNEL_ID))),
        ] {
            assert_eq!(ChatId::from_bot_api(id, viewer), chat);
            assert_eq!(chat.bot_api_id(viewer), id);
        }
        assert_eq!(BoxId::from(ChannelId(12)).channel(), Some(ChannelId(12)));
        assert_eq!(BoxId::from(viewer).channel(), None);
    }
}
