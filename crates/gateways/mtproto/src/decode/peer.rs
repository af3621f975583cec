use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::enums;
use parlor_world::ids::{ChannelId, GroupId};
use parlor_world::{AccountId, ChatId, MessageId, Target, World};

/// The chat that an input peer names.
///
/// Users must send the hash that they were given. Bots may show 0 for users whom they have seen and for chats in which they
/// are, unless access is strict. Whether the account may read or write there is for the command to decide.
///
/// # Errors
/// `PEER_ID_INVALID`, `CHAT_ID_INVALID`, `CHANNEL_INVALID`.
pub(crate) fn peer(world: &World, me: AccountId, peer: &enums::InputPeer) -> Result<ChatId, RpcError> {
    let private = |found: Option<AccountId>| {
        found.map(|other| ChatId::private(me, other)).ok_or_else(|| RpcError::bad("PEER_ID_INVALID"))
    };
    match peer {
        enums::InputPeer::InputPeerSelf(_) => private(Some(me)),
        enums::InputPeer::InputPeerUser(peer) => {
            private(account(world, me, AccountId(peer.user_id), peer.access_hash))
        }
        enums::InputPeer::InputPeerUserFromMessage(peer) => {
            private(user_in_message(world, me, &peer.peer, peer.msg_id, AccountId(peer.user_id)))
        }
        enums::InputPeer::InputPeerChat(peer) => group(world, me, peer.chat_id),
        enums::InputPeer::InputPeerChannel(peer) => by_hash(world, me, peer.channel_id, peer.access_hash),
        enums::InputPeer::InputPeerChannelFromMessage(peer) => {
            channel_in_message(world, me, &peer.peer, peer.msg_id, ChannelId(peer.channel_id))
        }
        enums::InputPeer::InputPeerEmpty(_) => private(None),
    }
}

/// How commands name the chat of [`peer`].
///
/// # Errors
/// As [`peer`].
pub(crate) fn target(world: &World, me: AccountId, peer: &enums::InputPeer) -> Result<Target, RpcError> {
    self::peer(world, me, peer).map(|chat| target_of(chat, me))
}

/// How commands of an account name a chat.
pub(crate) fn target_of(chat: ChatId, me: AccountId) -> Target {
    chat.other(me).map_or_else(|| Target::from(chat), Target::from)
}

/// The account with which an input peer names the private chat.
///
/// # Errors
/// As [`peer`]; `PEER_ID_INVALID` for groups and channels.
pub(crate) fn account_of_peer(
    world: &World,
    me: AccountId,
    peer: &enums::InputPeer,
) -> Result<AccountId, RpcError> {
    self::peer(world, me, peer)?.other(me).ok_or_else(|| RpcError::bad("PEER_ID_INVALID"))
}

/// The basic group with that id, if the account is or was in it.
///
/// # Errors
/// `CHAT_ID_INVALID`.
pub(crate) fn group(world: &World, me: AccountId, id: i64) -> Result<ChatId, RpcError> {
    let chat = ChatId::Group(GroupId(id));
    let is_known = world.group(chat).is_some() && world.dialog(me, chat).is_some();
    is_known.then_some(chat).ok_or_else(|| RpcError::bad("CHAT_ID_INVALID"))
}

/// The supergroup or channel that an input channel names.
///
/// # Errors
/// `CHANNEL_INVALID`.
pub(crate) fn channel(
    world: &World,
    me: AccountId,
    channel: &enums::InputChannel,
) -> Result<ChatId, RpcError> {
    match channel {
        enums::InputChannel::InputChannel(channel) => {
            by_hash(world, me, channel.channel_id, channel.access_hash)
        }
        enums::InputChannel::InputChannelFromMessage(channel) => {
            channel_in_message(world, me, &channel.peer, channel.msg_id, ChannelId(channel.channel_id))
        }
        enums::InputChannel::InputChannelEmpty(_) => Err(RpcError::bad("CHANNEL_INVALID")),
    }
}

fn by_hash(world: &World, me: AccountId, id: i64, hash: i64) -> Result<ChatId, RpcError> {
    let chat = ChatId::Channel(ChannelId(id));
    let may_omit_hash = world.is_bot(me) && !world.rules.strict_access && world.member(chat, me).is_some();
    let is_right = world.chat_access_hash(me, ChannelId(id)) == hash || may_omit_hash && hash == 0;
    let is_known = is_right && world.group(chat).is_some();
    is_known.then_some(chat).ok_or_else(|| RpcError::bad("CHANNEL_INVALID"))
}

