use super::{Place, answer};
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view::{self, length};
use parlor_wire_tl::{enums, types};
use parlor_world::ids::GroupKind;
use parlor_world::ops::group::{JoinBy, JoinGroup, LeaveGroup};
use parlor_world::state::group::{Group, InviteLink, MemberStatus};
use parlor_world::{AccountId, Actor, ChatId, Refusal, Timestamp, World};

/// The first layer in which joining may lead to a web page instead.
const JOIN_RESULTS: u16 = 227;

pub(in crate::rpc) async fn join_channel(context: &Context, channel: enums::InputChannel) -> Answer {
    let user = context.user()?;
    let chat = Place::Channel(channel).find(context).await?;
    join(context, JoinGroup { user, by: JoinBy::Chat(decode::target_of(chat, user)) }).await
}

pub(in crate::rpc) async fn import_invite(context: &Context, hash: String) -> Answer {
    let user = context.user()?;
    join(context, JoinGroup { user, by: JoinBy::Link(hash) }).await
}

/// > INVITE_REQUEST_SENT: You have successfully requested to join this chat or channel.
async fn join(context: &Context, command: JoinGroup) -> Answer {
    let joined = context.execute_with_effects(command, |executed, joined| {
        (!joined.is_asked).then(|| executed.updates_in(joined.chat))
    });
    let updates = joined.await?.ok_or_else(|| RpcError::from(Refusal::JoinRequestSent))?;
    if context.layer() < JOIN_RESULTS {
        return context.encode(&updates);
    }
    let result = types::MessagesChatInviteJoinResultOk { updates };
    context.encode(&enums::MessagesChatInviteJoinResult::from(result))
}

pub(in crate::rpc) async fn leave_channel(context: &Context, channel: enums::InputChannel) -> Answer {
    let me = context.me()?;
    let chat = Place::Channel(channel).find(context).await?;
    let command = LeaveGroup { actor: Actor::from(me), target: decode::target_of(chat, me) };
    match answer(context, chat, command).await {
        // A public chat can be read, so it is no secret that it exists.
        Err(error) if matches!(error.refusal, Some(Refusal::NotInChat(_))) => {
            Err(RpcError { refusal: error.refusal, ..RpcError::bad("USER_NOT_PARTICIPANT") })
        }
        answer => answer,
    }
}

/// What an app shows before its user joins.
pub(in crate::rpc) async fn check_invite(context: &Context, hash: String) -> Answer {
    let user = context.user()?;
    let found = context.read(|world, now| {
        let chat = world.chat_by_link(&hash).ok_or(Refusal::InviteLinkInvalid)?;
        let group = world.group(chat).ok_or(Refusal::InviteLinkInvalid)?;
        let link = group.links.get(hash.as_str()).ok_or(Refusal::InviteLinkInvalid)?;
        invite(world, user, chat, group, link, now).ok_or(Refusal::InviteLinkExpired)
    });
    context.encode(&found.await??)
}

fn invite(
    world: &World,
    me: AccountId,
    chat: ChatId,
    group: &Group,
    link: &InviteLink,
    now: Timestamp,
) -> Option<enums::ChatInvite> {
    let status = world.status(chat, me, now);
    if status.is_present() {
        return Some(types::ChatInviteAlready { chat: view::chat(world, me, chat, now) }.into());
    }
    let is_banned = matches!(status, MemberStatus::Banned(_)) && group.kind != GroupKind::Basic;
    if is_banned || group.is_deleted || group.upgraded_to.is_some() || !link.is_valid(now) {
        return None;
    }
    let profile = &group.profile;
    let invite = types::ChatInvite {
        channel: group.kind != GroupKind::Basic,
        broadcast: group.is_channel(),
        public: profile.username.is_some(),
        megagroup: group.kind == GroupKind::Supergroup,
        request_needed: link.options.needs_approval,
        title: profile.title.to_string(),
        about: Some(profile.description.to_string()).filter(|about| !about.is_empty()),
        photo: types::PhotoEmpty { id: 0 }.into(),
        participants_count: length(group.member_count as usize),
        ..Default::default()
    };
    Some(invite.into())
}
