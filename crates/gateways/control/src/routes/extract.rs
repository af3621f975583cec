//! Extractors whose failures are problem details.

use crate::body::UNREADABLE;
use crate::problem::Problem;
use axum::Extension;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{StatusCode, header};
use parlor_host::Host;
use parlor_view::ViewContext;
use parlor_world::{AccountId, ChatId, MessageId, Refusal, Target};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// The world of the request.
pub(super) struct World(pub(super) Host);

impl<S: Send + Sync> FromRequestParts<S> for World {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let host = Extension::<Host>::from_request_parts(parts, state).await;
        let missing = |_| Problem::not_found("WORLD_NOT_FOUND", "there is no such world");
        host.map(|Extension(host)| Self(host)).map_err(missing)
    }
}

/// A JSON body. An empty body counts as `{}`, so that requests without parameters need none.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::new(rejection.status(), UNREADABLE, rejection.body_text()))?;
        let bytes = if bytes.is_empty() { &b"{}"[..] } else { &bytes };
        let unreadable = |rejection: axum::extract::rejection::JsonRejection| {
            Problem::new(StatusCode::BAD_REQUEST, UNREADABLE, rejection.body_text())
        };
        axum::Json::from_bytes(bytes).map(|axum::Json(value)| Self(value)).map_err(unreadable)
    }
}

/// A JSON answer. It ends with a newline, which is convenient in a terminal.
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_string(&self.0) {
            Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text + "\n").into_response(),
            Err(error) => {
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "ANSWER_UNWRITABLE", error.to_string())
                    .into_response()
            }
        }
    }
}

/// The variables of the path.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|rejection| Problem::bad_request(rejection.body_text()))
    }
}

/// The variables of the query.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|rejection| Problem::bad_request(rejection.body_text()))
    }
}

/// The length of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Limit {
    /// The maximum number of entries; all if absent.
    #[param(required = false, nullable = false, minimum = 0)]
    limit: Option<usize>,
}

impl Limit {
    pub(super) fn get(&self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }
}

/// `/users/{user}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct UserPath {
    /// The user's id, or username with or without `@`.
    pub(super) user: String,
}

/// `/bots/{bot}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct BotPath {
    /// The bot's id, or username with or without `@`.
    pub(super) bot: String,
}

/// `/users/{user}/dialogs/{other}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Pair {
    /// The user's id, or username with or without `@`.
    pub(super) user: String,
    /// The other account's id, or username with or without `@`: a bot, another user, or the user.
    pub(super) other: String,
}

/// `/users/{user}/dialogs/{other}/messages/{message}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct MessagePath {
    /// The user's id, or username with or without `@`.
    user: String,
    /// The other account's id, or username with or without `@`: a bot, another user, or the user.
    other: String,
    /// The user's id of the message.
    message: i32,
}

/// The user in the path, in the world of the request.
pub(super) struct AtUser {
    pub(super) host: Host,
    pub(super) user: AccountId,
}

impl<S: Send + Sync> FromRequestParts<S> for AtUser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (host, path) = located::<UserPath, S>(parts, state).await?;
        let user = user(&host, &path.user).await?;
        Ok(Self { host, user })
    }
}

/// The bot in the path, in the world of the request.
pub(super) struct AtBot {
    pub(super) host: Host,
    pub(super) bot: AccountId,
}

impl<S: Send + Sync> FromRequestParts<S> for AtBot {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (host, path) = located::<BotPath, S>(parts, state).await?;
        let bot = bot(&host, &path.bot).await?;
        Ok(Self { host, bot })
    }
}

/// A user, and the account with which the user has a private chat: a bot, another user, or the user itself.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) user: AccountId,
    pub(super) other: AccountId,
}

impl Place {
    pub(super) fn chat(self) -> ChatId {
        ChatId::private(self.user, self.other)
    }

    pub(super) fn target(self) -> Target {
        self.other.into()
    }

    /// Returns the user's view of the chat.
    pub(super) fn view(self, world: &parlor_world::World) -> ViewContext<'_> {
        ViewContext::new(world, self.user, self.chat())
    }
}

/// The dialog in the path, in the world of the request.
pub(super) struct AtDialog {
    pub(super) host: Host,
    pub(super) dialog: Place,
}

impl<S: Send + Sync> FromRequestParts<S> for AtDialog {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (host, path) = located::<Pair, S>(parts, state).await?;
        let dialog = dialog(&host, &path.user, &path.other).await?;
        Ok(Self { host, dialog })
    }
}

/// The message in the path, in the world of the request.
pub(super) struct AtMessage {
    pub(super) host: Host,
    pub(super) dialog: Place,
    /// The user's id of the message.
    pub(super) message: MessageId,
}

impl<S: Send + Sync> FromRequestParts<S> for AtMessage {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (host, path) = located::<MessagePath, S>(parts, state).await?;
        let dialog = dialog(&host, &path.user, &path.other).await?;
        Ok(Self { host, dialog, message: MessageId(path.message) })
    }
}

/// Returns the world of a request, and the variables of its path.
async fn located<T: DeserializeOwned + Send, S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<(Host, T), Problem> {
    let World(host) = World::from_request_parts(parts, state).await?;
    let Path(path) = Path::from_request_parts(parts, state).await?;
    Ok((host, path))
}

async fn dialog(host: &Host, user: &str, other: &str) -> Result<Place, Problem> {
    let found = host.find(|world| {
        let (user, other) = (find_user(world, user)?, find_any(world, other)?);
        Ok::<_, Problem>(Place { user, other })
    });
    found.await?
}

/// Finds a user by id or username.
pub(super) async fn user(host: &Host, name: &str) -> Result<AccountId, Problem> {
    host.find(|world| find_user(world, name)).await?
}

/// Finds a bot by id or username.
pub(super) async fn bot(host: &Host, name: &str) -> Result<AccountId, Problem> {
    host.find(|world| find_bot(world, name)).await?
}

/// Finds an account by id or username.
pub(super) async fn other(host: &Host, name: &str) -> Result<AccountId, Problem> {
    host.find(|world| find_any(world, name)).await?
}

fn find_user(world: &parlor_world::World, name: &str) -> Result<AccountId, Problem> {
    let found = find(world, name).filter(|id| !world.is_bot(*id));
    found.ok_or_else(|| Refusal::UserNotFound.into())
}

fn find_bot(world: &parlor_world::World, name: &str) -> Result<AccountId, Problem> {
    let found = find(world, name).filter(|id| world.is_bot(*id));
    found.ok_or_else(|| Refusal::BotNotFound.into())
}

fn find_any(world: &parlor_world::World, name: &str) -> Result<AccountId, Problem> {
    let found = find(world, name).filter(|id| world.account(*id).is_some());
    found.ok_or_else(|| Problem::not_found("ACCOUNT_NOT_FOUND", "there is no such account"))
}

/// Resolves a name to an id. An id in digits need not belong to an account.
fn find(world: &parlor_world::World, name: &str) -> Option<AccountId> {
    match name.parse() {
        Ok(id) => Some(AccountId(id)),
        Err(_) => world.by_username(name),
    }
}
