//! Groups, supergroups and channels: what all their members share.

use super::extract::{AtGroup, Body, By, GroupPath, Json, Limit, Query, World, find_any};
use crate::dto::{AccountName, ChatName, Group, GroupPatch, GroupType, NewGroup};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Host;
use parlor_world::ops::group::{
    AddMembers, CreateGroup, DeleteGroup, EditGroup, GroupEdit, PromoteMember, UpgradeGroup,
};
use parlor_world::refusal::GroupOperation;
use parlor_world::state::group::{AdminRights, MAX_ADMINISTRATORS, MAX_BOTS};
use parlor_world::{AccountId, ChatId, Command, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

/// > New chat description, 0-255 characters
const MAX_DESCRIPTION: usize = 255;

async fn shown(host: &Host, chat: ChatId) -> Result<Json<Group>, Problem> {
    let shown = host.read(|world, now| Group::of(world, chat, now)).await?;
    Ok(Json(shown.ok_or(Refusal::ChatNotFound)?))
}

/// Makes a group, supergroup or channel.
#[utoipa::path(
    post,
    path = "/control/groups",
    operation_id = "create_group",
    tag = "groups",
    request_body = NewGroup,
    responses((status = 201, description = "The new chat", body = Group), Problem)
)]
pub(super) async fn create(
    World(host): World,
    Body(new): Body<NewGroup>,
) -> Result<(StatusCode, Json<Group>), Problem> {
    let company = Company::of(&host, &new).await?;
    let is_basic = new.kind == GroupType::Group;
    // Basic groups are made with their members, which the service message names.
    let members = if is_basic { company.members.clone() } else { Vec::new() };
    let (owner, kind, id) = (company.owner, new.kind.into(), new.id()?);
    let chat = host.execute(CreateGroup { owner, kind, profile: new.profile(), members, id }).await?;
    if !is_basic && !company.members.is_empty() {
        let (target, accounts) = (chat.into(), company.members);
        host.execute(AddMembers { user: owner, target, accounts }).await?;
    }
    for account in company.administrators {
        let (actor, target) = (owner.into(), chat.into());
        let rights = AdminRights::all().difference(AdminRights::ANONYMOUS);
        host.execute(PromoteMember { actor, target, account, rights, title: None }).await?;
    }
    Ok((StatusCode::CREATED, shown(&host, chat).await?))
}

/// Who is in a new chat from the beginning. It is checked before the chat is made, which takes several commands: a refusal
/// leaves nothing behind.
struct Company {
    owner: AccountId,
    /// Who is added: all but the owner, and but bots that come as administrators.
    members: Vec<AccountId>,
    administrators: Vec<AccountId>,
}

impl Company {
    async fn of(host: &Host, new: &NewGroup) -> Result<Self, Problem> {
        host.find(|world| Self::find(world, new)).await?
    }

    fn find(world: &parlor_world::World, new: &NewGroup) -> Result<Self, Problem> {
        let account = |name: &AccountName| find_any(world, &name.clone().into_text());
        let owner = account(&new.owner)?;
        if new.username.as_deref().is_some_and(|name| !name.is_empty()) && new.kind == GroupType::Group {
            return Err(Refusal::WrongChatKind(GroupOperation::SetUsername).into());
        }
        if new.is_forum && new.kind != GroupType::Supergroup {
            return Err(Refusal::WrongChatKind(GroupOperation::ChangeInfo).into());
        }
        if new.description.chars().count() > MAX_DESCRIPTION {
            return Err(Refusal::DescriptionTooLong.into());
        }
        let mut members = Vec::new();
        let mut administrators = Vec::new();
        for (names, is_administrator) in [(&new.members, false), (&new.administrators, true)] {
            for name in names {
                let account = account(name)?;
                if account == owner {
                    continue;
                }
                ensure_addable(world, account, new.kind, is_administrator)?;
                if is_administrator && !administrators.contains(&account) {
                    administrators.push(account);
                }
                // Bots come as administrators by being promoted.
                let is_added = !(is_administrator && world.is_bot(account));
                if is_added && !members.contains(&account) {
                    members.push(account);
                }
            }
        }
        members.retain(|account| !(world.is_bot(*account) && administrators.contains(account)));
        let all = members.iter().chain(&administrators);
        if new.kind != GroupType::Channel && all.filter(|account| world.is_bot(**account)).count() > MAX_BOTS
        {
            return Err(Refusal::BotsTooMany.into());
        }
        if administrators.len() >= MAX_ADMINISTRATORS {
            return Err(Refusal::AdministratorsTooMany.into());
        }
        Ok(Self { owner, members, administrators })
    }
}

