use super::extract::World;
use super::feed::{Carrier, News};
use crate::problem::Problem;
use axum::response::Response;
use futures_util::stream;
use parlor_world::{AccountId, Change};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;

/// An account that is new, gone, or shown otherwise from now on.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountChange {
    /// `user` or `bot`; `all` when the world was emptied, or too much happened to tell.
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<i64>,
}

impl From<Change> for AccountChange {
    fn from(change: Change) -> Self {
        match change {
            Change::Account(AccountId::User(user)) => Self { kind: "user", id: Some(user.0) },
            Change::Account(AccountId::Bot(bot)) => Self { kind: "bot", id: Some(bot.0) },
            Change::Everything => Self { kind: "all", id: None },
        }
    }
}

/// Streams accounts that appear, change or go, and bots whose programs come or go, as server-sent events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/accounts/events",
    operation_id = "stream_account_changes",
    tag = "worlds",
    responses((status = 200, description = "The changes, for as long as the connection lasts", body = AccountChange, content_type = "text/event-stream"), Problem)
)]
pub(super) async fn stream(World(host): World, carrier: Carrier) -> Response {
    let changes = stream::unfold(host.changes(), |mut changes| async move {
        let change = match changes.recv().await {
            Ok(change) => change,
            Err(RecvError::Lagged(_)) => Change::Everything,
            Err(RecvError::Closed) => return None,
        };
        Some((News::of(&AccountChange::from(change))?, changes))
    });
    carrier.carry(changes)
}
