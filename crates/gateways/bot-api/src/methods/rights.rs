//! What members and administrators may do.

use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use crate::refusal::Call;
use parlor_view::administrator_rights;
use parlor_wire_bot_api::requests::{
    BanChatSenderChat, GetMyDefaultAdministratorRights, PromoteChatMember, RestrictChatMember,
    SetChatAdministratorCustomTitle, SetChatPermissions, SetMyDefaultAdministratorRights,
    UnbanChatSenderChat,
};
use parlor_world::ChatId;
use parlor_world::ids::GroupKind;
use parlor_world::ops::bot::SetDefaultRights;
use parlor_world::ops::group::{
    BanSenderChat, EditGroup, GroupEdit, PromoteMember, RestrictMember, SetCustomTitle,
};
use parlor_world::state::group::AdminRights;

pub(super) async fn restrict(context: &Context<'_>, request: RestrictChatMember) -> Result<Answer, ApiError> {
    let account = decode::user_id(request.user_id)?;
    let permissions = decode::permissions(&request.permissions, request.use_independent_chat_permissions)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let until = request.until_date.unwrap_or_default();
    context.execute(RestrictMember { actor, target, account, permissions, until }).await
}

pub(super) async fn set_permissions(
    context: &Context<'_>,
    request: SetChatPermissions,
) -> Result<Answer, ApiError> {
    let permissions = decode::permissions(&request.permissions, request.use_independent_chat_permissions)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(EditGroup { actor, target, edit: GroupEdit::Permissions(permissions) }).await
}

pub(super) async fn promote(context: &Context<'_>, request: PromoteChatMember) -> Result<Answer, ApiError> {
    let account = decode::user_id(request.user_id)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let command = PromoteMember { actor, target, account, rights: rights(&request), title: None };
    context.execute_with(Call::Promote, command, |_, ()| ()).await?;
    Answer::yes()
}

fn rights(request: &PromoteChatMember) -> AdminRights {
    let given = [
        (request.is_anonymous, AdminRights::ANONYMOUS),
        (request.can_manage_chat, AdminRights::MANAGE_CHAT),
        (request.can_delete_messages, AdminRights::DELETE_MESSAGES),
        (request.can_manage_video_chats, AdminRights::MANAGE_VIDEO_CHATS),
        (request.can_restrict_members, AdminRights::RESTRICT_MEMBERS),
        (request.can_promote_members, AdminRights::PROMOTE_MEMBERS),
        (request.can_change_info, AdminRights::CHANGE_INFO),
        (request.can_invite_users, AdminRights::INVITE_USERS),
        (request.can_post_stories, AdminRights::POST_STORIES),
        (request.can_edit_stories, AdminRights::EDIT_STORIES),
        (request.can_delete_stories, AdminRights::DELETE_STORIES),
        (request.can_post_messages, AdminRights::POST_MESSAGES),
        (request.can_edit_messages, AdminRights::EDIT_MESSAGES),
        (request.can_pin_messages, AdminRights::PIN_MESSAGES),
        (request.can_manage_topics, AdminRights::MANAGE_TOPICS),
        (request.can_manage_direct_messages, AdminRights::MANAGE_DIRECT_MESSAGES),
        (request.can_manage_tags, AdminRights::MANAGE_TAGS),
        (request.can_send_welcome_messages, AdminRights::SEND_WELCOME_MESSAGES),
    ];
    given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, right)| right).collect()
}

pub(super) async fn set_title(
    context: &Context<'_>,
    request: SetChatAdministratorCustomTitle,
) -> Result<Answer, ApiError> {
    let account = decode::user_id(request.user_id)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(SetCustomTitle { actor, target, account, title: request.custom_title }).await
}

pub(super) async fn ban_sender(
    context: &Context<'_>,
    request: BanChatSenderChat,
) -> Result<Answer, ApiError> {
    set_sender(context, &request.chat_id, request.sender_chat_id, true).await
}

pub(super) async fn unban_sender(
    context: &Context<'_>,
    request: UnbanChatSenderChat,
) -> Result<Answer, ApiError> {
    set_sender(context, &request.chat_id, request.sender_chat_id, false).await
}

async fn set_sender(
    context: &Context<'_>,
    chat_id: &str,
    sender: Option<i64>,
    is_banned: bool,
) -> Result<Answer, ApiError> {
    let sender = sender.ok_or_else(|| ApiError::bad_request("sender_chat_id is empty"))?;
    let sender = ChatId::from_bot_api(sender, context.bot);
    let (actor, target) = (context.actor(), context.target(chat_id));
    context.execute(BanSenderChat { actor, target, sender, is_banned }).await
}

pub(super) async fn set_default(
    context: &Context<'_>,
    request: SetMyDefaultAdministratorRights,
) -> Result<Answer, ApiError> {
    let rights = decode::administrator_rights(&request.rights)?;
    let for_channels = request.for_channels;
    context.execute(SetDefaultRights { bot: context.bot, for_channels, rights }).await
}

pub(super) async fn get_default(
    context: &Context<'_>,
    request: GetMyDefaultAdministratorRights,
) -> Result<Answer, ApiError> {
    let for_channels = request.for_channels;
    let kind = if for_channels { GroupKind::Channel } else { GroupKind::Supergroup };
    let rights = context.read(|world| {
        let bot = world.bot(context.bot);
        let rights = bot.map_or(AdminRights::empty(), |bot| bot.settings.default_rights(for_channels));
        administrator_rights(kind, rights)
    });
    Answer::of(&rights.await?)
}
