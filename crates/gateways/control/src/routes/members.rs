//! The members of groups and channels.

use super::extract::{AtGroup, AtMember, Body, By, GroupPath, Json, MemberPath, Query};
use super::groups::Actor;
use crate::dto::{AccountName, GroupMember, InputPermissions, InputRights};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Host;
use parlor_view::ViewContext;
use parlor_world::ids::GroupKind;
use parlor_world::ops::group::{
    AddMembers, BanMember, LeaveGroup, PromoteMember, RestrictMember, SetCustomTitle, UnbanMember,
};
use parlor_world::state::group::{AdminRights, Group, Member, MemberStatus};
use parlor_world::{AccountId, ChatId, Command, Refusal, Timestamp, World};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which of the members.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Listing {
    /// Everybody who is in the chat if absent.
    #[param(required = false, nullable = false)]
    filter: Option<MemberFilter>,
    /// The most entries to answer with; all if absent.
    #[param(required = false, nullable = false, minimum = 0)]
    limit: Option<usize>,
    /// The id or username of the account that looks, which must be allowed to; the test's side if absent.
    #[param(required = false, nullable = false)]
    by: Option<String>,
}

/// Which of the members.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MemberFilter {
    Administrators,
    Bots,
    Restricted,
    Banned,
}

impl MemberFilter {
    fn has(self, world: &World, account: AccountId, status: &MemberStatus) -> bool {
        match self {
            Self::Administrators => status.is_administrator(),
            Self::Bots => status.is_present() && world.is_bot(account),
            Self::Restricted => matches!(status, MemberStatus::Restricted(_)),
            Self::Banned => matches!(status, MemberStatus::Banned(_)),
        }
    }
}

/// The owner, administrators, everybody else; within each as they came.
fn order(status: &MemberStatus, member: &Member) -> (u8, i64) {
    let rank = match status {
        MemberStatus::Owner(_) => 0,
        MemberStatus::Administrator(_) => 1,
        _ => 2,
    };
    (rank, member.joined)
}

/// Lists the members of a group or channel: the owner, administrators, then all others as they came.
#[utoipa::path(
    get,
    path = "/control/groups/{group}/members",
    operation_id = "list_members",
    tag = "members",
    params(GroupPath, Listing),
    responses((status = 200, description = "The members", body = Vec<GroupMember>), Problem)
)]
pub(super) async fn list(
    at: AtGroup,
    Query(listing): Query<Listing>,
) -> Result<Json<Vec<GroupMember>>, Problem> {
    let is_by_test = listing.by.is_none();
    let viewer = at.actor_of(By { by: listing.by }).await;
    // The test's side also sees chats without an owner.
    let viewer = if is_by_test { viewer.unwrap_or(AccountId(0)) } else { viewer? };
    let members = at.host.read(|world, now| {
        if !is_by_test {
            ensure_may_list(world, now, at.group, viewer)?;
        }
        let all = world.members(at.group).map(|(account, member)| (account, member, member.status.at(now)));
        let wanted = all.filter(|(account, _, status)| match listing.filter {
            Some(filter) => filter.has(world, *account, status),
            None => status.is_present(),
        });
        let mut wanted: Vec<_> = wanted.collect();
        wanted.sort_by_key(|(_, member, status)| order(status, member));
        wanted.truncate(listing.limit.unwrap_or(usize::MAX));
        let context = ViewContext::new(world, viewer, at.group);
        let members = wanted.iter().map(|(account, ..)| GroupMember::of(&context, world, *account, now));
        Ok::<_, Refusal>(members.collect())
    });
    Ok(Json(members.await??))
}

/// Only administrators list the subscribers of a channel, or members that are hidden.
fn ensure_may_list(world: &World, now: Timestamp, chat: ChatId, viewer: AccountId) -> Result<(), Refusal> {
    parlor_world::Target::from(chat).resolve(world, viewer.into(), now)?;
    let is_hidden = |group: &Group| group.is_channel() || group.profile.has_hidden_members;
    match world.group(chat).is_some_and(is_hidden) && !world.status(chat, viewer, now).is_administrator() {
        true => Err(Refusal::MembersHidden),
        false => Ok(()),
    }
}

