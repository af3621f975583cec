use super::extract::{Body, Limit, Path, Query, World, user};
use crate::dto::{Bot, Chat, NewUser, Opened, User, UserPatch};
use crate::problem::Problem;
use axum::Json;
use http::StatusCode;
use parlor_world::account::{CreateUser, DeleteUser, EditUser};
use parlor_world::{Refusal, UserId};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

#[utoipa::path(post, path = "/control/users", summary = "A person registers", request_body = NewUser, responses((status = 201, description = "done", body = User), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn create(
    World(host): World,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<User>), Problem> {
    let command = CreateUser { id: new.id.map(UserId), profile: new.profile() };
    let made = host.ask(command, |world, _, id| world.user(id).map(User::from)).await?;
    Ok((StatusCode::CREATED, Json(made.ok_or(Refusal::UserNotFound)?)))
}

#[utoipa::path(get, path = "/control/users", summary = "All people", params(Limit), responses((status = 200, description = "done", body = Vec<User>), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(World(host): World, Query(limit): Query<Limit>) -> Result<Json<Vec<User>>, Problem> {
    Ok(Json(host.look(move |world, _| world.users().take(limit.get()).map(User::from).collect()).await?))
}

#[utoipa::path(get, path = "/control/users/{user}", summary = "One person", params(("user" = String, Path, description = "id or username")), responses((status = 200, description = "done", body = User), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn show(World(host): World, Path(name): Path<String>) -> Result<Json<User>, Problem> {
    let id = user(&host, &name).await?;
    let found = host.look(move |world, _| world.user(id).map(User::from)).await?;
    Ok(Json(found.ok_or(Refusal::UserNotFound)?))
}

#[utoipa::path(patch, path = "/control/users/{user}", summary = "A person edits the profile", params(("user" = String, Path, description = "id or username")), request_body = UserPatch, responses((status = 200, description = "done", body = User), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn edit(
    World(host): World,
    Path(name): Path<String>,
    Body(patch): Body<UserPatch>,
) -> Result<Json<User>, Problem> {
    let id = user(&host, &name).await?;
    let command = EditUser { user: id, patch: patch.into_world() };
    let edited = host.ask(command, move |world, _, ()| world.user(id).map(User::from)).await?;
    Ok(Json(edited.ok_or(Refusal::UserNotFound)?))
}

#[utoipa::path(delete, path = "/control/users/{user}", summary = "A person deletes the account", params(("user" = String, Path, description = "id or username")), responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn delete(World(host): World, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    host.tell(DeleteUser { user: user(&host, &name).await? }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/control/users/{user}/chats", summary = "The recent chats, the newest first", params(("user" = String, Path, description = "id or username")), responses((status = 200, description = "done", body = Vec<Chat>), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn chats(World(host): World, Path(name): Path<String>) -> Result<Json<Vec<Chat>>, Problem> {
    let id = user(&host, &name).await?;
    let chats = host.look(move |world, now| {
        world.user(id).ok_or(Refusal::UserNotFound).map(|_| Chat::list(world, now, id))
    });
    Ok(Json(chats.await??))
}

/// What is searched for.
#[derive(Deserialize, IntoParams)]
pub(super) struct Search {
    /// The beginning of a username, or of a word of a name.
    #[serde(rename = "q")]
    query: String,
}

#[utoipa::path(get, path = "/control/search", summary = "Bots by name and username", params(Search), responses((status = 200, description = "done", body = Vec<Bot>), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
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

#[utoipa::path(post, path = "/control/users/{user}/open", summary = "A person opens a link, or a username: nothing happens yet, the app shows the dialog", params(("user" = String, Path, description = "id or username")), request_body = Link, responses((status = 200, description = "done", body = Opened), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn open(
    World(host): World,
    Path(name): Path<String>,
    Body(Link { link }): Body<Link>,
) -> Result<Json<Opened>, Problem> {
    let id = user(&host, &name).await?;
    let opened = host
        .look(move |world, now| world.open_link(id, &link).map(|opened| Opened::of(world, now, id, opened)));
    Ok(Json(opened.await??))
}
