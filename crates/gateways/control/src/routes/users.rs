use super::extract::{Body, Json, Limit, Path, Query, UserPath, World, user};
use crate::dto::{Bot, Chat, NewUser, Opened, User, UserPatch};
use crate::problem::Problem;
use http::StatusCode;
use parlor_world::account::{CreateUser, DeleteUser, EditUser};
use parlor_world::{Refusal, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Registers a user.
#[utoipa::path(
    post,
    path = "/control/users",
    operation_id = "create_user",
    tag = "users",
    request_body = NewUser,
    responses((status = 201, description = "The new user", body = User), Problem)
)]
pub(super) async fn create(
    World(host): World,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<User>), Problem> {
    let command = CreateUser { id: new.id.map(UserId), profile: new.profile() };
    let made = host.ask(command, |world, _, id| world.user(id).map(User::from)).await?;
    Ok((StatusCode::CREATED, Json(made.ok_or(Refusal::UserNotFound)?)))
}

/// Lists all users.
#[utoipa::path(
    get,
    path = "/control/users",
    operation_id = "list_users",
    tag = "users",
    params(Limit),
    responses((status = 200, description = "The users", body = Vec<User>), Problem)
)]
pub(super) async fn list(World(host): World, Query(limit): Query<Limit>) -> Result<Json<Vec<User>>, Problem> {
    Ok(Json(host.look(move |world, _| world.users().take(limit.get()).map(User::from).collect()).await?))
}

/// Shows one user.
#[utoipa::path(
    get,
    path = "/control/users/{user}",
    operation_id = "show_user",
    tag = "users",
    params(UserPath),
    responses((status = 200, description = "The user", body = User), Problem)
)]
pub(super) async fn show(
    World(host): World,
    Path(UserPath { user: name }): Path<UserPath>,
) -> Result<Json<User>, Problem> {
    let id = user(&host, &name).await?;
    let found = host.look(move |world, _| world.user(id).map(User::from)).await?;
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
    responses((status = 200, description = "The user after the change", body = User), Problem)
)]
pub(super) async fn edit(
    World(host): World,
    Path(UserPath { user: name }): Path<UserPath>,
    Body(patch): Body<UserPatch>,
) -> Result<Json<User>, Problem> {
    let id = user(&host, &name).await?;
    let command = EditUser { user: id, patch: patch.into_world() };
    let edited = host.ask(command, move |world, _, ()| world.user(id).map(User::from)).await?;
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
pub(super) async fn delete(
    World(host): World,
    Path(UserPath { user: name }): Path<UserPath>,
) -> Result<StatusCode, Problem> {
    host.tell(DeleteUser { user: user(&host, &name).await? }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists a user's recent chats, the newest first.
#[utoipa::path(
    get,
    path = "/control/users/{user}/chats",
    operation_id = "list_chats",
    tag = "users",
    params(UserPath),
    responses((status = 200, description = "The chats", body = Vec<Chat>), Problem)
)]
pub(super) async fn chats(
    World(host): World,
    Path(UserPath { user: name }): Path<UserPath>,
) -> Result<Json<Vec<Chat>>, Problem> {
    let id = user(&host, &name).await?;
    let chats = host.look(move |world, now| {
        world.user(id).ok_or(Refusal::UserNotFound).map(|_| Chat::list(world, now, id))
    });
    Ok(Json(chats.await??))
}

/// What is searched for.
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
    responses((status = 200, description = "The bots that were found", body = Vec<Bot>), Problem)
)]
pub(super) async fn search(
    World(host): World,
    Query(search): Query<Search>,
) -> Result<Json<Vec<Bot>>, Problem> {
    let presence = host.presence().clone();
    let found = host.look(move |world, now| {
        world.search_bots(&search.query).into_iter().map(|bot| Bot::of(bot, now, &presence)).collect()
    });
    Ok(Json(found.await?))
}

/// A link to open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    /// `https://t.me/<bot>?start=…`, `tg://resolve?domain=<bot>&start=…` or `@<bot>`.
    link: String,
}

/// Opens a link or a username in the user's app. Nothing is sent yet.
#[utoipa::path(
    post,
    path = "/control/users/{user}/open",
    operation_id = "open_link",
    tag = "users",
    params(UserPath),
    request_body = Link,
    responses((status = 200, description = "What the app shows", body = Opened), Problem)
)]
pub(super) async fn open(
    World(host): World,
    Path(UserPath { user: name }): Path<UserPath>,
    Body(Link { link }): Body<Link>,
) -> Result<Json<Opened>, Problem> {
    let id = user(&host, &name).await?;
    let opened = host
        .look(move |world, now| world.open_link(id, &link).map(|opened| Opened::of(world, now, id, opened)));
    Ok(Json(opened.await??))
}
