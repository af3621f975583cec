//! Ids and time. Distinct types, never bare integers: a user id in the place of a message id must not compile.

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
    /// A person's account. Positive, at most 2^40 - 1 (core.telegram.org/api/bots/ids); it is also the Bot API id
    /// of the private chat with that person.
    UserId(i64)
);
id!(
    /// A bot's account: the digits before the colon of its token. Shares one id space with [`UserId`].
    BotId(i64)
);
id!(
    /// A message's id in one account's own numbering: the two sides of a dialog know the same message by
    /// different ids. Starts at 1, grows by 1, is never given twice.
    MessageId(i32)
);
id!(
    /// The Bot API's `update_id`: contiguous in one bot's queue.
    UpdateId(i32)
);
id!(
    /// A callback query's id; 64 bits, sent as a decimal string by the Bot API.
    CallbackId(i64)
);

/// The largest id that an account may have: 2^40 - 1.
pub(crate) const MAX_ACCOUNT_ID: i64 = (1 << 40) - 1;

/// Either kind of account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AccountId {
    /// A person.
    User(UserId),
    /// A bot.
    Bot(BotId),
}

impl AccountId {
    /// The bare id, unique over both kinds.
    pub fn get(self) -> i64 {
        match self {
            Self::User(id) => id.0,
            Self::Bot(id) => id.0,
        }
    }
}

/// The dialog between a user and a bot; ordered by user, so that a user's dialogs are neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DialogId {
    /// The person.
    pub user: UserId,
    /// The bot.
    pub bot: BotId,
}

impl DialogId {
    /// The account on that side of the dialog.
    pub fn account(self, side: Side) -> AccountId {
        match side {
            Side::User => AccountId::User(self.user),
            Side::Bot => AccountId::Bot(self.bot),
        }
    }
}

/// One of the two sides of a dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The person.
    User,
    /// The bot.
    Bot,
}

impl Side {
    /// The opposite side.
    pub fn other(self) -> Self {
        match self {
            Self::User => Self::Bot,
            Self::Bot => Self::User,
        }
    }
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

    /// That many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}
