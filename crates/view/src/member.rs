use crate::ViewContext;
use crate::{chat, invite_link, user};
use parlor_wire_bot_api::objects::{
    ChatAdministratorRights, ChatMember, ChatMemberAdministrator, ChatMemberBanned, ChatMemberLeft,
    ChatMemberMember, ChatMemberOwner, ChatMemberRestricted, ChatMemberUpdated,
};
use parlor_world::ids::GroupKind;
use parlor_world::state::group::{
    AdminRights, Administrator, MemberChange, MemberStatus, Permissions, Restriction,
};
use parlor_world::{AccountId, Timestamp};

/// What an account is in the group or channel, as the viewer sees it.
pub fn chat_member(context: &ViewContext<'_>, account: AccountId, status: &MemberStatus) -> ChatMember {
    let user = user::account(context, account);
    match status {
        MemberStatus::Owner(owner) => ChatMember::Owner(Box::new(ChatMemberOwner {
            user,
            is_anonymous: owner.is_anonymous,
            custom_title: owner.title.as_deref().map(str::to_owned),
        })),
        MemberStatus::Administrator(own) => {
            ChatMember::Administrator(Box::new(administrator(context, account, own)))
        }
        MemberStatus::Member => {
            ChatMember::Member(Box::new(ChatMemberMember { user, ..ChatMemberMember::default() }))
        }
        MemberStatus::Restricted(own) => {
            ChatMember::Restricted(Box::new(ChatMemberRestricted { user, ..restricted(own) }))
        }
        MemberStatus::Left => ChatMember::Left(Box::new(ChatMemberLeft { user })),
        MemberStatus::Banned(ban) => {
            let until_date = ban.until.unwrap_or_default();
            ChatMember::Banned(Box::new(ChatMemberBanned { user, until_date }))
        }
    }
}

fn administrator(
    context: &ViewContext<'_>,
    account: AccountId,
    own: &Administrator,
) -> ChatMemberAdministrator {
    let kind = context.group().map_or(GroupKind::Supergroup, |group| group.kind);
    let rights = administrator_rights(kind, own.rights);
    ChatMemberAdministrator {
        user: user::account(context, account),
        // The viewer promoted it, and still may.
        can_be_edited: own.promoted_by == context.viewer(),
        is_anonymous: rights.is_anonymous,
        can_manage_chat: rights.can_manage_chat,
        can_delete_messages: rights.can_delete_messages,
        can_manage_video_chats: rights.can_manage_video_chats,
        can_restrict_members: rights.can_restrict_members,
        can_promote_members: rights.can_promote_members,
        can_change_info: rights.can_change_info,
        can_invite_users: rights.can_invite_users,
        can_post_stories: rights.can_post_stories,
        can_edit_stories: rights.can_edit_stories,
        can_delete_stories: rights.can_delete_stories,
        can_post_messages: rights.can_post_messages,
        can_edit_messages: rights.can_edit_messages,
        can_pin_messages: rights.can_pin_messages,
        can_manage_topics: rights.can_manage_topics,
        can_manage_direct_messages: rights.can_manage_direct_messages,
        can_manage_tags: rights.can_manage_tags,
        can_send_welcome_messages: rights.can_send_welcome_messages,
        custom_title: own.title.as_deref().map(str::to_owned),
    }
}

/// The rights of an administrator, with the optional ones that exist in that kind of chat.
pub fn administrator_rights(kind: GroupKind, rights: AdminRights) -> ChatAdministratorRights {
    let has = |one: AdminRights| rights.contains(one);
    let in_channels = |one: AdminRights| (kind == GroupKind::Channel).then(|| has(one));
    let in_groups = |one: AdminRights| (kind != GroupKind::Channel).then(|| has(one));
    ChatAdministratorRights {
        is_anonymous: has(AdminRights::ANONYMOUS),
        can_manage_chat: has(AdminRights::MANAGE_CHAT),
        can_delete_messages: has(AdminRights::DELETE_MESSAGES),
        can_manage_video_chats: has(AdminRights::MANAGE_VIDEO_CHATS),
        can_restrict_members: has(AdminRights::RESTRICT_MEMBERS),
        can_promote_members: has(AdminRights::PROMOTE_MEMBERS),
        can_change_info: has(AdminRights::CHANGE_INFO),
        can_invite_users: has(AdminRights::INVITE_USERS),
        can_post_stories: has(AdminRights::POST_STORIES),
        can_edit_stories: has(AdminRights::EDIT_STORIES),
        can_delete_stories: has(AdminRights::DELETE_STORIES),
        can_post_messages: in_channels(AdminRights::POST_MESSAGES),
        can_edit_messages: in_channels(AdminRights::EDIT_MESSAGES),
        can_pin_messages: in_groups(AdminRights::PIN_MESSAGES),
        can_manage_topics: in_groups(AdminRights::MANAGE_TOPICS).filter(|_| kind == GroupKind::Supergroup),
        can_manage_direct_messages: in_channels(AdminRights::MANAGE_DIRECT_MESSAGES),
        can_manage_tags: in_groups(AdminRights::MANAGE_TAGS),
        can_send_welcome_messages: has(AdminRights::SEND_WELCOME_MESSAGES),
    }
}

fn restricted(own: &Restriction) -> ChatMemberRestricted {
    let has = |one: Permissions| own.permissions.contains(one);
    ChatMemberRestricted {
        is_member: own.is_member,
        can_send_messages: has(Permissions::SEND_MESSAGES),
        can_send_audios: has(Permissions::SEND_AUDIOS),
        can_send_documents: has(Permissions::SEND_DOCUMENTS),
        can_send_photos: has(Permissions::SEND_PHOTOS),
        can_send_videos: has(Permissions::SEND_VIDEOS),
        can_send_video_notes: has(Permissions::SEND_VIDEO_NOTES),
        can_send_voice_notes: has(Permissions::SEND_VOICE_NOTES),
        can_send_polls: has(Permissions::SEND_POLLS),
        can_send_other_messages: has(Permissions::SEND_OTHER),
        can_add_web_page_previews: has(Permissions::ADD_LINK_PREVIEWS),
        can_react_to_messages: has(Permissions::REACT),
        can_edit_tag: has(Permissions::EDIT_TAG),
        can_change_info: has(Permissions::CHANGE_INFO),
        can_invite_users: has(Permissions::INVITE_USERS),
        can_pin_messages: has(Permissions::PIN_MESSAGES),
        can_manage_topics: has(Permissions::MANAGE_TOPICS),
        until_date: own.until.unwrap_or_default(),
        ..ChatMemberRestricted::default()
    }
}

/// What an account is in a group or channel changed.
pub(crate) fn member_updated(
    context: &ViewContext<'_>,
    at: Timestamp,
    change: &MemberChange,
) -> ChatMemberUpdated {
    ChatMemberUpdated {
        chat: chat::chat(context),
        from: user::account(context, change.by),
        date: at.date(),
        old_chat_member: chat_member(context, change.account, &change.old),
        new_chat_member: chat_member(context, change.account, &change.new),
        invite_link: change.link.as_deref().map(|link| Box::new(invite_link::invite_link(context, link))),
        via_join_request: change.is_by_request.then_some(true),
        ..ChatMemberUpdated::default()
    }
}
