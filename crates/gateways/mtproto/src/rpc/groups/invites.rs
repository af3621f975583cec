use super::join_requests::link_hash;
use super::{Place, user};
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view::{self, Named, length};
use parlor_wire_tl::functions::{
    MessagesEditExportedChatInvite, MessagesExportChatInvite, MessagesGetExportedChatInvites,
};
use parlor_wire_tl::{enums, types};
use parlor_world::ops::group::{
    CreateInviteLink, DeleteInviteLink, EditInviteLink, ExportInviteLink, RevokeInviteLink,
};
use parlor_world::refusal::GroupOperation;
use parlor_world::state::group::{AdminRights, InviteLink, LinkOptions, MemberStatus};
use parlor_world::{AccountId, Actor, ChatId, Refusal, Timestamp, World};

/// Links of one page.
const MAX_LIMIT: usize = 100;

/// A link as the account that asked is shown it.
fn shown(world: &World, me: AccountId, chat: ChatId, link: &InviteLink) -> enums::ExportedChatInvite {
    view::invite_link(world.group(chat), link, me, world.is_bot(me))
}

/// > legacy_revoke_permanent: Legacy flag, reproducing legacy behavior of this method: if set, revokes all previous links
/// > before creating a new one.
pub(in crate::rpc) async fn export_invite(context: &Context, request: MessagesExportChatInvite) -> Answer {
    let me = context.me()?;
    let chat = Place::Peer(request.peer.clone()).find(context).await?;
    let (actor, target) = (Actor::from(me), decode::target_of(chat, me));
    let link = if request.legacy_revoke_permanent {
        let export = ExportInviteLink { actor, target };
        context.execute_with(export, |world, _, link| shown(world, me, chat, &link)).await?
    } else {
        let options = new_options(&request);
        let create = CreateInviteLink { actor, target, options };
        context.execute_with(create, |world, _, link| shown(world, me, chat, &link)).await?
    };
    context.encode(&link)
}

fn new_options(request: &MessagesExportChatInvite) -> LinkOptions {
    let pricing = request.subscription_pricing.as_ref();
    LinkOptions {
        name: request.title.as_deref().unwrap_or_default().into(),
        expires: request.expire_date.filter(|date| *date != 0).map(i64::from),
        limit: request.usage_limit.filter(|limit| *limit != 0).map(limit),
        needs_approval: request.request_needed,
        subscription: pricing.map(|enums::StarsSubscriptionPricing::StarsSubscriptionPricing(pricing)| {
            let amount = u32::try_from(pricing.amount).unwrap_or_default();
            (u32::try_from(pricing.period).unwrap_or_default(), amount)
        }),
    }
}

/// A negative limit is refused as one that is too large.
fn limit(limit: i32) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

pub(in crate::rpc) async fn edit_invite(
    context: &Context,
    request: MessagesEditExportedChatInvite,
) -> Answer {
    let me = context.me()?;
    let chat = Place::Peer(request.peer.clone()).find(context).await?;
    let (actor, target) = (Actor::from(me), decode::target_of(chat, me));
    let hash = link_hash(&request.link).to_owned();
    if request.revoked {
        let revoke = RevokeInviteLink { actor, target, hash };
        let revoked = context.execute_with(revoke, |world, _, (revoked, new)| {
            let users = creators(world, me, [&revoked]);
            let invite = shown(world, me, chat, &revoked);
            let Some(new) = new else {
                return types::MessagesExportedChatInvite { invite, users }.into();
            };
            let new_invite = shown(world, me, chat, &new);
            enums::MessagesExportedChatInvite::from(types::MessagesExportedChatInviteReplaced {
                invite,
                new_invite,
                users,
            })
        });
        return context.encode(&revoked.await?);
    }
    let old =
        context.read(|world, _| Some(world.group(chat)?.links.get(hash.as_str())?.options.clone())).await?;
    let options = changed(old.unwrap_or_default(), &request);
    let edit = EditInviteLink { actor, target, hash, options };
    let edited = context.execute_with(edit, |world, _, link| {
        let users = creators(world, me, [&link]);
        types::MessagesExportedChatInvite { invite: shown(world, me, chat, &link), users }
    });
    context.encode(&enums::MessagesExportedChatInvite::from(edited.await?))
}

