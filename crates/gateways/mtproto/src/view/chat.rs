use parlor_wire_tl::{enums, types};
use parlor_world::dialog::JoinRequest;
use parlor_world::{AccountId, World};

/// What the Bot API puts in front of a channel's or supergroup's number: ids below this one are theirs.
///
/// > -1000000000000 - id (core.telegram.org/api/bots/ids)
pub(crate) const CHANNELS: i64 = -1_000_000_000_000;

/// Where a chat is named that has this Bot API id.
pub(crate) fn chat_peer(id: i64) -> enums::Peer {
    match channel(id) {
        Some(channel_id) => types::PeerChannel { channel_id }.into(),
        None => types::PeerChat { chat_id: id.saturating_neg() }.into(),
    }
}

fn channel(id: i64) -> Option<i64> {
    (id < CHANNELS).then(|| CHANNELS.saturating_sub(id))
}

/// A chat that somebody asked to join: little more than its title is known.
pub(crate) fn asked_for(world: &World, me: AccountId, request: &JoinRequest) -> enums::Chat {
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
            let id = request.chat.saturating_neg();
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
