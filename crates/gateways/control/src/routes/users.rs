use super::extract::{AtUser, Body, Json, Limit, Query, UserPath, World};
use crate::dto::{BotAccount, DialogSummary, NewUser, OpenedLink, UserAccount, UserPatch};
use crate::problem::Problem;
use http::StatusCode;
use parlor_world::ops::account::{CreateUser, DeleteUser, EditUser};
use parlor_world::{AccountId, Refusal};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Registers a user.
#[utoipa::path(
    post,
    path = "/control/users",
    operation_id = "create_user",
    tag = "users",
    request_body = NewUser,
    responses((status = 201, description = "The new user", body = UserAccount), Problem)
)]
pub(super) async fn create(
    World(host): World,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<UserAccount>), Problem> {
    let command = CreateUser { id: new.id.map(AccountId), profile: new.profile() };
    let made = host.execute_with(command, |world, _, id| world.user(id).map(UserAccount::from)).await?;
    Ok((StatusCode::CREATED, Json(made.ok_or(Refusal::UserNotFound)?)))
}

/// Lists all users.
#[utoipa::path(
    get,
    path = "/control/users",
    operation_id = "list_users",
    tag = "users",
    params(Limit),
    responses((status = 200, description = "The users", body = Vec<UserAccount>), Problem)
)]
pub(super) async fn list(
    World(host): World,
    Query(limit): Query<Limit>,
) -> Result<Json<Vec<UserAccount>>, Problem> {
    Ok(Json(host.read(|world, _| world.users().take(limit.get()).map(UserAccount::from).collect()).await?))
}

/// Returns a user.
#[utoipa::path(
    get,
    path = "/control/users/{user}",
    operation_id = "show_user",
    tag = "users",
    params(UserPath),
    responses((status = 200, description = "The user", body = UserAccount), Problem)
)]
pub(super) async fn show(AtUser { host, user: id }: AtUser) -> Result<Json<UserAccount>, Problem> {
    let found = host.read(|world, _| world.user(id).map(UserAccount::from)).await?;
    Ok(Json(found.ok_or(Refusal::UserNotFound)?))
}

/// Changes a user's profile.
#[utoipa::path(
    patch,
    path = "/control/users/{user}",
    operation_id = "edit_user",
    tag = "users",
    params(UserPath),
    request_body = UserPatch,
    responses((status = 200, description = "The user after the change", body = UserAccount), Problem)
)]
pub(super) async fn edit(
    AtUser { host, user: id }: AtUser,
    Body(patch): Body<UserPatch>,
) -> Result<Json<UserAccount>, Problem> {
    let command = EditUser { user: id, patch: patch.into_world() };
    let edited =
        host.execute_with(command, move |world, _, ()| world.user(id).map(UserAccount::from)).await?;
    Ok(Json(edited.ok_or(Refusal::UserNotFound)?))
}

/// Deletes a user's account.
#[utoipa::path(
    delete,
    path = "/control/users/{user}",
    operation_id = "delete_user",
    tag = "users",
    params(UserPath),
    responses((status = 204, description = "The account is deleted"), Problem)
)]
pub(super) async fn delete(AtUser { host, user: id }: AtUser) -> Result<StatusCode, Problem> {
    host.execute(DeleteUser { user: id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists a user's chats, most recent first.
#[utoipa::path(
    get,
    path = "/control/users/{user}/chats",
    operation_id = "list_chats",
    tag = "users",
    params(UserPath),
    responses((status = 200, description = "The chats", body = Vec<DialogSummary>), Problem)
)]
pub(super) async fn chats(AtUser { host, user: id }: AtUser) -> Result<Json<Vec<DialogSummary>>, Problem> {
    let chats = host.read(|world, now| {
        world.user(id).ok_or(Refusal::UserNotFound).map(|_| DialogSummary::list(world, now, id))
    });
    Ok(Json(chats.await??))
}

/// The query of a search.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// The beginning of a username, or of a word of a name.
    #[serde(rename = "q")]
    query: String,
}

/// Finds bots by name and username.
#[utoipa::path(
    get,
    path = "/control/search",
    operation_id = "search_bots",
    tag = "bots",
    params(Search),
    responses((status = 200, description = "The bots that were found", body = Vec<BotAccount>), Problem)
)]
pub(super) async fn search(
    World(host): World,
    Query(search): Query<Search>,
) -> Result<Json<Vec<BotAccount>>, Problem> {
    let presence = host.presence();
    let found = host.read(|world, now| {
        let bots = world.search_bots(&search.query).into_iter();
        bots.map(|bot| BotAccount::of(world, bot, now, presence)).collect()
    });
    Ok(Json(found.await?))
}

/// A link to open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    /// `https://t.me/<bot>?start=…`, `tg://resolve?domain=<bot>&start=…` or `@<bot>`; `?startgroup=…&admin=…` and
    /// `?startchannel&admin=…`; a public group's or channel's; an invite link, `https://t.me/+…`.
    link: String,
}

/// Opens a link or a username in the user's app, without sending a message.
#[utoipa::path(
    post,
    path = "/control/users/{user}/open",
    operation_id = "open_link",
    tag = "users",
    params(UserPath),
    request_body = Link,
    responses((status = 200, description = "The app's view after the link was opened", body = OpenedLink), Problem)
)]
pub(super) async fn open(
    AtUser { host, user: id }: AtUser,
    Body(Link { link }): Body<Link>,
) -> Result<Json<OpenedLink>, Problem> {
    let opened = host.read(move |world, now| {
        let opened = world.open_link(id, &link, now)?;
        OpenedLink::of(world, now, id, opened)
    });
    Ok(Json(opened.await??))
}