async fn shown(
    host: &Host,
    chat: ChatId,
    viewer: AccountId,
    account: AccountId,
) -> Result<Json<GroupMember>, Problem> {
    let shown =
        host.read(|world, now| GroupMember::of(&ViewContext::new(world, viewer, chat), world, account, now));
    Ok(Json(shown.await?))
}

/// Executes a command about a member, and shows what the member is then.
async fn change(
    AtMember { at, member }: &AtMember,
    actor: AccountId,
    command: impl Command<Outcome = ()>,
) -> Result<Json<GroupMember>, Problem> {
    at.host.execute(command).await?;
    shown(&at.host, at.group, actor, *member).await
}

/// Shows what an account is in a group or channel.
#[utoipa::path(
    get,
    path = "/control/groups/{group}/members/{member}",
    operation_id = "show_member",
    tag = "members",
    params(MemberPath),
    responses((status = 200, description = "The member, or who is not there: `left` or `kicked`", body = GroupMember), Problem)
)]
pub(super) async fn show(AtMember { at, member }: AtMember) -> Result<Json<GroupMember>, Problem> {
    let viewer = at.actor(None).await.unwrap_or(AccountId(0));
    shown(&at.host, at.group, viewer, member).await
}

/// Whom to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Addition {
    /// Users and bots. To a channel, bots come by promoting them.
    #[schema(min_items = 1)]
    accounts: Vec<AccountName>,
    /// The user who adds them; the owner if absent.
    by: Option<AccountName>,
}

/// Adds accounts to a group or channel.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/members",
    operation_id = "add_members",
    tag = "members",
    params(GroupPath),
    request_body = Addition,
    responses((status = 201, description = "They are members", body = Vec<GroupMember>), Problem)
)]
pub(super) async fn add(
    at: AtGroup,
    Body(addition): Body<Addition>,
) -> Result<(StatusCode, Json<Vec<GroupMember>>), Problem> {
    let user = at.actor(addition.by).await?;
    let accounts = at.accounts(addition.accounts).await?;
    let added = accounts.clone();
    let command = AddMembers { user, target: at.group.into(), accounts };
    let shown = at.host.execute_with(command, |world, now, ()| {
        let context = ViewContext::new(world, user, at.group);
        added.iter().map(|account| GroupMember::of(&context, world, *account, now)).collect()
    });
    Ok((StatusCode::CREATED, Json(shown.await?)))
}

/// The rights of an administrator.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Promotion {
    /// All rights that it has from now on; none makes it a member again. All that the actor has, but not to be anonymous, if
    /// absent.
    rights: Option<InputRights>,
    /// Shown instead of "admin"; the present one stays if absent.
    #[schema(max_length = 16)]
    custom_title: Option<String>,
    /// Who does it; the owner if absent.
    by: Option<AccountName>,
}

/// Makes an account an administrator, or changes its rights. A bot that is not there is added.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/members/{member}/promote",
    operation_id = "promote_member",
    tag = "members",
    params(MemberPath),
    request_body = Promotion,
    responses((status = 200, description = "The administrator", body = GroupMember), Problem)
)]
pub(super) async fn promote(
    at: AtMember,
    Body(promotion): Body<Promotion>,
) -> Result<Json<GroupMember>, Problem> {
    let actor = at.at.actor(promotion.by).await?;
    let own = at.at.host.read(|world, now| world.status(at.at.group, actor, now).rights()).await?;
    let rights = promotion.rights.map_or(own.difference(AdminRights::ANONYMOUS), AdminRights::from);
    let (target, account, title) = (at.at.group.into(), at.member, promotion.custom_title);
    change(&at, actor, PromoteMember { actor: actor.into(), target, account, rights, title }).await
}

/// The title of an administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Title {
    /// Empty removes it.
    #[schema(max_length = 16)]
    custom_title: String,
    /// Who gives it; the owner if absent.
    by: Option<AccountName>,
}

