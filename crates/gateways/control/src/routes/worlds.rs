use super::extract::{Body, Json, Path, World};
use crate::Control;
use crate::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use parlor_host::{WorldName, random};
use parlor_world::Rules;
use parlor_world::ops::world::ResetWorld;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A world that was created for a test, with its addresses.
#[derive(Serialize, ToSchema)]
pub(super) struct CreatedWorld {
    name: String,
    /// The root URL for Bot API libraries, instead of `https://api.telegram.org`.
    bot_api: String,
    /// The root URL of this API for that world.
    control: String,
}

impl CreatedWorld {
    fn of(control: &Control, name: &WorldName) -> Self {
        let root = format!("{}/w/{name}", control.root);
        Self { name: name.to_string(), control: format!("{root}/control"), bot_api: root }
    }
}

/// `/worlds/{world}`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct WorldPath {
    /// The world's name.
    world: String,
}

/// A world to create.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NewWorld {
    /// 1 to 64 letters, digits, `-` and `_`; generated if absent.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    name: Option<String>,
    /// `telegram` enables Telegram's rate limits, `off` disables them; the server's setting if absent.
    limits: Option<Limits>,
    /// Whether tokens of bots that were not created are refused; the server's setting if absent.
    strict: Option<bool>,
}

/// Rate limits.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Limits {
    Telegram,
    Off,
}

/// Creates an empty world in memory, with its own addresses, clock and bots.
#[utoipa::path(
    post,
    path = "/control/worlds",
    operation_id = "create_world",
    tag = "worlds",
    request_body = NewWorld,
    responses((status = 201, description = "The new world", body = CreatedWorld), Problem)
)]
pub(super) async fn create(
    State(control): State<Control>,
    Body(new): Body<NewWorld>,
) -> Result<(StatusCode, Json<CreatedWorld>), Problem> {
    let invalid = || Problem::bad_request("a world's name has 1 to 64 letters, digits, - and _");
    let name = new.name.map(|name| WorldName::parse(&name).ok_or_else(invalid)).transpose()?;
    let default = control.worlds.rules();
    let rules = Rules {
        limits: new.limits.map_or(default.limits, |limits| limits == Limits::Telegram),
        strict_tokens: new.strict.unwrap_or(default.strict_tokens),
        strict_access: default.strict_access,
    };
    let made = control.worlds.create(name, rules, random()?);
    let (name, _) =
        made.map_err(|error| Problem::new(StatusCode::CONFLICT, "WORLD_UNAVAILABLE", error.to_string()))?;
    Ok((StatusCode::CREATED, Json(CreatedWorld::of(&control, &name))))
}

/// Lists all worlds except the default one.
#[utoipa::path(
    get,
    path = "/control/worlds",
    operation_id = "list_worlds",
    tag = "worlds",
    responses((status = 200, description = "The worlds", body = Vec<CreatedWorld>), Problem)
)]
pub(super) async fn list(State(control): State<Control>) -> Json<Vec<CreatedWorld>> {
    Json(control.worlds.names().iter().map(|name| CreatedWorld::of(&control, name)).collect())
}

/// Deletes a world.
#[utoipa::path(
    delete,
    path = "/control/worlds/{world}",
    operation_id = "delete_world",
    tag = "worlds",
    params(WorldPath),
    responses((status = 204, description = "The world is deleted"), Problem)
)]
pub(super) async fn remove(
    State(control): State<Control>,
    Path(WorldPath { world: name }): Path<WorldPath>,
) -> Result<StatusCode, Problem> {
    let dropped = match WorldName::parse(&name) {
        Some(name) => control.worlds.drop_world(&name).await,
        None => false,
    };
    match dropped {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("WORLD_NOT_FOUND", "there is no such world")),
    }
}

/// The server and the world at this address.
#[derive(Serialize, ToSchema)]
pub(super) struct About {
    /// Always `parlor`.
    name: &'static str,
    version: &'static str,
    /// The root URL for Bot API libraries.
    bot_api: String,
    /// The world's id, which changes with a reset; every world in memory has another one.
    world: String,
    /// The data file; `null` if the data is in memory only.
    data: Option<String>,
    users: usize,
    bots: usize,
    dialogs: usize,
}

/// Describes the server and the world.
#[utoipa::path(
    get,
    path = "/control",
    operation_id = "show_server",
    tag = "worlds",
    responses((status = 200, description = "About the server and the world", body = About), Problem)
)]
pub(super) async fn about(
    State(control): State<Control>,
    World(host): World,
) -> Result<Json<About>, Problem> {
    let is_default = host.id() == control.worlds.default_world().id();
    let about = host.read(|world, _| About {
        name: "parlor",
        version: env!("CARGO_PKG_VERSION"),
        bot_api: control.root.to_string(),
        world: format!("{:016x}", world.id()),
        data: control.data.filter(|_| is_default).map(|file| file.to_string()),
        users: world.users().count(),
        bots: world.bots().count(),
        dialogs: world.chat_count(),
    });
    Ok(Json(about.await?))
}

/// Deletes all accounts, dialogs and messages of the world. The demo bot is created again with its token.
#[utoipa::path(
    post,
    path = "/control/reset",
    operation_id = "reset_world",
    tag = "worlds",
    responses((status = 204, description = "The world is empty"), Problem)
)]
pub(super) async fn reset(State(control): State<Control>, World(host): World) -> Result<StatusCode, Problem> {
    host.execute(ResetWorld { key: random()? }).await?;
    (control.after_reset)(host).await;
    Ok(StatusCode::NO_CONTENT)
}
