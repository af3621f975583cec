//! Decodes requests into the world's types.

mod chat_action;
mod markup;
mod peer;
mod rights;
mod text;

pub(crate) use chat_action::chat_action;
pub(crate) use markup::markup;
pub(crate) use peer::{account_of_peer, channel, group, peer, target, target_of, user};
pub(crate) use rights::{admin_rights, permissions};
pub(crate) use text::text;

use crate::refusal::RpcError;

/// The maximum number of message ids that one request may delete or forward.
///
/// > MAX_SLICE_SIZE = 100;  // server-side limit (TDLib, delete_messages_on_server)
pub(crate) const MAX_IDS: usize = 100;

/// The maximum number of message ids that one request may fetch.
///
/// > MAX_SLICE_SIZE = 200;  // server-side limit (TDLib, get_messages_from_server)
pub(crate) const MAX_WANTED_IDS: usize = 200;

/// Refuses a list that is too long before it reaches the world.
///
/// # Errors
/// `LIMIT_INVALID`.
pub(crate) fn check_ids<T>(ids: &[T], max: usize) -> Result<(), RpcError> {
    if ids.len() > max { Err(RpcError::bad("LIMIT_INVALID")) } else { Ok(()) }
}
