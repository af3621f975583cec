//! How users come into groups and channels: by joining, asking, and being let in.

use super::extract::{
    AtDialog, AtGroup, AtMember, AtUser, Body, GroupPath, Json, MemberPath, Pair, UserPath, bot,
};
use super::groups::Actor;
use crate::dto::{AccountName, Dialog, InputRights, JoinResult, PendingRequest};
use crate::problem::Problem;
use http::StatusCode;
use parlor_world::link::{StartPayload, invite_hash};
use parlor_world::ops::group::{
    AddMembers, DecideJoinRequest, JoinBy, JoinGroup, LeaveGroup, PromoteMember, StartBotInGroup,
    WithdrawJoinRequest,
};
use parlor_world::{AccountId, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

/// Which group or channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    /// An invite link, `https://t.me/+…`; or a public chat: its username, link or Bot API id.
    link: String,
}

/// Joins a group or channel, or asks to be let in.
#[utoipa::path(
    post,
    path = "/control/users/{user}/join",
    operation_id = "join_group",
    tag = "joining",
    params(UserPath),
    request_body = Join,
    responses((status = 200, description = "The user is in, or has asked", body = JoinResult), Problem)
)]
pub(super) async fn join(
    AtUser { host, user }: AtUser,
    Body(Join { link }): Body<Join>,
) -> Result<Json<JoinResult>, Problem> {
    let by = match invite_hash(&link) {
        Some(hash) => JoinBy::Link(hash),
        None => JoinBy::Chat(super::extract::group_by_link(&host, &link).await?.into()),
    };
    let joined = host.execute_with(JoinGroup { user, by }, |world, now, joined| {
        JoinResult::of(world, now, user, joined.chat, joined.is_asked)
    });
    Ok(Json(joined.await?))
}

/// Leaves a group or channel.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/leave",
    operation_id = "leave_group",
    tag = "joining",
    params(Pair),
    responses((status = 204, description = "The user is not in it"), Problem)
)]
pub(super) async fn leave(AtDialog { host, dialog }: AtDialog) -> Result<StatusCode, Problem> {
    host.execute(LeaveGroup { actor: dialog.user.into(), target: dialog.target() }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws the user's request to join a group or channel.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/withdraw",
    operation_id = "withdraw_join_request",
    tag = "joining",
    params(Pair),
    responses((status = 204, description = "The user no longer asks"), Problem)
)]
pub(super) async fn withdraw(AtDialog { host, dialog }: AtDialog) -> Result<StatusCode, Problem> {
    host.execute(WithdrawJoinRequest { user: dialog.user, chat: dialog.chat }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the accounts that asked to join a group or channel and wait, the oldest first.
#[utoipa::path(
    get,
    path = "/control/groups/{group}/requests",
    operation_id = "list_join_requests",
    tag = "joining",
    params(GroupPath),
    responses((status = 200, description = "The requests", body = Vec<PendingRequest>), Problem)
)]
pub(super) async fn list(at: AtGroup) -> Result<Json<Vec<PendingRequest>>, Problem> {
    let viewer = at.actor(None).await.unwrap_or(AccountId(0));
    Ok(Json(at.host.read(|world, _| PendingRequest::list(world, at.group, viewer)).await?))
}

/// Lets an account in that asked to join.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/requests/{member}/approve",
    operation_id = "approve_join_request",
    tag = "joining",
    params(MemberPath),
    request_body = Actor,
    responses((status = 204, description = "The account is a member"), Problem)
)]
pub(super) async fn approve(at: AtMember, Body(actor): Body<Actor>) -> Result<StatusCode, Problem> {
    decide(at, actor, true).await
}

/// Does not let an account in that asked to join.
#[utoipa::path(
    post,
    path = "/control/groups/{group}/requests/{member}/decline",
    operation_id = "decline_join_request",
    tag = "joining",
    params(MemberPath),
    request_body = Actor,
    responses((status = 204, description = "The account no longer asks"), Problem)
)]
pub(super) async fn decline(at: AtMember, Body(actor): Body<Actor>) -> Result<StatusCode, Problem> {
    decide(at, actor, false).await
}

async fn decide(
    AtMember { at, member }: AtMember,
    actor: Actor,
    approved: bool,
) -> Result<StatusCode, Problem> {
    let actor = at.actor(actor.by).await?.into();
    let (target, account) = (at.group.into(), member);
    at.host.execute(DecideJoinRequest { actor, target, account, approved }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A bot to add to a group or channel.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BotAddition {
    /// Its id or username.
    bot: AccountName,
    /// Makes it an administrator with these rights, as `&admin=` does. In channels bots are administrators only.
    rights: Option<InputRights>,
    /// Starts it in the group, as `?startgroup=` does: `/start@bot` is sent with this payload, which may be empty. If absent,
    /// the bot is only added.
    #[schema(pattern = "^[A-Za-z0-9_-]{0,64}$")]
    payload: Option<String>,
}

/// Adds a bot to a group or channel, with rights, and starts it there.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/bots",
    operation_id = "add_bot",
    tag = "joining",
    params(Pair),
    request_body = BotAddition,
    responses((status = 200, description = "The group or channel", body = Dialog), Problem)
)]
pub(super) async fn add_bot(
    AtDialog { host, dialog }: AtDialog,
    Body(addition): Body<BotAddition>,
) -> Result<Json<Dialog>, Problem> {
    let (user, target) = (dialog.user, || dialog.target());
    let bot = bot(&host, &addition.bot.into_text()).await?;
    let payload = addition.payload;
    // Before the bot is promoted, which is a command of its own.
    if let Some(payload) = payload.as_deref().filter(|payload| !payload.is_empty()) {
        StartPayload::parse(payload)?;
    }
    let rights = addition.rights.map(Into::into).filter(|rights| *rights != Default::default());
    if let Some(rights) = rights {
        let promote =
            PromoteMember { actor: user.into(), target: target(), account: bot, rights, title: None };
        host.execute(promote).await?;
    }
    let is_channel = host.read(|world, _| world.group(dialog.chat).is_some_and(|group| group.is_channel()));
    match payload {
        Some(payload) if !is_channel.await? => {
            let (payload, target) = (Some(payload), target());
            host.execute(StartBotInGroup { user, bot, target, payload, random_id: None }).await?;
        }
        _ if rights.is_none() => {
            host.execute(AddMembers { user, target: target(), accounts: vec![bot] }).await?;
        }
        _ => {}
    }
    let shown = host.read(|world, now| {
        dialog.view(world, now)?;
        Ok::<_, Refusal>(Dialog::of(world, now, user, dialog.chat))
    });
    Ok(Json(shown.await??))
}
