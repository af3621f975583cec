use parlor_wire_bot_api::objects::{Chat, ChatPermissions, User};
use parlor_world::ids::GroupKind;
use parlor_world::state::group::{Group, Permissions};
use parlor_world::{AccountId, ChatId, World};

/// The Bot API's name for that kind of chat.
fn kind(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Basic => "group",
        GroupKind::Supergroup => "supergroup",
        GroupKind::Channel => "channel",
    }
}

/// A group or channel. One that does not exist has its id only.
pub fn group_chat(world: &World, chat: ChatId) -> Chat {
    let id = chat.bot_api_id(AccountId(0));
    let Some(group) = world.group(chat) else {
        let kind = if matches!(chat, ChatId::Group(_)) { "group" } else { "supergroup" };
        return Chat { id, kind: kind.to_owned(), title: Some(String::new()), ..Chat::default() };
    };
    Chat {
        id,
        kind: kind(group.kind).to_owned(),
        title: Some(group.profile.title.to_string()),
        username: group.profile.username.as_deref().map(str::to_owned),
        is_forum: group.profile.is_forum,
        ..Chat::default()
    }
}

/// What members of a group may do.
pub fn permissions(permissions: Permissions) -> ChatPermissions {
    let has = |one: Permissions| Some(permissions.contains(one));
    ChatPermissions {
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
    }
}

/// Telegram's own bot in whose name the anonymous administrators of a group write.
pub const GROUP_ANONYMOUS_BOT: AccountId = AccountId(1_087_968_824);
/// Telegram's own bot in whose name channels write in groups.
pub const CHANNEL_BOT: AccountId = AccountId(136_817_688);
/// Telegram itself: forwards the posts of a channel to its discussion group.
pub const TELEGRAM: AccountId = AccountId(777_000);

/// The account that stands in `from` for a chat that wrote a message in `group`.
///
/// > For backward compatibility, if the message was sent on behalf of a chat, the field contains a fake sender user in
/// > non-channel chats
pub(crate) fn fake_sender(sender: ChatId, chat: ChatId, is_automatic: bool) -> User {
    let (id, is_bot, first_name, username) = if is_automatic {
        (TELEGRAM, false, "Telegram", None)
    } else if sender == chat {
        (GROUP_ANONYMOUS_BOT, true, "Group", Some("GroupAnonymousBot"))
    } else {
        (CHANNEL_BOT, true, "Channel", Some("Channel_Bot"))
    };
    let (first_name, username) = (first_name.to_owned(), username.map(str::to_owned));
    User { id: id.0, is_bot, first_name, username, ..User::default() }
}

/// Whether messages of that chat are posts of a channel.
pub(crate) fn is_channel(world: &World, chat: ChatId) -> bool {
    matches!(chat, ChatId::Channel(_)) && world.group(chat).is_some_and(Group::is_channel)
}