/// Gives an administrator a title.
#[utoipa::path(
    put,
    path = "/control/groups/{group}/members/{member}/title",
    operation_id = "set_custom_title",
    tag = "members",
    params(MemberPath),
    request_body = Title,
    responses((status = 200, description = "The administrator", body = GroupMember), Problem)
)]
pub(super) async fn entitle(at: AtMember, Body(new): Body<Title>) -> Result<Json<GroupMember>, Problem> {
    let actor = at.at.actor(new.by).await?;
    let (target, account, title) = (at.at.group.into(), at.member, new.custom_title);
    change(&at, actor, SetCustomTitle { actor: actor.into(), target, account, title }).await
}

/// What a member may do.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RestrictionRequest {
    /// All permissions lift the restriction; none if absent.
    permissions: InputPermissions,
    /// Unix seconds; less than 30 seconds or more than 366 days from now is for ever, as is 0.
    until_date: i64,
    /// Who does it; the owner if absent.
    by: Option<AccountName>,
}

/// Restricts what a member of a supergroup may do.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/members/{member}/restrict",
    operation_id = "restrict_member",
    tag = "members",
    params(MemberPath),
    request_body = RestrictionRequest,
    responses((status = 200, description = "The member", body = GroupMember), Problem)
)]
pub(super) async fn restrict(
    at: AtMember,
    Body(new): Body<RestrictionRequest>,
) -> Result<Json<GroupMember>, Problem> {
    let actor = at.at.actor(new.by).await?;
    let (target, account) = (at.at.group.into(), at.member);
    let (permissions, until) = (new.permissions.into(), new.until_date);
    change(&at, actor, RestrictMember { actor: actor.into(), target, account, permissions, until }).await
}

/// For how long an account is banned.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct BanRequest {
    /// Unix seconds; less than 30 seconds or more than 366 days from now is for ever, as is 0.
    until_date: i64,
    /// Who does it; the owner if absent.
    by: Option<AccountName>,
}

/// Removes an account, which can't come back by itself.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/members/{member}/ban",
    operation_id = "ban_member",
    tag = "members",
    params(MemberPath),
    request_body = BanRequest,
    responses((status = 200, description = "Who was banned", body = GroupMember), Problem)
)]
pub(super) async fn ban(at: AtMember, Body(new): Body<BanRequest>) -> Result<Json<GroupMember>, Problem> {
    let actor = at.at.actor(new.by).await?;
    let (target, account, until) = (at.at.group.into(), at.member, new.until_date);
    change(&at, actor, BanMember { actor: actor.into(), target, account, until }).await
}

/// Lets a banned account come back. Nothing happens to one that is not banned.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/members/{member}/unban",
    operation_id = "unban_member",
    tag = "members",
    params(MemberPath),
    request_body = Actor,
    responses((status = 200, description = "Who is no longer banned", body = GroupMember), Problem)
)]
pub(super) async fn unban(at: AtMember, Body(new): Body<Actor>) -> Result<Json<GroupMember>, Problem> {
    let actor = at.at.actor(new.by).await?;
    let (target, account) = (at.at.group.into(), at.member);
    change(&at, actor, UnbanMember { actor: actor.into(), target, account, only_if_banned: true }).await
}

/// Removes a member, who can come back; the member itself leaves.
#[utoipa::path(
    delete,
    path = "/control/groups/{group}/members/{member}",
    operation_id = "remove_member",
    tag = "members",
    params(MemberPath, By),
    responses((status = 204, description = "The account is not in the chat"), Problem)
)]
pub(super) async fn remove(
    AtMember { at, member }: AtMember,
    Query(by): Query<By>,
) -> Result<StatusCode, Problem> {
    let actor = at.actor_of(by).await?;
    let (target, account) = (at.group.into(), member);
    if actor == account {
        at.host.execute(LeaveGroup { actor: actor.into(), target }).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    let (kind, is_present) = at
        .host
        .read(|world, now| {
            let kind = world.group(at.group).map(|group| group.kind);
            (kind, world.status(at.group, account, now).is_present())
        })
        .await?;
    if !is_present {
        return Err(Refusal::TargetNotInChat.into());
    }
    match kind {
        Some(GroupKind::Basic) => {
            at.host.execute(BanMember { actor: actor.into(), target, account, until: 0 }).await?;
        }
        _ => {
            let unban = UnbanMember { actor: actor.into(), target, account, only_if_banned: false };
            at.host.execute(unban).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
