use crate::ids::{AccountId, BoxId, ChannelId, ChatId, GroupId, MessageId, MessageKey, QueryId};
use crate::state::session::KeyId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One row in so many begins a leaf.
const ROWS_PER_LEAF: u64 = 32;

/// A key of a table.
///
/// The keys alone decide where leaves begin, not the order in which they came: tables with equal rows have equal leaves.
pub(crate) trait TableKey: Ord + Clone + Serialize + DeserializeOwned {
    /// No key is less: the first leaf begins with it, whether it has a row or not.
    fn least() -> Self;

    /// A number that depends on the whole key, the same in every version of Parlor.
    fn mixed(&self) -> u64;

    /// Whether a leaf begins with this key.
    fn begins_leaf(&self) -> bool {
        self.mixed().is_multiple_of(ROWS_PER_LEAF)
    }
}

/// Spreads the number over all bits (the finalizer of SplitMix64): ids that follow one another must not look alike.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

macro_rules! number_keys {
    ($($key:ident($number:ident)),+ $(,)?) => {
        $(impl TableKey for $key {
            fn least() -> Self {
                Self($number::MIN)
            }

            fn mixed(&self) -> u64 {
                // The bits matter, not the number.
                #[allow(clippy::cast_sign_loss, reason = "some of these types are unsigned")]
                mix(self.0 as u64)
            }
        })+
    };
}

number_keys!(
    AccountId(i64),
    BoxId(i64),
    ChannelId(i64),
    GroupId(i64),
    KeyId(i64),
    MessageId(i32),
    MessageKey(u64),
    QueryId(i64),
);

impl TableKey for u32 {
    fn least() -> Self {
        0
    }

    fn mixed(&self) -> u64 {
        mix(u64::from(*self))
    }
}

impl TableKey for ChatId {
    fn least() -> Self {
        Self::Private(AccountId::least(), AccountId::least())
    }

    fn mixed(&self) -> u64 {
        match self {
            Self::Private(low, high) => (*low, *high).mixed(),
            Self::Group(id) => mix(id.mixed() ^ 1),
            Self::Channel(id) => mix(id.mixed() ^ 2),
        }
    }
}

impl TableKey for Box<str> {
    fn least() -> Self {
        Self::default()
    }

    fn mixed(&self) -> u64 {
        self.bytes().fold(0, |number, byte| mix(number ^ u64::from(byte)))
    }
}

impl<A: TableKey, B: TableKey> TableKey for (A, B) {
    fn least() -> Self {
        (A::least(), B::least())
    }

    fn mixed(&self) -> u64 {
        mix(self.0.mixed() ^ self.1.mixed().rotate_left(1))
    }
}
