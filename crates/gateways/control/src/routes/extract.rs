//! Extractors whose failures are problem details.

use crate::body::UNREADABLE;
use crate::dto::{ChatName, owner_of};
use crate::problem::Problem;
use axum::Extension;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{StatusCode, header};
use parlor_host::Host;
use parlor_view::ViewContext;
use parlor_world::link::Link;
use parlor_world::{AccountId, ChatId, MessageId, Refusal, Target, Timestamp};
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

/// `/groups/{group}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct GroupPath {
    /// The Bot API id of a group, supergroup or channel, or its username with or without `@`.
    pub(super) group: String,
}

/// `/groups/{group}/members/{member}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct MemberPath {
    /// The Bot API id of a group, supergroup or channel, or its username with or without `@`.
    group: String,
    /// The account's id, or username with or without `@`. It need not be in the chat.
    member: String,
}

/// Who acts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct By {
    /// The id or username of the account that does it; the owner if absent.
    #[param(required = false, nullable = false)]
    pub(super) by: Option<String>,
}

/// `/users/{user}/dialogs/{other}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Pair {
    /// The user's id, or username with or without `@`.
    pub(super) user: String,
    /// The other account's id, or username with or without `@`: a bot, another user, or the user; or a group's or
    /// channel's.
    pub(super) other: String,
}

/// `/users/{user}/dialogs/{other}/messages/{message}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct MessagePath {
    /// The user's id, or username with or without `@`.
    user: String,
    /// The other account's id, or username with or without `@`: a bot, another user, or the user; or a group's or
    /// channel's.
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

/// The group or channel that the path names, in the world of the request.
pub(super) struct AtGroup {
    pub(super) host: Host,
    pub(super) group: ChatId,
}

impl<S: Send + Sync> FromRequestParts<S> for AtGroup {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (host, path) = located::<GroupPath, S>(parts, state).await?;
        let group = group(&host, &path.group).await?;
        Ok(Self { host, group })
    }
}

impl AtGroup {
    /// The account that acts: the owner, if none is named.
    pub(super) async fn actor(&self, by: Option<ChatName>) -> Result<AccountId, Problem> {
        let by = by.map(ChatName::into_text);
        let found = self.host.read(|world, now| match by {
            Some(name) => find_any(world, &name),
            None => {
                let missing = || Problem::not_found("ACCOUNT_NOT_FOUND", "the chat has no owner");
                owner_of(world, self.group, now).ok_or_else(missing)
            }
        });
        found.await?
    }

    /// As [`Self::actor`], of a request without a body.
    pub(super) async fn actor_of(&self, by: By) -> Result<AccountId, Problem> {
        self.actor(by.by.map(ChatName::Name)).await
    }

    /// Accounts by their names.
    pub(super) async fn accounts(&self, names: Vec<ChatName>) -> Result<Vec<AccountId>, Problem> {
        let names = names.into_iter().map(ChatName::into_text);
        self.host.find(|world| names.map(|name| find_any(world, &name)).collect()).await?
    }
}

/// The group or channel that the path names, and an account.
pub(super) struct AtMember {
    pub(super) at: AtGroup,
    pub(super) member: AccountId,
}

impl<S: Send + Sync> FromRequestParts<S> for AtMember {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let (host, path) = located::<MemberPath, S>(parts, state).await?;
        let group = group(&host, &path.group).await?;
        let member = host.find(|world| find_any(world, &path.member)).await??;
        Ok(Self { at: AtGroup { host, group }, member })
    }
}

/// A user, and one of the user's chats: with an account, which may be the user itself, or a group or channel.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) user: AccountId,
    pub(super) chat: ChatId,
}

impl Place {
    pub(super) fn target(self) -> Target {
        self.chat.other(self.user).map_or_else(|| self.chat.into(), Target::from)
    }

