use parlor_wire_tl::{enums, types};
use parlor_world::state::chat::JoinRequest;
use parlor_world::{AccountId, GroupId, World};

/// Bot API ids below this one are those of channels and supergroups.
///
/// > -1000000000000 - id (core.telegram.org/api/bots/ids)
pub(crate) const CHANNELS: i64 = -1_000_000_000_000;

/// Where a group or channel is named.
pub(super) fn group_peer(id: GroupId) -> enums::Peer {
    match channel(id) {
        Some(channel_id) => types::PeerChannel { channel_id }.into(),
        None => types::PeerChat { chat_id: id.0.saturating_neg() }.into(),
    }
}

fn channel(GroupId(id): GroupId) -> Option<i64> {
    (id < CHANNELS).then(|| CHANNELS.saturating_sub(id))
}

/// A group or channel that a user asked to join: little more than its title is known.
pub(super) fn requested(world: &World, me: AccountId, request: &JoinRequest) -> enums::Chat {
    let title = request.title.clone();
    let photo: enums::ChatPhoto = types::ChatPhotoEmpty {}.into();
    let date = super::date(request.at);
    // Only bots that may invite users are told of requests to join.
    let rights = types::ChatAdminRights { invite_users: true, ..Default::default() };
    let admin_rights = Some(rights.into());
    match channel(request.chat) {
        Some(id) => types::Channel {
            id,
            access_hash: Some(world.chat_access_hash(me, request.chat)),
            broadcast: request.is_channel,
            megagroup: !request.is_channel,
            join_request: true,
            title,
            photo,
            date,
            admin_rights,
            ..Default::default()
        }
        .into(),
        None => {
            let id = request.chat.0.saturating_neg();
            types::Chat {
                id,
                title,
                photo,
                participants_count: 1,
                date,
                version: 1,
                admin_rights,
                ..Default::default()
            }
            .into()
        }
    }
}