/// The account that an input user names.
///
/// # Errors
/// `USER_ID_INVALID`.
pub(crate) fn user(world: &World, me: AccountId, user: &enums::InputUser) -> Result<AccountId, RpcError> {
    let found = match user {
        enums::InputUser::InputUserSelf(_) => Some(me),
        enums::InputUser::InputUser(user) => account(world, me, AccountId(user.user_id), user.access_hash),
        enums::InputUser::InputUserFromMessage(user) => {
            user_in_message(world, me, &user.peer, user.msg_id, AccountId(user.user_id))
        }
        enums::InputUser::InputUserEmpty(_) => None,
    };
    found.ok_or_else(|| RpcError::bad("USER_ID_INVALID"))
}

/// An account that a message of that chat names: no hash is needed (core.telegram.org/api/min).
fn user_in_message(
    world: &World,
    me: AccountId,
    chat: &enums::InputPeer,
    message: i32,
    id: AccountId,
) -> Option<AccountId> {
    named_in(world, me, chat, message)?.accounts().find(|account| *account == id)
}

/// A channel that a message of that chat names, as [`user_in_message`].
fn channel_in_message(
    world: &World,
    me: AccountId,
    chat: &enums::InputPeer,
    message: i32,
    id: ChannelId,
) -> Result<ChatId, RpcError> {
    let found = named_in(world, me, chat, message)
        .and_then(|named| named.chats().find(|chat| *chat == ChatId::Channel(id)));
    found.ok_or_else(|| RpcError::bad("CHANNEL_INVALID"))
}

fn named_in(world: &World, me: AccountId, chat: &enums::InputPeer, message: i32) -> Option<view::Named> {
    let chat = peer(world, me, chat).ok()?;
    let message = world.dialog(me, chat)?.message(MessageId(message))?;
    let mut named = view::Named::default();
    named.add_message(message);
    Some(named)
}

fn account(world: &World, me: AccountId, id: AccountId, hash: i64) -> Option<AccountId> {
    world.account(id)?;
    let may_omit_hash = world.is_bot(me) && !world.rules.strict_access;
    let is_right = world.access_hash(me, id) == hash || may_omit_hash && hash == 0;
    (id == me || is_right && world.knows(me, id)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::{ANN, BOB, BOT, OTHER_BOT, TestWorld};
    use parlor_wire_tl::types;

    fn by_hash(user_id: AccountId, access_hash: i64) -> enums::InputPeer {
        types::InputPeerUser { user_id: user_id.0, access_hash }.into()
    }

    #[test]
    fn accounts_are_found_by_the_access_hash_of_the_viewer() {
        let mut world = TestWorld::new();
        world.send(ANN, BOT, "/start");
        let hash = |viewer, target| world.world.access_hash(viewer, target);
        let invalid = Err("PEER_ID_INVALID");
        for (me, peer, expected) in [
            (ANN, types::InputPeerSelf {}.into(), Ok(ANN)),
            (ANN, by_hash(ANN, 0), Ok(ANN)),
            (ANN, by_hash(BOB, hash(ANN, BOB)), Ok(BOB)),
            (ANN, by_hash(BOB, 0), invalid),
            (ANN, by_hash(BOB, hash(BOB, ANN)), invalid),
            (ANN, by_hash(BOT, hash(ANN, BOT)), Ok(BOT)),
            (ANN, by_hash(AccountId(5), hash(ANN, AccountId(5))), invalid),
            (BOT, by_hash(ANN, 0), Ok(ANN)),
            (BOT, by_hash(ANN, hash(BOT, ANN)), Ok(ANN)),
            (BOT, by_hash(ANN, hash(ANN, BOT)), invalid),
            // The bot has not seen Bob.
            (BOT, by_hash(BOB, 0), invalid),
            (BOT, by_hash(BOB, hash(BOT, BOB)), invalid),
            (BOT, by_hash(OTHER_BOT, 0), Ok(OTHER_BOT)),
            (ANN, types::InputPeerEmpty {}.into(), invalid),
            (ANN, types::InputPeerChannel { channel_id: 1, access_hash: 0 }.into(), Err("CHANNEL_INVALID")),
        ] {
            let found = super::account_of_peer(&world.world, me, &peer);
            assert_eq!(
                found.as_ref().map_err(|error| error.message.as_str()),
                expected.as_ref().map_err(|error| *error),
                "{me} {peer:?}"
            );
        }
        world.world.rules.strict_access = true;
        assert!(super::peer(&world.world, BOT, &by_hash(ANN, 0)).is_err(), "bots must send the hash too");
    }

    #[test]
    fn accounts_in_a_message_need_no_access_hash() {
        let mut world = TestWorld::new();
        world.send(ANN, BOB, "Hi");
        let of = |msg_id, user_id: AccountId| types::InputUserFromMessage {
            peer: by_hash(BOB, world.world.access_hash(ANN, BOB)),
            msg_id,
            user_id: user_id.0,
        };
        for (input, expected) in [(of(1, BOB), Some(BOB)), (of(2, BOB), None), (of(1, BOT), None)] {
            assert_eq!(super::user(&world.world, ANN, &input.clone().into()).ok(), expected, "{input:?}");
        }
    }
}
