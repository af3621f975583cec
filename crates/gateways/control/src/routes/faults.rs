use super::extract::{Body, Path, World, bot};
use crate::problem::Problem;
use axum::Json;
use http::StatusCode;
use parlor_host::{self as host, FaultKind};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// A connection may be held for so long.
const MAX_TIMEOUT_SECONDS: f64 = 600.0;

/// Something that goes wrong with the next requests of a bot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    /// `too_many_requests`, `server_error`, `timeout` or `dropped`.
    #[serde(rename = "type")]
    kind: Kind,
    /// How many requests; 1 if absent.
    #[serde(default = "one")]
    count: u32,
    /// Only requests of this method.
    method: Option<String>,
    /// For `too_many_requests`: seconds to wait, 1 if absent.
    retry_after: Option<u32>,
    /// For `timeout`: seconds until the connection ends, 30 if absent.
    timeout: Option<f64>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    TooManyRequests,
    ServerError,
    Timeout,
    Dropped,
}

fn one() -> u32 {
    1
}

impl Fault {
    fn kind(&self) -> FaultKind {
        match self.kind {
            Kind::TooManyRequests => {
                FaultKind::TooManyRequests { retry_after: self.retry_after.unwrap_or(1) }
            }
            Kind::ServerError => FaultKind::ServerError,
            Kind::Dropped => FaultKind::Dropped,
            Kind::Timeout => {
                let seconds = self.timeout.filter(|seconds| seconds.is_finite()).unwrap_or(30.0);
                FaultKind::TimeOut { after: Duration::from_secs_f64(seconds.clamp(0.0, MAX_TIMEOUT_SECONDS)) }
            }
        }
    }

    fn of(own: &host::Fault) -> Self {
        let plain = |kind| Self {
            kind,
            count: own.remaining,
            method: own.method.clone(),
            retry_after: None,
            timeout: None,
        };
        match own.kind {
            FaultKind::TooManyRequests { retry_after } => {
                Self { retry_after: Some(retry_after), ..plain(Kind::TooManyRequests) }
            }
            FaultKind::ServerError => plain(Kind::ServerError),
            FaultKind::Dropped => plain(Kind::Dropped),
            FaultKind::TimeOut { after } => {
                Self { timeout: Some(after.as_secs_f64()), ..plain(Kind::Timeout) }
            }
        }
    }
}

#[utoipa::path(post, path = "/control/bots/{bot}/faults", summary = "Lets the next requests of the bot fail", params(("bot" = String, Path, description = "id or username")), request_body = Fault, responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn order(
    World(host): World,
    Path(name): Path<String>,
    Body(fault): Body<Fault>,
) -> Result<StatusCode, Problem> {
    let bot = bot(&host, &name).await?;
    let method = fault.method.as_ref().map(|method| method.to_lowercase());
    let order = host::Fault { bot, kind: fault.kind(), remaining: fault.count, method };
    let full = || Problem::new(StatusCode::CONFLICT, "TOO_MANY_FAULTS", "too many faults wait already");
    host.faults().order(order).ok_or_else(full)?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/control/bots/{bot}/faults", summary = "The faults that wait for requests of the bot", params(("bot" = String, Path, description = "id or username")), responses((status = 200, description = "done", body = Vec<Fault>), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(World(host): World, Path(name): Path<String>) -> Result<Json<Vec<Fault>>, Problem> {
    let waiting = host.faults().waiting(bot(&host, &name).await?);
    Ok(Json(waiting.iter().map(|(_, fault)| Fault::of(fault)).collect()))
}

#[utoipa::path(delete, path = "/control/bots/{bot}/faults", summary = "Cancels them", params(("bot" = String, Path, description = "id or username")), responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn clear(World(host): World, Path(name): Path<String>) -> Result<StatusCode, Problem> {
    host.faults().clear(bot(&host, &name).await?);
    Ok(StatusCode::NO_CONTENT)
}
