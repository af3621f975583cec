use crate::group::permissions;
use crate::{ViewContext, chat, message};
use parlor_wire_bot_api::objects::{AcceptedGiftTypes, Chat, ChatFullInfo};
use parlor_world::ChatId;
use parlor_world::ids::{BoxId, ChannelId, GroupId, GroupKind};
use parlor_world::state::group::InviteLink;

/// `getChat`, by a bot.
///
/// An `invite_link` is the bot's own primary one.
pub fn full_chat(context: &ViewContext<'_>) -> ChatFullInfo {
    let Chat { id, kind, title, first_name, last_name, username, is_forum, .. } = chat::chat(context);
    let bio = context.other().and_then(|other| context.profile(other)?.bio.as_deref());
    let pinned = context.dialog().and_then(|dialog| dialog.pinned().next());
    ChatFullInfo {
        id,
        kind,
        title,
        is_forum,
        first_name,
        last_name,
        active_usernames: username.clone().map(|username| vec![username]),
        username,
        bio: bio.map(str::to_owned),
        accepted_gift_types: AcceptedGiftTypes {
            unlimited_gifts: true,
            limited_gifts: true,
            unique_gifts: true,
            premium_subscription: true,
            gifts_from_channels: true,
        },
        pinned_message: pinned.map(|pinned| Box::new(message::without_reply(context, pinned))),
        max_reaction_count: 11,
        // > Identifier of the accent color […] 0-6 are the same as the user's id modulo 7
        accent_color_id: accent_color(context.chat(), id),
        ..group_fields(context)
    }
}

/// Groups and channels have theirs by MTProto's id.
fn accent_color(chat: ChatId, id: i64) -> i64 {
    match chat {
        ChatId::Private(..) => id % 7,
        ChatId::Group(GroupId(id)) | ChatId::Channel(ChannelId(id)) => id % 7,
    }
}

/// What only groups and channels have.
fn group_fields(context: &ViewContext<'_>) -> ChatFullInfo {
    let Some(group) = context.group() else { return ChatFullInfo::default() };
    let profile = &group.profile;
    let is_supergroup = group.kind == GroupKind::Supergroup;
    // > The bot must be an administrator in the chat and must have the can_invite_users administrator right
    let link = context.world().primary_link(context.chat(), context.viewer());
    let positive = |number: u32| Some(i64::from(number)).filter(|number| *number > 0);
    ChatFullInfo {
        description: Some(profile.description.to_string()).filter(|text| !text.is_empty()),
        invite_link: link.map(InviteLink::url),
        permissions: (!group.is_channel()).then(|| Box::new(permissions(profile.permissions))),
        join_to_send_messages: is_supergroup && (profile.linked.is_none() || profile.join_to_send),
        join_by_request: profile.join_by_request,
        has_hidden_members: profile.has_hidden_members,
        has_visible_history: is_supergroup,
        slow_mode_delay: positive(profile.slow_mode),
        message_auto_delete_time: positive(profile.auto_delete),
        has_protected_content: profile.is_protected,
        linked_chat_id: profile.linked.map(|linked| BoxId::from(linked).0),
        can_send_paid_media: group.is_channel(),
        ..ChatFullInfo::default()
    }
}