fn ensure_addable(
    world: &parlor_world::World,
    account: AccountId,
    kind: GroupType,
    is_administrator: bool,
) -> Result<(), Refusal> {
    match world.bot(account) {
        Some(bot) if bot.is_deleted => Err(Refusal::BotNotFound),
        Some(_) if kind == GroupType::Channel && !is_administrator => Err(Refusal::BotMustBeAdministrator),
        Some(bot) if !bot.flags.can_join_groups => Err(Refusal::BotCantJoinGroups),
        None if world.user(account).is_some_and(|user| user.is_deleted) => Err(Refusal::UserDeactivated),
        Some(_) | None => Ok(()),
    }
}

/// Lists all groups, supergroups and channels that were not deleted.
#[utoipa::path(
    get,
    path = "/control/groups",
    operation_id = "list_groups",
    tag = "groups",
    params(Limit),
    responses((status = 200, description = "The chats", body = Vec<Group>), Problem)
)]
pub(super) async fn list(
    World(host): World,
    Query(limit): Query<Limit>,
) -> Result<Json<Vec<Group>>, Problem> {
    let list = host.read(|world, now| {
        let present = world.all_groups().filter(|(_, group)| !group.is_deleted);
        present.take(limit.get()).filter_map(|(chat, _)| Group::of(world, chat, now)).collect()
    });
    Ok(Json(list.await?))
}

/// Shows one group, supergroup or channel.
#[utoipa::path(
    get,
    path = "/control/groups/{group}",
    operation_id = "show_group",
    tag = "groups",
    params(GroupPath),
    responses((status = 200, description = "The chat", body = Group), Problem)
)]
pub(super) async fn show(at: AtGroup) -> Result<Json<Group>, Problem> {
    shown(&at.host, at.group).await
}

/// Changes what a group or channel is: all that is named, or nothing.
#[utoipa::path(
    patch,
    path = "/control/groups/{group}",
    operation_id = "edit_group",
    tag = "groups",
    params(GroupPath),
    request_body = GroupPatch,
    responses((status = 200, description = "The chat after the change", body = Group), Problem)
)]
pub(super) async fn edit(at: AtGroup, Body(patch): Body<GroupPatch>) -> Result<Json<Group>, Problem> {
    let actor = at.actor(patch.by.clone()).await?;
    let edit = |edit: GroupEdit| EditGroup { actor: actor.into(), target: at.group.into(), edit };
    let edits: Vec<EditGroup> = patch.edits()?.into_iter().map(edit).collect();
    // Each is a command of its own: nothing is changed unless all of them are possible.
    let checked = at.host.read(|world, now| {
        edits.iter().try_for_each(|edit| unless_unchanged(edit.decide(world, now, &mut Vec::new())))
    });
    checked.await??;
    for edit in edits {
        match at.host.execute(edit).await {
            Err(parlor_host::Failure::Refused(refusal)) => unless_unchanged(Err(refusal))?,
            done => done?,
        }
    }
    shown(&at.host, at.group).await
}

/// A value that is the present one is no error here: the caller says what is to be.
fn unless_unchanged(result: Result<(), Refusal>) -> Result<(), Refusal> {
    match result {
        Err(Refusal::ChatNotModified | Refusal::DescriptionNotModified) => Ok(()),
        result => result,
    }
}

/// Deletes a group, supergroup or channel, as its owner.
#[utoipa::path(
    delete,
    path = "/control/groups/{group}",
    operation_id = "delete_group",
    tag = "groups",
    params(GroupPath, By),
    responses((status = 204, description = "The chat is deleted"), Problem)
)]
pub(super) async fn delete(at: AtGroup, Query(by): Query<By>) -> Result<StatusCode, Problem> {
    let user = at.actor_of(by).await?;
    at.host.execute(DeleteGroup { user, target: at.group.into() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who does something to a chat.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Actor {
    /// The account that does it; the owner if absent.
    pub(super) by: Option<ChatName>,
}

/// Makes a supergroup of a basic group.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/upgrade",
    operation_id = "upgrade_group",
    tag = "groups",
    params(GroupPath),
    request_body = Actor,
    responses((status = 201, description = "The new supergroup", body = Group), Problem)
)]
pub(super) async fn upgrade(
    at: AtGroup,
    Body(actor): Body<Actor>,
) -> Result<(StatusCode, Json<Group>), Problem> {
    let user = at.actor(actor.by).await?;
    let new = at.host.execute(UpgradeGroup { user, target: at.group.into() }).await?;
    Ok((StatusCode::CREATED, shown(&at.host, new).await?))
}
