use super::Place;
use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view::{self, Named, Viewer, length};
use parlor_wire_tl::functions::{MessagesGetChatInviteImporters, MessagesHideAllChatJoinRequests};
use parlor_wire_tl::{enums, types};
use parlor_world::ops::group::DecideJoinRequest;
use parlor_world::refusal::GroupOperation;
use parlor_world::state::group::{AdminRights, Group, PendingJoin};
use parlor_world::{Actor, ChatId, Refusal, Timestamp, World};

/// > limit: Maximum number of results to return
const MAX_LIMIT: usize = 100;

/// Who asks to be let in. Who came by which link is not kept.
pub(in crate::rpc) async fn get_importers(
    context: &Context,
    request: MessagesGetChatInviteImporters,
) -> Answer {
    let viewer = context.viewer()?;
    context.user()?;
    if !request.requested {
        return Err(RpcError::not_served("messages.getChatInviteImporters without requested"));
    }
    let chat = Place::Peer(request.peer.clone()).find(context).await?;
    let found = context.read(|world, now| {
        let group = manageable(world, viewer, chat, now)?;
        Ok::<_, RpcError>(importers(world, viewer, group, &request))
    });
    context.encode(&enums::MessagesChatInviteImporters::from(found.await??))
}

fn manageable(
    world: &World,
    Viewer { me, .. }: Viewer,
    chat: ChatId,
    now: Timestamp,
) -> Result<&Group, Refusal> {
    decode::target_of(chat, me).resolve_as_member(world, Actor::from(me), now)?;
    let may = world.status(chat, me, now).rights().contains(AdminRights::INVITE_USERS);
    let group = world.group(chat).ok_or(Refusal::ChatHasNoJoinRequests)?;
    may.then_some(group).ok_or(Refusal::NotEnoughRights(GroupOperation::ManageJoinRequests))
}

fn importers(
    world: &World,
    viewer: Viewer,
    group: &Group,
    request: &MessagesGetChatInviteImporters,
) -> types::MessagesChatInviteImporters {
    let query = request.q.as_deref().unwrap_or_default().to_lowercase();
    let hash = request.link.as_deref().map(link_hash);
    let is_wanted = |pending: &&PendingJoin| {
        hash.is_none_or(|hash| pending.link.as_deref() == Some(hash))
            && world.full_name(pending.account).to_lowercase().contains(&query)
    };
    let mut all: Vec<_> = group.pending.values().filter(is_wanted).collect();
    all.sort_by_key(|pending| (std::cmp::Reverse(pending.date), pending.account));
    // > offset_user, offset_date: the last one of the page before
    let offset = match &request.offset_user {
        enums::InputUser::InputUser(user) => {
            all.iter().position(|pending| pending.account.0 == user.user_id).map(|at| at + 1)
        }
        _ => None,
    };
    let limit = usize::try_from(request.limit).unwrap_or(0).clamp(1, MAX_LIMIT);
    let page: Vec<_> = all.iter().skip(offset.unwrap_or(0)).take(limit).collect();
    let mut named = Named::default();
    page.iter().for_each(|pending| named.add_account(pending.account));
    let importer = |pending: &&&PendingJoin| {
        let user = world.user(pending.account);
        let about = user.and_then(|user| user.profile.bio.as_deref()).map(str::to_owned);
        let (user_id, date) = (pending.account.0, view::seconds(pending.date));
        types::ChatInviteImporter { requested: true, user_id, date, about, ..Default::default() }.into()
    };
    types::MessagesChatInviteImporters {
        count: length(all.len()),
        importers: page.iter().map(importer).collect(),
        users: named.users(world, viewer.me),
    }
}

/// The hash of an invite link, however it is written.
pub(super) fn link_hash(link: &str) -> &str {
    let last = link.rsplit('/').next().unwrap_or(link);
    let last = last.rsplit('=').next().unwrap_or(last);
    last.trim_start_matches('+')
}

/// Decides all requests to join, or those by one link.
pub(in crate::rpc) async fn hide_all(context: &Context, request: MessagesHideAllChatJoinRequests) -> Answer {
    let viewer = context.viewer()?;
    context.user()?;
    let chat = Place::Peer(request.peer).find(context).await?;
    let hash = request.link.as_deref().map(link_hash);
    let waiting = context.read(|world, now| {
        let group = manageable(world, viewer, chat, now)?;
        let by_link = group
            .pending
            .values()
            .filter(|pending| hash.is_none_or(|hash| pending.link.as_deref() == Some(hash)));
        Ok::<_, RpcError>(by_link.map(|pending| pending.account).collect::<Vec<_>>())
    });
    // At most `MAX_PENDING_JOINS`.
    for account in waiting.await?? {
        let (actor, target) = (Actor::from(viewer.me), decode::target_of(chat, viewer.me));
        let decided =
            context.execute(DecideJoinRequest { actor, target, account, approved: request.approved });
        match decided.await {
            // It was withdrawn, or decided by another administrator meanwhile.
            Err(error) if error.refusal == Some(Refusal::JoinRequestMissing) => {}
            decided => decided?,
        }
    }
    let date = context.read(|_, now| view::date(now)).await?;
    context.encode(&enums::Updates::from(types::Updates { date, ..Default::default() }))
}

#[cfg(test)]
mod tests {
    use super::link_hash;

    #[test]
    fn a_link_is_known_by_its_hash() {
        for link in ["https://t.me/+AbC_-1", "t.me/joinchat/AbC_-1", "tg://join?invite=AbC_-1", "AbC_-1"] {
            assert_eq!(link_hash(link), "AbC_-1", "{link}");
        }
    }
}
