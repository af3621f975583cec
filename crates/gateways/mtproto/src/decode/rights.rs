use parlor_wire_tl::enums;
use parlor_world::state::group::{AdminRights, Permissions};

/// The rights of an administrator.
pub(crate) fn admin_rights(rights: &enums::ChatAdminRights) -> AdminRights {
    let enums::ChatAdminRights::ChatAdminRights(rights) = rights;
    let all = [
        (rights.change_info, AdminRights::CHANGE_INFO),
        (rights.post_messages, AdminRights::POST_MESSAGES),
        (rights.edit_messages, AdminRights::EDIT_MESSAGES),
        (rights.delete_messages, AdminRights::DELETE_MESSAGES),
        (rights.ban_users, AdminRights::RESTRICT_MEMBERS),
        (rights.invite_users, AdminRights::INVITE_USERS),
        (rights.pin_messages, AdminRights::PIN_MESSAGES),
        (rights.add_admins, AdminRights::PROMOTE_MEMBERS),
        (rights.anonymous, AdminRights::ANONYMOUS),
        (rights.manage_call, AdminRights::MANAGE_VIDEO_CHATS),
        (rights.other, AdminRights::MANAGE_CHAT),
        (rights.manage_topics, AdminRights::MANAGE_TOPICS),
        (rights.post_stories, AdminRights::POST_STORIES),
        (rights.edit_stories, AdminRights::EDIT_STORIES),
        (rights.delete_stories, AdminRights::DELETE_STORIES),
        (rights.manage_direct_messages, AdminRights::MANAGE_DIRECT_MESSAGES),
        (rights.manage_ranks, AdminRights::MANAGE_TAGS),
        (rights.manage_welcome_messages, AdminRights::SEND_WELCOME_MESSAGES),
    ];
    all.into_iter().filter(|(is_set, _)| *is_set).map(|(_, right)| right).collect()
}

/// What is left of all permissions.
///
/// > send_messages: If set, does not allow a user to send messages in a supergroup/chat; send_media: […] any media
///
/// These two also deny what has a flag of its own: old clients know no others.
pub(crate) fn permissions(denied: &enums::ChatBannedRights) -> Permissions {
    let enums::ChatBannedRights::ChatBannedRights(denied) = denied;
    let messages = denied.send_messages || denied.view_messages;
    let media = messages || denied.send_media;
    let other = denied.send_stickers || denied.send_gifs || denied.send_games || denied.send_inline;
    let all = [
        (messages || denied.send_plain, Permissions::SEND_MESSAGES),
        (media || denied.send_audios, Permissions::SEND_AUDIOS),
        (media || denied.send_docs, Permissions::SEND_DOCUMENTS),
        (media || denied.send_photos, Permissions::SEND_PHOTOS),
        (media || denied.send_videos, Permissions::SEND_VIDEOS),
        (media || denied.send_roundvideos, Permissions::SEND_VIDEO_NOTES),
        (media || denied.send_voices, Permissions::SEND_VOICE_NOTES),
        (messages || denied.send_polls, Permissions::SEND_POLLS),
        (messages || other, Permissions::SEND_OTHER),
        (messages || denied.embed_links, Permissions::ADD_LINK_PREVIEWS),
        (denied.view_messages || denied.send_reactions, Permissions::REACT),
        (denied.edit_rank, Permissions::EDIT_TAG),
        (denied.change_info, Permissions::CHANGE_INFO),
        (denied.invite_users, Permissions::INVITE_USERS),
        (denied.pin_messages, Permissions::PIN_MESSAGES),
        (denied.manage_topics, Permissions::MANAGE_TOPICS),
    ];
    let denied: Permissions =
        all.into_iter().filter(|(is_denied, _)| *is_denied).map(|(_, permission)| permission).collect();
    Permissions::all().difference(denied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view;
    use parlor_wire_tl::types;
    use parlor_world::AccountId;
    use parlor_world::ids::GroupKind;
    use parlor_world::state::group::{MemberStatus, Restriction};

    #[test]
    fn rights_are_read_as_they_are_shown() {
        let group_rights = AdminRights::all().difference(
            AdminRights::POST_MESSAGES | AdminRights::EDIT_MESSAGES | AdminRights::MANAGE_DIRECT_MESSAGES,
        );
        for right in group_rights.iter() {
            let shown = view::admin_rights(right, GroupKind::Supergroup);
            assert_eq!(admin_rights(&shown), right);
        }
        let posts = AdminRights::POST_MESSAGES | AdminRights::EDIT_MESSAGES;
        assert_eq!(admin_rights(&view::admin_rights(posts, GroupKind::Channel)), posts);
        assert_eq!(admin_rights(&view::admin_rights(posts, GroupKind::Supergroup)), AdminRights::empty());
    }

    #[test]
    fn permissions_are_read_as_they_are_shown() {
        let all = [Permissions::all(), Permissions::empty()];
        // Who may send nothing adds no previews either.
        let each = Permissions::all().iter().map(|one| one | Permissions::SEND_MESSAGES);
        for permissions in all.into_iter().chain(each) {
            let restriction =
                Restriction { permissions, is_member: true, by: AccountId(1), until: Some(2_000_000_000) };
            let shown = view::banned_rights(&MemberStatus::Restricted(restriction)).unwrap();
            assert_eq!(self::permissions(&shown), permissions);
        }
    }

    #[test]
    fn old_flags_deny_all_that_they_sum_up() {
        let denied =
            |rights: types::ChatBannedRights| Permissions::all().difference(permissions(&rights.into()));
        let media = Permissions::SEND_AUDIOS
            | Permissions::SEND_DOCUMENTS
            | Permissions::SEND_PHOTOS
            | Permissions::SEND_VIDEOS
            | Permissions::SEND_VIDEO_NOTES
            | Permissions::SEND_VOICE_NOTES;
        assert_eq!(denied(types::ChatBannedRights { send_media: true, ..Default::default() }), media);
        let messages = media
            | Permissions::SEND_MESSAGES
            | Permissions::SEND_POLLS
            | Permissions::SEND_OTHER
            | Permissions::ADD_LINK_PREVIEWS;
        assert_eq!(denied(types::ChatBannedRights { send_messages: true, ..Default::default() }), messages);
    }
}
