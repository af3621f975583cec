//! Encodes the world's objects in TL, as one viewer sees them.

mod chat;
mod dialog;
mod full_chat;
mod full_user;
mod group_change;
mod invite;
mod markup;
mod member;
mod message;
mod named;
mod reactions;
mod rights;
mod text;
mod topic;
mod update;
mod user;

pub(crate) use chat::{chat, chat_peer};
pub(crate) use dialog::{channel_pts, dialog, peer_settings};
pub(crate) use full_chat::full_chat;
pub(crate) use full_user::{bot_command, full, menu_button};
pub(crate) use invite::invite_link;
#[cfg(test)]
pub(crate) use markup::markup;
pub(crate) use member::Participant;
pub(crate) use message::{message, referred_to};
pub(crate) use named::Named;
#[cfg(test)]
pub(crate) use rights::{admin_rights, banned_rights};
pub(crate) use text::entities;
pub(crate) use topic::topic;
pub(crate) use update::{action_shown, message_of, named_by, update, updates, updates_in};
pub(crate) use user::{account, users_of};

use parlor_wire_tl::{enums, types};
use parlor_world::{AccountId, Timestamp};

/// The viewer of an object: an account, and the layer of its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) me: AccountId,
    pub(crate) layer: u16,
}

/// Returns the peer of an account, which is also the private chat with it.
pub(crate) fn peer(account: AccountId) -> enums::Peer {
    types::PeerUser { user_id: account.0 }.into()
}

/// Returns a date in seconds.
pub(crate) fn date(at: Timestamp) -> i32 {
    seconds(at.date())
}

/// A number of things.
pub(crate) fn length(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

pub(crate) fn seconds(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}
