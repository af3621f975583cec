//! The world's things, as one viewer is shown them.

mod chat;
mod markup;
mod message;
mod text;
mod update;
mod user;

pub(crate) use chat::CHANNELS;
pub(crate) use message::message;
pub(crate) use text::entities;
pub(crate) use update::{chats_in, live, side_of, update, updates, users_in};
pub(crate) use user::{account, accounts_of, full, menu_button, named_in, users_of};

use parlor_wire_tl::{enums, types};
use parlor_world::{AccountId, Timestamp};

/// Where an account is named.
pub(crate) fn peer(account: AccountId) -> enums::Peer {
    types::PeerUser { user_id: account.get() }.into()
}

/// A date, in seconds.
pub(crate) fn date(at: Timestamp) -> i32 {
    seconds(at.date())
}

pub(crate) fn seconds(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}
