use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::enums;
use parlor_world::{AccountId, ChatId, GroupId, MessageId, World};

/// Returns the account that an input peer refers to.
///
/// Users must send the access hash that they received. Bots may send 0 for users whom they have seen, unless access is
/// strict.
///
/// # Errors
/// `PEER_ID_INVALID`, `CHANNEL_INVALID`.
pub(crate) fn peer(world: &World, me: AccountId, peer: &enums::InputPeer) -> Result<AccountId, RpcError> {
    let invalid = || RpcError::bad("PEER_ID_INVALID");
    match peer {
        enums::InputPeer::InputPeerSelf(_) => Ok(me),
        enums::InputPeer::InputPeerUser(peer) => {
            account(world, me, AccountId(peer.user_id), peer.access_hash).ok_or_else(invalid)
        }
        enums::InputPeer::InputPeerUserFromMessage(peer) => {
            in_message(world, me, &peer.peer, peer.msg_id, AccountId(peer.user_id)).ok_or_else(invalid)
        }
        enums::InputPeer::InputPeerChannel(_) => Err(RpcError::bad("CHANNEL_INVALID")),
        enums::InputPeer::InputPeerChat(_) | enums::InputPeer::InputPeerEmpty(_) => Err(invalid()),
    }
}

/// Returns the account that an input user refers to.
///
/// # Errors
/// `USER_ID_INVALID`.
pub(crate) fn user(world: &World, me: AccountId, user: &enums::InputUser) -> Result<AccountId, RpcError> {
    let found = match user {
        enums::InputUser::InputUserSelf(_) => Some(me),
        enums::InputUser::InputUser(user) => account(world, me, AccountId(user.user_id), user.access_hash),
        enums::InputUser::InputUserFromMessage(user) => {
            in_message(world, me, &user.peer, user.msg_id, AccountId(user.user_id))
        }
        enums::InputUser::InputUserEmpty(_) => None,
    };
    found.ok_or_else(|| RpcError::bad("USER_ID_INVALID"))
}

/// Finds an account that a message of a chat mentions. No access hash is needed then (core.telegram.org/api/min).
fn in_message(
    world: &World,
    me: AccountId,
    chat: &enums::InputPeer,
    message: i32,
    id: AccountId,
) -> Option<AccountId> {
    let chat = ChatId::private(me, peer(world, me, chat).ok()?);
    let message = world.dialog(me, chat)?.message(MessageId(message))?;
    view::accounts_of(message).into_iter().find(|account| *account == id)
}

fn account(world: &World, me: AccountId, id: AccountId, hash: i64) -> Option<AccountId> {
    world.account(id)?;
    let may_omit_hash = world.is_bot(me) && !world.rules.strict_access;
    let is_right = world.access_hash(me, id) == hash || may_omit_hash && hash == 0;
    (id == me || is_right && world.knows(me, id)).then_some(id)
}

/// Returns the group or channel that an input peer refers to.
pub(crate) fn group(peer: &enums::InputPeer) -> Option<GroupId> {
    match peer {
        enums::InputPeer::InputPeerChannel(peer) => {
            Some(GroupId(view::CHANNELS.saturating_sub(peer.channel_id)))
        }
        enums::InputPeer::InputPeerChat(peer) => Some(GroupId(peer.chat_id.saturating_neg())),
        _ => None,
    }
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
            let found = super::peer(&world.world, me, &peer);
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

    #[test]
    fn groups_and_channels_have_bot_api_ids() {
        let channel = types::InputPeerChannel { channel_id: 12, access_hash: 0 }.into();
        assert_eq!(group(&channel), Some(GroupId(-1_000_000_000_012)));
        assert_eq!(group(&types::InputPeerChat { chat_id: 12 }.into()), Some(GroupId(-12)));
        assert_eq!(group(&types::InputPeerSelf {}.into()), None);
    }
}
