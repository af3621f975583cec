use super::extract::{Body, BotPath, Json, Path, World, bot};
use crate::Control;
use crate::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use parlor_host::{self as host, FaultKind};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

/// The maximum of `timeout`, in seconds.
const MAX_TIMEOUT_SECONDS: f64 = 600.0;

/// A fault to inject into the next requests of a bot.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFault {
    #[serde(rename = "type")]
    kind: Kind,
    /// How many requests fail; 1 if absent.
    #[serde(default = "one")]
    #[schema(minimum = 1)]
    count: u32,
    /// Only requests of this method of the Bot API, or of this TL function, such as `messages.sendMessage`.
    method: Option<String>,
    /// For `too_many_requests`: seconds to wait, 1 if absent.
    #[schema(minimum = 0)]
    retry_after: Option<u32>,
    /// For `timeout`: seconds until the connection is closed, at most 600; 30 if absent.
    timeout: Option<f64>,
}

/// An injected fault.
#[derive(Serialize, ToSchema)]
pub(super) struct Fault {
    #[serde(rename = "type")]
    kind: Kind,
    /// How many requests fail in total.
    count: u32,
    /// How many requests are still to fail.
    remaining: u32,
    /// Whether all of these requests have failed.
    is_done: bool,
    /// Only requests of this method.
    method: Option<String>,
    /// For `too_many_requests`: seconds to wait.
    retry_after: Option<u32>,
    /// For `timeout`: seconds until the connection is closed.
    timeout: Option<f64>,
}

/// The kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FaultKind)]
enum Kind {
    /// "Too Many Requests"; over MTProto, `FLOOD_WAIT_n`.
    TooManyRequests,
    /// "Internal Server Error"; over MTProto, `RPC_CALL_FAIL`.
    ServerError,
    /// No answer for a time, then the connection is closed.
    Timeout,
    /// The connection is closed without an answer.
    Dropped,
}

fn one() -> u32 {
    1
}

impl NewFault {
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
}

impl From<&host::Fault> for Fault {
    fn from(own: &host::Fault) -> Self {
        let (kind, retry_after, timeout) = match own.kind {
            FaultKind::TooManyRequests { retry_after } => (Kind::TooManyRequests, Some(retry_after), None),
            FaultKind::ServerError => (Kind::ServerError, None, None),
            FaultKind::Dropped => (Kind::Dropped, None, None),
            FaultKind::TimeOut { after } => (Kind::Timeout, None, Some(after.as_secs_f64())),
        };
        Self {
            kind,
            count: own.count,
            remaining: own.remaining,
            is_done: own.remaining == 0,
            method: own.method.clone(),
            retry_after,
            timeout,
        }
    }
}

/// Injects a fault into the next requests of the bot.
#[utoipa::path(
    post,
    path = "/control/bots/{bot}/faults",
    operation_id = "create_fault",
    tag = "faults",
    params(BotPath),
    request_body = NewFault,
    responses((status = 204, description = "The fault is pending"), Problem)
)]
pub(super) async fn inject(
    State(control): State<Control>,
    World(host): World,
    Path(BotPath { bot: name }): Path<BotPath>,
    Body(new): Body<NewFault>,
) -> Result<StatusCode, Problem> {
    let bot = bot(&host, &name).await?;
    if let Some(method) = new.method.as_deref().filter(|method| !(control.is_method)(method)) {
        let detail = format!("neither the Bot API nor MTProto has a method {method:?}");
        return Err(Problem::new(StatusCode::BAD_REQUEST, "METHOD_UNKNOWN", detail));
    }
    if new.count == 0 {
        return Err(Problem::bad_request("a fault strikes at least one request"));
    }
    let (kind, count) = (new.kind(), new.count);
    let fault = host::Fault { bot, kind, count, remaining: count, method: new.method };
    let full = || Problem::new(StatusCode::CONFLICT, "TOO_MANY_FAULTS", "too many faults wait already");
    host.faults().inject(fault).ok_or_else(full)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the bot's faults, pending and applied ones, oldest first.
#[utoipa::path(
    get,
    path = "/control/bots/{bot}/faults",
    operation_id = "list_faults",
    tag = "faults",
    params(BotPath),
    responses((status = 200, description = "The faults", body = Vec<Fault>), Problem)
)]
pub(super) async fn list(
    World(host): World,
    Path(BotPath { bot: name }): Path<BotPath>,
) -> Result<Json<Vec<Fault>>, Problem> {
    let faults = host.faults().list_for(bot(&host, &name).await?);
    Ok(Json(faults.iter().map(|(_, fault)| Fault::from(fault)).collect()))
}

/// Removes all faults of the bot.
#[utoipa::path(
    delete,
    path = "/control/bots/{bot}/faults",
    operation_id = "clear_faults",
    tag = "faults",
    params(BotPath),
    responses((status = 204, description = "All faults are removed"), Problem)
)]
pub(super) async fn clear(
    World(host): World,
    Path(BotPath { bot: name }): Path<BotPath>,
) -> Result<StatusCode, Problem> {
    host.faults().clear(bot(&host, &name).await?);
    Ok(StatusCode::NO_CONTENT)
}
