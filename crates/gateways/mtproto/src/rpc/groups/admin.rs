use super::{Place, answer, change, user};
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::enums;
use parlor_wire_tl::functions::{ChannelsEditAdmin, ChannelsEditBanned, MessagesEditChatAdmin};
use parlor_world::ops::group::{
    BanMember, BanSenderChat, EditGroup, GroupEdit, PromoteMember, RestrictMember, UnbanMember,
};
use parlor_world::state::group::{AdminRights, MemberStatus};
use parlor_world::{AccountId, Actor, ChatId};

pub(in crate::rpc) async fn edit_admin(context: &Context, request: ChannelsEditAdmin) -> Answer {
    let me = context.me()?;
    let chat = Place::Channel(request.channel).find(context).await?;
    let command = PromoteMember {
        actor: Actor::from(me),
        target: decode::target_of(chat, me),
        account: user(context, &request.user_id).await?,
        rights: decode::admin_rights(&request.admin_rights),
        title: request.rank,
    };
    answer(context, chat, command).await
}

/// Administrators of basic groups have all rights that exist there but one: they make no others.
pub(in crate::rpc) async fn edit_chat_admin(context: &Context, request: MessagesEditChatAdmin) -> Answer {
    let me = context.me()?;
    let chat = Place::Group(request.chat_id).find(context).await?;
    let all = AdminRights::CHANGE_INFO
        | AdminRights::DELETE_MESSAGES
        | AdminRights::RESTRICT_MEMBERS
        | AdminRights::INVITE_USERS
        | AdminRights::PIN_MESSAGES
        | AdminRights::MANAGE_VIDEO_CHATS
        | AdminRights::MANAGE_CHAT;
    let command = PromoteMember {
        actor: Actor::from(me),
        target: decode::target_of(chat, me),
        account: user(context, &request.user_id).await?,
        rights: if request.is_admin { all } else { AdminRights::empty() },
        title: None,
    };
    change(context, chat, command).await?;
    context.encode(&true)
}

/// Bans, restricts, or lifts either: `view_messages` is a ban, no denied right at all lifts.
pub(in crate::rpc) async fn edit_banned(context: &Context, request: ChannelsEditBanned) -> Answer {
    let me = context.me()?;
    let chat = Place::Channel(request.channel).find(context).await?;
    let enums::ChatBannedRights::ChatBannedRights(rights) = &request.banned_rights;
    let (is_ban, until) = (rights.view_messages, i64::from(rights.until_date));
    let participant = Place::Peer(request.participant).find(context).await?;
    let (actor, target) = (Actor::from(me), decode::target_of(chat, me));
    let Some(account) = participant.other(me) else {
        let command = BanSenderChat { actor, target, sender: participant, is_banned: is_ban };
        return answer(context, chat, command).await;
    };
    if is_ban {
        return answer(context, chat, BanMember { actor, target, account, until }).await;
    }
    let permissions = decode::permissions(&request.banned_rights);
    if permissions.is_all() && !is_restricted(context, chat, account).await? {
        return answer(context, chat, UnbanMember { actor, target, account, only_if_banned: true }).await;
    }
    answer(context, chat, RestrictMember { actor, target, account, permissions, until }).await
}

async fn is_restricted(context: &Context, chat: ChatId, account: AccountId) -> Result<bool, RpcError> {
    let is = |status: &MemberStatus| matches!(status, MemberStatus::Restricted(_));
    context.read(|world, now| is(world.status(chat, account, now))).await
}

pub(in crate::rpc) async fn edit_default_banned_rights(
    context: &Context,
    peer: enums::InputPeer,
    rights: &enums::ChatBannedRights,
) -> Answer {
    let me = context.me()?;
    let chat = Place::Peer(peer).find(context).await?;
    let edit = GroupEdit::Permissions(decode::permissions(rights));
    answer(context, chat, EditGroup { actor: Actor::from(me), target: decode::target_of(chat, me), edit })
        .await
}