/// What the request leaves out stays; 0 removes a limit.
fn changed(old: LinkOptions, request: &MessagesEditExportedChatInvite) -> LinkOptions {
    let needs_approval = request.request_needed.unwrap_or(old.needs_approval);
    LinkOptions {
        name: request.title.as_deref().map_or(old.name, Into::into),
        expires: request
            .expire_date
            .map_or(old.expires, |date| Some(i64::from(date)).filter(|date| *date != 0)),
        limit: request.usage_limit.map_or(old.limit, |count| Some(limit(count)).filter(|limit| *limit != 0)),
        needs_approval,
        subscription: old.subscription,
    }
}

fn creators<'l>(
    world: &World,
    me: AccountId,
    links: impl IntoIterator<Item = &'l InviteLink>,
) -> Vec<enums::User> {
    let mut named = Named::default();
    links.into_iter().for_each(|link| named.add_account(link.creator));
    named.users(world, me)
}

/// The links of one administrator: one's own, or those of others for the owner.
pub(in crate::rpc) async fn get_invites(
    context: &Context,
    request: MessagesGetExportedChatInvites,
) -> Answer {
    let me = context.user()?;
    let chat = Place::Peer(request.peer).find(context).await?;
    let of = user(context, &request.admin_id).await?;
    let found = context.read(|world, now| {
        ensure_sees(world, me, chat, of, now)?;
        let all = world.group(chat).into_iter().flat_map(|group| group.links.values());
        let is_wanted = |link: &&InviteLink| link.creator == of && link.is_revoked == request.revoked;
        let mut links: Vec<_> = all.filter(is_wanted).collect();
        // The primary link comes first, then the newest.
        links.sort_by_key(|link| (!link.is_primary, std::cmp::Reverse(link.created)));
        let offset = request.offset_link.as_deref().map(link_hash);
        let start = offset.and_then(|hash| links.iter().position(|link| &*link.hash == hash));
        let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MAX_LIMIT);
        let page: Vec<_> = links.iter().skip(start.map_or(0, |start| start + 1)).take(limit).collect();
        Ok::<_, RpcError>(types::MessagesExportedChatInvites {
            count: length(links.len()),
            invites: page.iter().map(|link| shown(world, me, chat, link)).collect(),
            users: creators(world, me, page.iter().map(|link| **link)),
        })
    });
    context.encode(&enums::MessagesExportedChatInvites::from(found.await??))
}

fn ensure_sees(
    world: &World,
    me: AccountId,
    chat: ChatId,
    of: AccountId,
    now: Timestamp,
) -> Result<(), Refusal> {
    decode::target_of(chat, me).resolve_as_member(world, Actor::from(me), now)?;
    let status = world.status(chat, me, now);
    let is_owner = matches!(status, MemberStatus::Owner(_));
    let may = status.rights().contains(AdminRights::INVITE_USERS) && (of == me || is_owner);
    may.then_some(()).ok_or(Refusal::NotEnoughRights(GroupOperation::ManageInviteLink))
}

pub(in crate::rpc) async fn get_invite(context: &Context, peer: enums::InputPeer, link: String) -> Answer {
    let me = context.user()?;
    let chat = Place::Peer(peer).find(context).await?;
    let found = context.read(|world, now| {
        let link = world.group(chat).and_then(|group| group.links.get(link_hash(&link)));
        let link = link.ok_or(Refusal::InviteLinkExpired)?;
        ensure_sees(world, me, chat, link.creator, now)?;
        let (invite, users) = (shown(world, me, chat, link), creators(world, me, [link]));
        Ok::<_, RpcError>(types::MessagesExportedChatInvite { invite, users })
    });
    context.encode(&enums::MessagesExportedChatInvite::from(found.await??))
}

/// Only revoked links can be deleted.
pub(in crate::rpc) async fn delete_invite(context: &Context, peer: enums::InputPeer, link: String) -> Answer {
    let user = context.user()?;
    let chat = Place::Peer(peer).find(context).await?;
    let (actor, target) = (Actor::from(user), decode::target_of(chat, user));
    context.execute(DeleteInviteLink { actor, target, hash: link_hash(&link).to_owned() }).await?;
    context.encode(&true)
}
