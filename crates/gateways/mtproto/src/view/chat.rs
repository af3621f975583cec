use parlor_wire_tl::{enums, types};
use parlor_world::state::chat::JoinRequest;
use parlor_world::{AccountId, GroupId, World};

/// Bot API ids of channels and supergroups are below this number.
///
/// > -1000000000000 - id (core.telegram.org/api/bots/ids)
pub(crate) const CHANNELS: i64 = -1_000_000_000_000;

/// Returns the peer of a group or channel.
pub(super) fn group_peer(id: GroupId) -> enums::Peer {
    match channel(id) {
        Some(channel_id) => types::PeerChannel { channel_id }.into(),
        None => types::PeerChat { chat_id: id.0.saturating_neg() }.into(),
    }
}

fn channel(GroupId(id): GroupId) -> Option<i64> {
    (id < CHANNELS).then(|| CHANNELS.saturating_sub(id))
}

/// Returns a group or channel that a user asked to join. Only its id, title and kind are known.
pub(super) fn requested(world: &World, me: AccountId, request: &JoinRequest) -> enums::Chat {
    let title = request.title.clone();
    let photo: enums::ChatPhoto = types::ChatPhotoEmpty {}.into();
    let date = super::date(request.at);
    // Only bots with the right to invite users receive join requests.
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
