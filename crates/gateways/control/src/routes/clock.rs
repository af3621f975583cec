use super::extract::{Body, Json, World};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::{self as host, ClockError};
use parlor_world::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The state of the world's clock.
#[derive(Serialize, ToSchema)]
pub(super) struct Clock {
    /// Unix time in seconds.
    now: f64,
    /// Whether the clock is stopped.
    frozen: bool,
}

impl From<host::ClockState> for Clock {
    fn from(state: host::ClockState) -> Self {
        Self { now: state.now.0 as f64 / 1000.0, frozen: state.frozen }
    }
}

fn back(_: ClockError) -> Problem {
    Problem::new(StatusCode::CONFLICT, "CLOCK_RUNS_FORWARD", "the clock can't go back")
}

fn milliseconds(seconds: f64) -> Result<i64, Problem> {
    // About 3,000 years, far below the limits of timestamps.
    const MAX_SECONDS: f64 = 1e11;
    let fits = seconds.is_finite() && (0.0..=MAX_SECONDS).contains(&seconds);
    if fits { Ok((seconds * 1000.0).round() as i64) } else { Err(Problem::bad_request("seconds, from 0 on")) }
}

/// Returns the state of the world's clock.
#[utoipa::path(
    get,
    path = "/control/clock",
    operation_id = "show_clock",
    tag = "clock",
    responses((status = 200, description = "The clock", body = Clock), Problem)
)]
pub(super) async fn show(World(host): World) -> Json<Clock> {
    Json(host.clock().state().into())
}

/// How far to move the clock.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockAdvance {
    #[schema(minimum = 0, maximum = 100_000_000_000_i64)]
    seconds: f64,
}

/// Moves the clock forward.
#[utoipa::path(
    post,
    path = "/control/clock/advance",
    operation_id = "advance_clock",
    tag = "clock",
    request_body = ClockAdvance,
    responses((status = 200, description = "The clock after the change", body = Clock), Problem)
)]
pub(super) async fn advance(
    World(host): World,
    Body(by): Body<ClockAdvance>,
) -> Result<Json<Clock>, Problem> {
    Ok(Json(host.clock().advance(milliseconds(by.seconds)?).map_err(back)?.into()))
}

/// The new time of the clock.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockSetting {
    /// Unix time in seconds, not before the clock's present time.
    #[schema(minimum = 0, maximum = 100_000_000_000_i64)]
    now: f64,
}

/// Sets the clock to a later time.
#[utoipa::path(
    post,
    path = "/control/clock/set",
    operation_id = "set_clock",
    tag = "clock",
    request_body = ClockSetting,
    responses((status = 200, description = "The clock after the change", body = Clock), Problem)
)]
pub(super) async fn set(World(host): World, Body(to): Body<ClockSetting>) -> Result<Json<Clock>, Problem> {
    Ok(Json(host.clock().set(Timestamp(milliseconds(to.now)?)).map_err(back)?.into()))
}

/// Whether the clock is stopped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockFreeze {
    /// If false, the clock continues from its present time; true if absent.
    #[serde(default = "yes")]
    frozen: bool,
}

fn yes() -> bool {
    true
}

/// Stops the clock, or lets it continue.
#[utoipa::path(
    post,
    path = "/control/clock/freeze",
    operation_id = "freeze_clock",
    tag = "clock",
    request_body = ClockFreeze,
    responses((status = 200, description = "The clock after the change", body = Clock), Problem)
)]
pub(super) async fn freeze(
    World(host): World,
    Body(ClockFreeze { frozen }): Body<ClockFreeze>,
) -> Json<Clock> {
    Json(host.clock().freeze(frozen).into())
}
