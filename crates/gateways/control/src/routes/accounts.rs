use super::extract::World;
use super::feed::{Carrier, News};
use crate::problem::Problem;
use axum::response::Response;
use futures_util::stream;
use parlor_host::Host;
use parlor_world::{AccountId, Change};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;

/// An account, group or channel that is new, gone, or shown otherwise from now on.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountChange {
    /// `user`, `bot` or `group`; `all` when the world was emptied, or changes were lost because the reader was too slow.
    #[serde(rename = "type")]
    kind: &'static str,
    /// A group's or channel's is negative, as in the Bot API.
    id: Option<i64>,
}

impl AccountChange {
    /// `None` if the world has ended.
    async fn of(host: &Host, change: Change) -> Option<Self> {
        let id = match change {
            Change::Account(id) => id,
            Change::Group(chat) => {
                return Some(Self { kind: "group", id: Some(chat.bot_api_id(AccountId(0))) });
            }
            Change::Everything => return Some(Self { kind: "all", id: None }),
        };
        let is_bot = host.read(|world, _| world.is_bot(id)).await.ok()?;
        Some(Self { kind: if is_bot { "bot" } else { "user" }, id: Some(id.0) })
    }
}

/// Streams accounts, groups and channels that appear, change or go, and bots whose programs come or go, as server-sent events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/accounts/events",
    operation_id = "stream_account_changes",
    tag = "worlds",
    responses((status = 200, description = "The changes, for as long as the connection lasts", body = AccountChange, content_type = "text/event-stream"), Problem)
)]
pub(super) async fn stream(World(host): World, carrier: Carrier) -> Response {
    let changes = host.changes();
    let changes = stream::unfold((host, changes), |(host, mut changes)| async move {
        let change = match changes.recv().await {
            Ok(change) => change,
            Err(RecvError::Lagged(_)) => Change::Everything,
            Err(RecvError::Closed) => return None,
        };
        let change = AccountChange::of(&host, change).await?;
        Some((News::of(&change)?, (host, changes)))
    });
    carrier.carry(changes)
}
