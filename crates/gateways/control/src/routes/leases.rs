use super::feed::{EventTransport, StreamEvent};
use crate::Control;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use futures_util::stream;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// The number of leases of the server.
#[derive(Serialize, ToSchema)]
pub(super) struct LeaseCount {
    /// The number of held leases, including this one.
    leases: usize,
}

/// Holds a lease of the server until the connection is closed.
///
/// A server that `parlor run` started ends with its last lease. The answer streams the number of
/// leases, as server-sent events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/lease",
    operation_id = "hold_lease",
    tag = "worlds",
    responses(
        (status = 200, description = "The number of leases", body = LeaseCount, content_type = "text/event-stream"),
        Problem
    )
)]
pub(super) async fn hold(
    State(control): State<Control>,
    transport: EventTransport,
) -> Result<Response, Problem> {
    let ending = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "SERVER_ENDING", "the server is ending");
    let lease = control.leases.take().ok_or_else(ending)?;
    // The lease is given back when the answer's body is dropped, which hyper does when the caller has gone.
    let state = (lease, control.leases.watch());
    let counts = stream::unfold(state, |(lease, mut watch)| async move {
        let leases = watch.next().await?;
        Some((StreamEvent::of(&LeaseCount { leases })?, (lease, watch)))
    });
    Ok(transport.respond(counts))
}
