use super::feed::{Carrier, News};
use crate::Control;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use futures_util::stream;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// How many leases of the server are held.
#[derive(Serialize, ToSchema)]
pub(super) struct Held {
    /// Including this one.
    leases: usize,
}

/// Holds a lease of the server until the connection is closed.
///
/// A server that `parlor run` started ends with its last lease. The answer tells how many are held, as server-sent
/// events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/lease",
    operation_id = "hold_lease",
    tag = "worlds",
    responses(
        (status = 200, description = "The number of leases", body = Held, content_type = "text/event-stream"),
        Problem
    )
)]
pub(super) async fn hold(State(control): State<Control>, carrier: Carrier) -> Result<Response, Problem> {
    let ending = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "SERVER_ENDING", "the server is ending");
    let lease = control.leases.take().ok_or_else(ending)?;
    // The lease is given back when the answer's body is dropped, which hyper does when the caller has gone.
    let state = (lease, control.leases.watch());
    let counts = stream::unfold(state, |(lease, mut watch)| async move {
        let leases = watch.next().await?;
        Some((News::of(&Held { leases })?, (lease, watch)))
    });
    Ok(carrier.carry(counts))
}
