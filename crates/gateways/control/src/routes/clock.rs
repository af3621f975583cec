use super::extract::{Body, Json, World};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::{self as host, ClockError};
use parlor_world::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the world's clock shows.
#[derive(Serialize, ToSchema)]
pub(super) struct Clock {
    /// Unix time in seconds.
    now: f64,
    /// Whether it stands still.
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
    // Some thousand years: dates must fit what clients read.
    const MAX_SECONDS: f64 = 1e11;
    let fits = seconds.is_finite() && (0.0..=MAX_SECONDS).contains(&seconds);
    if fits { Ok((seconds * 1000.0).round() as i64) } else { Err(Problem::bad_request("seconds, from 0 on")) }
}

/// Shows the world's clock.
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
pub(super) struct Advance {
    #[schema(minimum = 0, maximum = 100_000_000_000_i64)]
    seconds: f64,
}

/// Moves the clock forward.
#[utoipa::path(
    post,
    path = "/control/clock/advance",
    operation_id = "advance_clock",
    tag = "clock",
    request_body = Advance,
    responses((status = 200, description = "The clock after the change", body = Clock), Problem)
)]
pub(super) async fn advance(World(host): World, Body(by): Body<Advance>) -> Result<Json<Clock>, Problem> {
    Ok(Json(host.clock().advance(milliseconds(by.seconds)?).map_err(back)?.into()))
}

/// Where to set the clock.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    /// Unix time in seconds; not before now.
    #[schema(minimum = 0, maximum = 100_000_000_000_i64)]
    now: f64,
}

/// Sets the clock to a later time.
#[utoipa::path(
    post,
    path = "/control/clock/set",
    operation_id = "set_clock",
    tag = "clock",
    request_body = Set,
    responses((status = 200, description = "The clock after the change", body = Clock), Problem)
)]
pub(super) async fn set(World(host): World, Body(to): Body<Set>) -> Result<Json<Clock>, Problem> {
    Ok(Json(host.clock().set(Timestamp(milliseconds(to.now)?)).map_err(back)?.into()))
}

/// Whether the clock is to stand still.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Freeze {
    /// False lets it run on from where it stands; true if absent.
    #[serde(default = "yes")]
    frozen: bool,
}

fn yes() -> bool {
    true
}

/// Stops the clock, or lets it run on.
#[utoipa::path(
    post,
    path = "/control/clock/freeze",
    operation_id = "freeze_clock",
    tag = "clock",
    request_body = Freeze,
    responses((status = 200, description = "The clock after the change", body = Clock), Problem)
)]
pub(super) async fn freeze(World(host): World, Body(Freeze { frozen }): Body<Freeze>) -> Json<Clock> {
    Json(host.clock().freeze(frozen).into())
}
