//! What clients write, as the world has it.

mod markup;
mod text;

pub(crate) use markup::markup;
pub(crate) use text::text;

use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::enums;
use parlor_world::{AccountId, BotId, DialogId, MessageId, UserId, World};

/// Whom a client means.
///
/// People must show the hash that they were given. Bots may show 0 for whom they have seen, unless access is strict.
pub(crate) fn peer(world: &World, me: AccountId, peer: &enums::InputPeer) -> Result<AccountId, RpcError> {
    let invalid = || RpcError::bad("PEER_ID_INVALID");
    match peer {
        enums::InputPeer::InputPeerSelf(_) => Ok(me),
        enums::InputPeer::InputPeerUser(peer) => {
            account(world, me, peer.user_id, peer.access_hash).ok_or_else(invalid)
        }
        enums::InputPeer::InputPeerUserFromMessage(peer) => {
            in_message(world, me, &peer.peer, peer.msg_id, peer.user_id).ok_or_else(invalid)
        }
        enums::InputPeer::InputPeerChannel(_) => Err(RpcError::bad("CHANNEL_INVALID")),
        enums::InputPeer::InputPeerChat(_) | enums::InputPeer::InputPeerEmpty(_) => Err(invalid()),
    }
}

/// The same for an input user.
pub(crate) fn user(world: &World, me: AccountId, user: &enums::InputUser) -> Result<AccountId, RpcError> {
    match user {
        enums::InputUser::InputUserSelf(_) => Ok(me),
        enums::InputUser::InputUser(user) => {
            account(world, me, user.user_id, user.access_hash).ok_or_else(|| RpcError::bad("USER_ID_INVALID"))
        }
        enums::InputUser::InputUserFromMessage(user) => {
            in_message(world, me, &user.peer, user.msg_id, user.user_id)
                .ok_or_else(|| RpcError::bad("USER_ID_INVALID"))
        }
        enums::InputUser::InputUserEmpty(_) => Err(RpcError::bad("USER_ID_INVALID")),
    }
}

/// Somebody whom a message of that chat names: no hash is needed (core.telegram.org/api/min).
fn in_message(
    world: &World,
    me: AccountId,
    chat: &enums::InputPeer,
    message: i32,
    id: i64,
) -> Option<AccountId> {
    let dialog = dialog_of(me, peer(world, me, chat).ok()?).ok()?;
    let message = world.dialog(dialog)?.message(view::side_of(me), MessageId(message))?;
    view::accounts_of(dialog, message).into_iter().find(|account| account.get() == id)
}

fn account(world: &World, me: AccountId, id: i64, hash: i64) -> Option<AccountId> {
    let found = match (world.user(UserId(id)), world.bot(BotId(id))) {
        (Some(user), _) => AccountId::User(user.id),
        (None, Some(bot)) => AccountId::Bot(bot.id),
        (None, None) => return None,
    };
    if found == me {
        return Some(me);
    }
    let right = world.access_hash(me, found) == hash;
    match (me, found) {
        // A bot acts only on users it has seen.
        (AccountId::Bot(_), AccountId::User(_)) => {
            (world.knows(me, found) && (right || hash == 0 && !world.rules.strict_access)).then_some(found)
        }
        (AccountId::Bot(_), AccountId::Bot(_)) => {
            (right || hash == 0 && !world.rules.strict_access).then_some(found)
        }
        (AccountId::User(_), _) => right.then_some(found),
    }
}

/// The dialog of an account with another.
pub(crate) fn dialog_of(me: AccountId, other: AccountId) -> Result<DialogId, RpcError> {
    match (me, other) {
        (AccountId::User(user), AccountId::Bot(bot)) | (AccountId::Bot(bot), AccountId::User(user)) => {
            Ok(DialogId { user, bot })
        }
        _ => Err(RpcError::bad("PEER_ID_INVALID")),
    }
}

/// The Bot API id of the chat that a client means, unless it means a person.
pub(crate) fn chat_id(peer: &enums::InputPeer) -> Option<i64> {
    match peer {
        enums::InputPeer::InputPeerChannel(peer) => Some(view::CHANNELS.saturating_sub(peer.channel_id)),
        enums::InputPeer::InputPeerChat(peer) => Some(peer.chat_id.saturating_neg()),
        _ => None,
    }
}

/// Message ids that one request may delete or forward.
///
/// > MAX_SLICE_SIZE = 100;  // server-side limit (TDLib, delete_messages_on_server)
pub(crate) const MAX_IDS: usize = 100;

/// Message ids that one request may ask for.
///
/// > MAX_SLICE_SIZE = 200;  // server-side limit (TDLib, get_messages_from_server)
pub(crate) const MAX_WANTED_IDS: usize = 200;

/// Refuses a list that is too long before it reaches the world.
pub(crate) fn check_ids<T>(ids: &[T], max: usize) -> Result<(), RpcError> {
    if ids.len() > max { Err(RpcError::bad("LIMIT_INVALID")) } else { Ok(()) }
}

/// A message's id.
pub(crate) fn message_id(message: &enums::InputMessage) -> Option<i32> {
    match message {
        enums::InputMessage::InputMessageID(message) => Some(message.id),
        // What is pinned, and what was replied to, is found by other requests.
        enums::InputMessage::InputMessageReplyTo(_) | enums::InputMessage::InputMessagePinned(_) => None,
    }
}
