use super::extract::World;
use super::feed::{EventTransport, StreamEvent};
use crate::problem::Problem;
use axum::response::Response;
use futures_util::stream;
use parlor_host::Host;
use parlor_world::{AccountId, Change};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;

/// An account, group or channel that was created, deleted or changed.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountChange {
    /// `user`, `bot` or `group`; `all` if the world was reset, or if changes were lost because the reader was too slow.
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

/// Streams changes of accounts, groups and channels, and of whether bots' programs are running, as server-sent events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/accounts/events",
    operation_id = "stream_account_changes",
    tag = "worlds",
    responses((status = 200, description = "The changes, until the connection is closed", body = AccountChange, content_type = "text/event-stream"), Problem)
)]
pub(super) async fn stream(World(host): World, transport: EventTransport) -> Response {
    let changes = host.changes();
    let changes = stream::unfold((host, changes), |(host, mut changes)| async move {
        let change = match changes.recv().await {
            Ok(change) => change,
            Err(RecvError::Lagged(_)) => Change::Everything,
            Err(RecvError::Closed) => return None,
        };
        let change = AccountChange::of(&host, change).await?;
        Some((StreamEvent::of(&change)?, (host, changes)))
    });
    transport.respond(changes)
}
