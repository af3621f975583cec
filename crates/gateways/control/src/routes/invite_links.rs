//! Invite links of groups and channels.

use super::extract::{AtGroup, Body, By, GroupPath, Json, Path, Query, World, group};
use super::groups::Actor;
use crate::dto::{InviteLink, LinkChoice};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Host;
use parlor_world::ops::group::{
    CreateInviteLink, DeleteInviteLink, EditInviteLink, ExportInviteLink, RevokeInviteLink,
};
use parlor_world::{ChatId, Refusal};
use serde::Deserialize;
use utoipa::IntoParams;

/// `/groups/{group}/links/{link}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct LinkPath {
    /// The Bot API id of a group, supergroup or channel, or its username with or without `@`.
    group: String,
    /// The link's hash: what stands after `t.me/+`.
    link: String,
}

/// Lists the invite links of a group or channel, revoked ones too, the oldest first.
#[utoipa::path(
    get,
    path = "/control/groups/{group}/links",
    operation_id = "list_invite_links",
    tag = "joining",
    params(GroupPath),
    responses((status = 200, description = "The links of all administrators", body = Vec<InviteLink>), Problem)
)]
pub(super) async fn list(at: AtGroup) -> Result<Json<Vec<InviteLink>>, Problem> {
    let links = at.host.read(|world, _| {
        let links = world.group(at.group).into_iter().flat_map(|group| group.links.values());
        let mut links: Vec<_> = links.map(|link| InviteLink::of(world, at.group, link)).collect();
        links.sort_by_key(|shown| (shown.created, shown.link.is_primary));
        links
    });
    Ok(Json(links.await?))
}

async fn shown(host: &Host, chat: ChatId, hash: &str) -> Result<Json<InviteLink>, Problem> {
    let shown = host.read(|world, _| {
        let link = world.group(chat)?.links.get(hash)?;
        Some(InviteLink::of(world, chat, link))
    });
    Ok(Json(shown.await?.ok_or(Refusal::InviteLinkInvalid)?))
}

/// Makes an invite link.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/links",
    operation_id = "create_invite_link",
    tag = "joining",
    params(GroupPath),
    request_body = LinkChoice,
    responses((status = 201, description = "The new link", body = InviteLink), Problem)
)]
pub(super) async fn create(
    at: AtGroup,
    Body(choice): Body<LinkChoice>,
) -> Result<(StatusCode, Json<InviteLink>), Problem> {
    let (actor, target) = (at.actor(choice.by.clone()).await?.into(), at.group.into());
    let link = at.host.execute(CreateInviteLink { actor, target, options: choice.into() }).await?;
    Ok((StatusCode::CREATED, shown(&at.host, at.group, &link.hash).await?))
}

/// Makes a new primary invite link of an administrator; its present one is revoked.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/links/primary",
    operation_id = "export_invite_link",
    tag = "joining",
    params(GroupPath),
    request_body = Actor,
    responses((status = 201, description = "The new link", body = InviteLink), Problem)
)]
pub(super) async fn export(
    at: AtGroup,
    Body(actor): Body<Actor>,
) -> Result<(StatusCode, Json<InviteLink>), Problem> {
    let (actor, target) = (at.actor(actor.by).await?.into(), at.group.into());
    let link = at.host.execute(ExportInviteLink { actor, target }).await?;
    Ok((StatusCode::CREATED, shown(&at.host, at.group, &link.hash).await?))
}

/// The link that the path names, in the world of the request.
async fn at_link(host: Host, path: LinkPath) -> Result<(AtGroup, String), Problem> {
    let group = group(&host, &path.group).await?;
    Ok((AtGroup { host, group }, path.link))
}

/// Sets all options of an invite link anew: absent ones are reset.
#[utoipa::path(
    put,
    path = "/control/groups/{group}/links/{link}",
    operation_id = "edit_invite_link",
    tag = "joining",
    params(LinkPath),
    request_body = LinkChoice,
    responses((status = 200, description = "The link after the change", body = InviteLink), Problem)
)]
pub(super) async fn edit(
    World(host): World,
    Path(path): Path<LinkPath>,
    Body(choice): Body<LinkChoice>,
) -> Result<Json<InviteLink>, Problem> {
    let (at, hash) = at_link(host, path).await?;
    let (actor, target) = (at.actor(choice.by.clone()).await?.into(), at.group.into());
    let options = choice.into();
    at.host.execute(EditInviteLink { actor, target, hash: hash.clone(), options }).await?;
    shown(&at.host, at.group, &hash).await
}

/// Revokes an invite link. Instead of a primary one the administrator gets another. One that was revoked is deleted.
#[utoipa::path(
    delete,
    path = "/control/groups/{group}/links/{link}",
    operation_id = "revoke_invite_link",
    tag = "joining",
    params(LinkPath, By),
    responses((status = 204, description = "Nobody can join by the link"), Problem)
)]
pub(super) async fn revoke(
    World(host): World,
    Path(path): Path<LinkPath>,
    Query(by): Query<By>,
) -> Result<StatusCode, Problem> {
    let (at, hash) = at_link(host, path).await?;
    let (actor, target) = (at.actor_of(by).await?.into(), at.group.into());
    let is_revoked = at.host.read(|world, _| {
        let link = world.group(at.group)?.links.get(hash.as_str())?;
        Some(link.is_revoked)
    });
    match is_revoked.await?.ok_or(Refusal::InviteLinkInvalid)? {
        true => at.host.execute(DeleteInviteLink { actor, target, hash }).await?,
        false => drop(at.host.execute(RevokeInviteLink { actor, target, hash }).await?),
    }
    Ok(StatusCode::NO_CONTENT)
}
