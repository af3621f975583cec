use super::seconds;
use parlor_wire_tl::{enums, types};
use parlor_world::ids::GroupKind;
use parlor_world::state::group::{AdminRights, MemberStatus, Permissions};

/// For ever: the latest date that MTProto has.
const FOREVER: i32 = i32::MAX;

/// The rights of an administrator, as far as they exist in that kind of chat.
pub(crate) fn admin_rights(rights: AdminRights, kind: GroupKind) -> enums::ChatAdminRights {
    let has = |right| rights.intersection(existing(kind)).contains(right);
    types::ChatAdminRights {
        change_info: has(AdminRights::CHANGE_INFO),
        post_messages: has(AdminRights::POST_MESSAGES),
        edit_messages: has(AdminRights::EDIT_MESSAGES),
        delete_messages: has(AdminRights::DELETE_MESSAGES),
        ban_users: has(AdminRights::RESTRICT_MEMBERS),
        invite_users: has(AdminRights::INVITE_USERS),
        pin_messages: has(AdminRights::PIN_MESSAGES),
        add_admins: has(AdminRights::PROMOTE_MEMBERS),
        anonymous: has(AdminRights::ANONYMOUS),
        manage_call: has(AdminRights::MANAGE_VIDEO_CHATS),
        other: has(AdminRights::MANAGE_CHAT),
        manage_topics: has(AdminRights::MANAGE_TOPICS),
        post_stories: has(AdminRights::POST_STORIES),
        edit_stories: has(AdminRights::EDIT_STORIES),
        delete_stories: has(AdminRights::DELETE_STORIES),
        manage_direct_messages: has(AdminRights::MANAGE_DIRECT_MESSAGES),
        manage_ranks: has(AdminRights::MANAGE_TAGS),
        manage_linked_peers: false,
        manage_welcome_messages: has(AdminRights::SEND_WELCOME_MESSAGES),
    }
    .into()
}

fn existing(kind: GroupKind) -> AdminRights {
    let channel_only =
        AdminRights::POST_MESSAGES | AdminRights::EDIT_MESSAGES | AdminRights::MANAGE_DIRECT_MESSAGES;
    let group_only = AdminRights::PIN_MESSAGES
        | AdminRights::MANAGE_TOPICS
        | AdminRights::ANONYMOUS
        | AdminRights::MANAGE_TAGS
        | AdminRights::SEND_WELCOME_MESSAGES;
    AdminRights::all().difference(match kind {
        GroupKind::Channel => group_only,
        GroupKind::Supergroup => channel_only,
        GroupKind::Basic => channel_only | AdminRights::MANAGE_TOPICS,
    })
}

/// What members may not do who are no administrators.
pub(super) fn default_banned_rights(permissions: Permissions) -> enums::ChatBannedRights {
    denied(permissions, None, false).into()
}

/// What a restricted or banned account may not do; `None` for others.
pub(crate) fn banned_rights(status: &MemberStatus) -> Option<enums::ChatBannedRights> {
    match status {
        MemberStatus::Restricted(restriction) => {
            Some(denied(restriction.permissions, restriction.until, false).into())
        }
        MemberStatus::Banned(ban) => Some(denied(Permissions::empty(), ban.until, true).into()),
        _ => None,
    }
}

/// > send_messages: If set, does not allow a user to send messages in a supergroup/chat; send_media: […] any media
///
/// The finer flags stand beside these two, which are set when all that they sum up is denied.
fn denied(permissions: Permissions, until: Option<i64>, view_messages: bool) -> types::ChatBannedRights {
    let media = Permissions::SEND_AUDIOS
        | Permissions::SEND_DOCUMENTS
        | Permissions::SEND_PHOTOS
        | Permissions::SEND_VIDEOS
        | Permissions::SEND_VIDEO_NOTES
        | Permissions::SEND_VOICE_NOTES;
    let all = media | Permissions::SEND_MESSAGES | Permissions::SEND_POLLS | Permissions::SEND_OTHER;
    let lacks = |permission| !permissions.intersects(permission);
    let other = lacks(Permissions::SEND_OTHER);
    types::ChatBannedRights {
        view_messages,
        send_messages: lacks(all),
        send_media: lacks(media),
        send_stickers: other,
        send_gifs: other,
        send_games: other,
        send_inline: other,
        embed_links: lacks(Permissions::ADD_LINK_PREVIEWS),
        send_polls: lacks(Permissions::SEND_POLLS),
        change_info: lacks(Permissions::CHANGE_INFO),
        invite_users: lacks(Permissions::INVITE_USERS),
        pin_messages: lacks(Permissions::PIN_MESSAGES),
        manage_topics: lacks(Permissions::MANAGE_TOPICS),
        send_photos: lacks(Permissions::SEND_PHOTOS),
        send_videos: lacks(Permissions::SEND_VIDEOS),
        send_roundvideos: lacks(Permissions::SEND_VIDEO_NOTES),
        send_audios: lacks(Permissions::SEND_AUDIOS),
        send_voices: lacks(Permissions::SEND_VOICE_NOTES),
        send_docs: lacks(Permissions::SEND_DOCUMENTS),
        send_plain: lacks(Permissions::SEND_MESSAGES),
        edit_rank: lacks(Permissions::EDIT_TAG),
        send_reactions: lacks(Permissions::REACT),
        manage_linked_peers: false,
        until_date: until.map_or(FOREVER, seconds),
    }
}
