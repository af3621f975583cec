//! Logs requests by their routes in the OpenAPI document: a path or query may contain a token.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::{Level, debug, enabled};

pub(crate) async fn layer(request: Request, next: Next) -> Response {
    if !enabled!(Level::DEBUG) {
        return next.run(request).await;
    }
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let route = route.as_ref().map_or("unknown", MatchedPath::as_str);
    debug!(%method, route, status = response.status().as_u16(), micros, "request");
    response
}
