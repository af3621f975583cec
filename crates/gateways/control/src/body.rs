//! Reads the whole body of a request before its handler runs, within limits on size and time.

use crate::problem::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::pin::pin;
use std::time::Duration;

/// The maximum size of a body; requests to the control API are small.
const MAX_BODY: usize = 1 << 20;
/// The time limit for reading a body. When it passes, the connection is closed.
const BODY_TIME: Duration = Duration::from_secs(60);
/// The code of every problem with a body.
pub(crate) const UNREADABLE: &str = "BODY_UNREADABLE";

pub(crate) async fn layer(request: Request, next: Next) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let bytes = tokio::time::timeout(BODY_TIME, read(body)).await.unwrap_or_else(|_| {
        let detail = format!("the body was not there within {} seconds", BODY_TIME.as_secs());
        Err(Problem::new(StatusCode::REQUEST_TIMEOUT, UNREADABLE, detail))
    })?;
    Ok(next.run(Request::from_parts(head, bytes.into())).await)
}

async fn read(body: Body) -> Result<Bytes, Problem> {
    // A body that announces a larger size is refused before it is read.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(too_large());
    }
    let mut body = pin!(Limited::new(body, MAX_BODY));
    // Copied, since a small chunk would keep its whole read buffer of several kilobytes in memory.
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| match error.is::<LengthLimitError>() {
            true => too_large(),
            false => Problem::new(StatusCode::BAD_REQUEST, UNREADABLE, "the body ended early"),
        })?;
        if let Ok(data) = frame.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.into())
}

fn too_large() -> Problem {
    let detail = format!("a body may have {MAX_BODY} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, UNREADABLE, detail)
}
