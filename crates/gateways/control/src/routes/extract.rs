//! Extractors whose failures are problem details.

use crate::body::UNREADABLE;
use crate::problem::Problem;
use axum::Extension;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{StatusCode, header};
use parlor_host::Host;
use parlor_world::{BotId, DialogId, UserId};
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

/// A JSON body. An empty one stands for `{}`, so that calls without choices need none.
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

/// A JSON answer. It ends with a newline, for people who read it in a terminal.
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

/// How much of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Limit {
    /// The most entries to answer with; all if absent.
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

/// `/users/{user}/dialogs/{bot}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Pair {
    /// The user's id, or username with or without `@`.
    pub(super) user: String,
    /// The bot's id, or username with or without `@`.
    pub(super) bot: String,
}

impl Pair {
    pub(super) async fn dialog(&self, host: &Host) -> Result<DialogId, Problem> {
        Ok(DialogId { user: user(host, &self.user).await?, bot: bot(host, &self.bot).await? })
    }
}

/// A user by id or username.
pub(super) async fn user(host: &Host, name: &str) -> Result<UserId, Problem> {
    if let Ok(id) = name.parse() {
        return Ok(UserId(id));
    }
    match account(host, name).await? {
        Some(parlor_world::AccountId::User(id)) => Ok(id),
        _ => Err(parlor_world::Refusal::UserNotFound.into()),
    }
}

/// A bot by id or username.
pub(super) async fn bot(host: &Host, name: &str) -> Result<BotId, Problem> {
    if let Ok(id) = name.parse() {
        return Ok(BotId(id));
    }
    match account(host, name).await? {
        Some(parlor_world::AccountId::Bot(id)) => Ok(id),
        _ => Err(parlor_world::Refusal::BotNotFound.into()),
    }
}

async fn account(host: &Host, name: &str) -> Result<Option<parlor_world::AccountId>, Problem> {
    let name = name.to_owned();
    Ok(host.look(move |world, _| world.by_username(&name)).await?)
}