    /// The other account of a private chat.
    ///
    /// # Errors
    /// `PRIVATE_CHAT_ONLY` for groups and channels.
    pub(super) fn other(self) -> Result<AccountId, Problem> {
        let detail = "groups and channels have nothing of this kind";
        let refused = || Problem::new(StatusCode::BAD_REQUEST, "PRIVATE_CHAT_ONLY", detail);
        self.chat.other(self.user).ok_or_else(refused)
    }

    /// What the user sees of the chat.
    ///
    /// # Errors
    /// Those of a group or channel in which the user may not read.
    pub(super) fn view(
        self,
        world: &parlor_world::World,
        now: Timestamp,
    ) -> Result<ViewContext<'_>, Refusal> {
        if !self.chat.is_private() {
            self.target().resolve(world, self.user.into(), now)?;
        }
        Ok(ViewContext::new(world, self.user, self.chat))
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
        let user = find_user(world, user)?;
        Ok::<_, Problem>(Place { user, chat: find_chat(world, user, other)? })
    });
    found.await?
}

/// A group or channel by Bot API id or username.
pub(super) async fn group(host: &Host, name: &str) -> Result<ChatId, Problem> {
    host.find(|world| find_group(world, name)).await?.ok_or_else(no_such_group)
}

/// A public group or channel by its link, username or Bot API id.
pub(super) async fn group_by_link(host: &Host, link: &str) -> Result<ChatId, Problem> {
    let name = Link::parse(link).map_or_else(|| link.trim().to_owned(), |link| link.username);
    group(host, &name).await
}

/// A user by id or username.
pub(super) async fn user(host: &Host, name: &str) -> Result<AccountId, Problem> {
    host.find(|world| find_user(world, name)).await?
}

/// Finds a bot by id or username.
pub(super) async fn bot(host: &Host, name: &str) -> Result<AccountId, Problem> {
    host.find(|world| find_bot(world, name)).await?
}

/// A chat of a user by id or username: an account's, a group's or a channel's.
pub(super) async fn chat(host: &Host, user: AccountId, name: &str) -> Result<ChatId, Problem> {
    host.find(|world| find_chat(world, user, name)).await?
}

fn find_user(world: &parlor_world::World, name: &str) -> Result<AccountId, Problem> {
    let found = find(world, name).filter(|id| !world.is_bot(*id));
    found.ok_or_else(|| Refusal::UserNotFound.into())
}

fn find_bot(world: &parlor_world::World, name: &str) -> Result<AccountId, Problem> {
    let found = find(world, name).filter(|id| world.is_bot(*id));
    found.ok_or_else(|| Refusal::BotNotFound.into())
}

pub(super) fn find_any(world: &parlor_world::World, name: &str) -> Result<AccountId, Problem> {
    let found = find(world, name).filter(|id| world.account(*id).is_some());
    found.ok_or_else(|| Problem::not_found("ACCOUNT_NOT_FOUND", "there is no such account"))
}

fn find_chat(world: &parlor_world::World, user: AccountId, name: &str) -> Result<ChatId, Problem> {
    match find_group(world, name) {
        Some(group) => Ok(group),
        None if name.starts_with('-') => Err(no_such_group()),
        None => Ok(ChatId::private(user, find_any(world, name)?)),
    }
}

/// A group or channel by its Bot API id, or username with or without `@`.
fn find_group(world: &parlor_world::World, name: &str) -> Option<ChatId> {
    let chat = match name.parse() {
        Ok(id) => ChatId::from_bot_api(id, AccountId(0)),
        Err(_) => world.chat_by_username(name)?,
    };
    world.group(chat).map(|_| chat)
}

fn no_such_group() -> Problem {
    Problem::not_found("GROUP_NOT_FOUND", "there is no such group or channel")
}

/// Resolves a name to an id. An id in digits need not belong to an account.
fn find(world: &parlor_world::World, name: &str) -> Option<AccountId> {
    match name.parse() {
        Ok(id) => Some(AccountId(id)),
        Err(_) => world.by_username(name),
    }
}
