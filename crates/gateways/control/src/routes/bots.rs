use super::extract::{AtBot, Body, BotPath, Json, Limit, Query, World, user};
use crate::Control;
use crate::dto::described;
use crate::dto::{BotAccount, BotPatch, NewBot};
use crate::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use parlor_host::Host;
use parlor_wire_bot_api::objects;
use parlor_world::ops::account::{CreateBot, DeleteBot, RevokeToken};
use parlor_world::ops::chat::RecordContact;
use parlor_world::state::account::{BotFlags, FlagsPatch, Token};
use parlor_world::state::update_queue::UpdateKind;
use parlor_world::{AccountId, Command, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

fn shown(
    host: &Host,
    world: &parlor_world::World,
    now: Timestamp,
    id: AccountId,
) -> Result<Json<BotAccount>, Refusal> {
    let bot = world.bot(id).ok_or(Refusal::BotNotFound)?;
    Ok(Json(BotAccount::of(world, bot, now, host.presence())))
}

/// Executes a command and returns the bot under the same lock, so that no other request is executed in between.
async fn changed(host: &Host, id: AccountId, command: impl Command) -> Result<Json<BotAccount>, Problem> {
    Ok(host.execute_with(command, |world, now, _| shown(host, world, now, id)).await??)
}

/// Creates a bot.
#[utoipa::path(
    post,
    path = "/control/bots",
    operation_id = "create_bot",
    tag = "bots",
    request_body = NewBot,
    responses((status = 201, description = "The new bot", body = BotAccount), Problem)
)]
pub(super) async fn create(
    World(host): World,
    Body(new): Body<NewBot>,
) -> Result<(StatusCode, Json<BotAccount>), Problem> {
    let token =
        new.token.as_deref().map(|text| Token::parse(text).ok_or(Refusal::TokenInvalid)).transpose()?;
    let flags = FlagsPatch {
        can_join_groups: new.can_join_groups,
        can_read_all_group_messages: new.can_read_all_group_messages,
        supports_inline_queries: new.supports_inline_queries,
        talks_to_bots: new.talks_to_bots,
    };
    let flags = flags.apply(BotFlags::default());
    let (id, username, name) = (new.id.map(AccountId), new.username, new.name);
    let command = CreateBot { token, id, username, name, owner: None, flags };
    let made = host.execute_with(command, |world, now, id| shown(&host, world, now, id));
    Ok((StatusCode::CREATED, made.await??))
}

/// Lists all bots.
#[utoipa::path(
    get,
    path = "/control/bots",
    operation_id = "list_bots",
    tag = "bots",
    params(Limit),
    responses((status = 200, description = "The bots", body = Vec<BotAccount>), Problem)
)]
pub(super) async fn list(
    World(host): World,
    Query(limit): Query<Limit>,
) -> Result<Json<Vec<BotAccount>>, Problem> {
    let presence = host.presence();
    let list = |world: &parlor_world::World, now| {
        world.bots().take(limit.get()).map(|bot| BotAccount::of(world, bot, now, presence)).collect()
    };
    Ok(Json(host.read(list).await?))
}

/// Returns a bot.
#[utoipa::path(
    get,
    path = "/control/bots/{bot}",
    operation_id = "show_bot",
    tag = "bots",
    params(BotPath),
    responses((status = 200, description = "The bot", body = BotAccount), Problem)
)]
pub(super) async fn show(AtBot { host, bot: id }: AtBot) -> Result<Json<BotAccount>, Problem> {
    Ok(host.read(|world, now| shown(&host, world, now, id)).await??)
}

/// Changes a bot as its owner can with BotFather. Either all changes are made or none.
#[utoipa::path(
    patch,
    path = "/control/bots/{bot}",
    operation_id = "edit_bot",
    tag = "bots",
    params(BotPath),
    request_body = BotPatch,
    responses((status = 200, description = "The bot after the change", body = BotAccount), Problem)
)]
pub(super) async fn edit(
    AtBot { host, bot: id }: AtBot,
    Body(patch): Body<BotPatch>,
) -> Result<Json<BotAccount>, Problem> {
    changed(&host, id, patch.into_world(id)).await
}

/// Deletes a bot.
#[utoipa::path(
    delete,
    path = "/control/bots/{bot}",
    operation_id = "delete_bot",
    tag = "bots",
    params(BotPath),
    responses((status = 204, description = "The bot is deleted"), Problem)
)]
pub(super) async fn delete(AtBot { host, bot: id }: AtBot) -> Result<StatusCode, Problem> {
    host.execute(DeleteBot { bot: id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Revokes a bot's token and creates a new one.
#[utoipa::path(
    post,
    path = "/control/bots/{bot}/token",
    operation_id = "revoke_token",
    tag = "bots",
    params(BotPath),
    responses((status = 200, description = "The bot with its new token", body = BotAccount), Problem)
)]
pub(super) async fn revoke(AtBot { host, bot: id }: AtBot) -> Result<Json<BotAccount>, Problem> {
    changed(&host, id, RevokeToken { bot: id }).await
}

/// The user who becomes known to the bot.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactRequest {
    /// Id or username.
    user: String,
}

/// Makes a user known to a bot without a message, as a common group would.
#[utoipa::path(
    post,
    path = "/control/bots/{bot}/seen",
    operation_id = "introduce_user",
    tag = "bots",
    params(BotPath),
    request_body = ContactRequest,
    responses((status = 204, description = "The bot knows the user"), Problem)
)]
pub(super) async fn record_contact(
    AtBot { host, bot: id }: AtBot,
    Body(contact): Body<ContactRequest>,
) -> Result<StatusCode, Problem> {
    let user = user(&host, &contact.user).await?;
    host.execute(RecordContact { bot: id, user }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An update that the bot has not confirmed.
#[derive(Serialize, ToSchema)]
pub(super) struct PendingUpdate {
    /// The update as the bot will receive it.
    #[schema(value_type = described::Update)]
    update: objects::Update,
    /// The Bot API's name for it: `message`, `my_chat_member`.
    kind: &'static str,
    /// Unix time in milliseconds, on the world's clock.
    at: i64,
}

/// The maximum number of updates in one answer.
const MAX_WAITING: usize = 100;

/// Lists the oldest updates that a bot has not confirmed, at most 100.
#[utoipa::path(
    get,
    path = "/control/bots/{bot}/updates",
    operation_id = "list_pending_updates",
    tag = "bots",
    params(BotPath),
    responses((status = 200, description = "The updates", body = Vec<PendingUpdate>), Problem)
)]
pub(super) async fn updates(AtBot { host, bot: id }: AtBot) -> Result<Json<Vec<PendingUpdate>>, Problem> {
    let waiting = host.read(|world, now| {
        let entries = world.queue(id)?.from(i64::MIN, now).take(MAX_WAITING);
        let each = entries.map(|entry| PendingUpdate {
            kind: world.update_kind(&entry.update, id).map_or("update", UpdateKind::name),
            update: parlor_view::queued_update(world, id, entry),
            at: entry.at.0,
        });
        Some(each.collect())
    });
    Ok(Json(waiting.await?.ok_or(Refusal::BotNotFound)?))
}

/// A request of the Bot API.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BotCall {
    /// `sendMessage`
    #[schema(pattern = "^[A-Za-z0-9]+$")]
    method: String,
    #[serde(default)]
    #[schema(value_type = HashMap<String, serde_json::Value>)]
    parameters: serde_json::Map<String, serde_json::Value>,
}

/// The answer of the Bot API.
#[derive(Serialize, ToSchema)]
pub(super) struct BotAnswer {
    /// The HTTP status; 0 if a fault closed the connection.
    status: u16,
    #[schema(value_type = Option<HashMap<String, serde_json::Value>>)]
    answer: Option<Box<RawValue>>,
}

/// Sends a request to the Bot API as the bot's program would.
#[utoipa::path(
    post,
    path = "/control/bots/{bot}/call",
    operation_id = "call_bot_api",
    tag = "bots",
    params(BotPath),
    request_body = BotCall,
    responses((status = 200, description = "The answer of the Bot API, which may be an error", body = BotAnswer), Problem)
)]
pub(super) async fn call(
    State(control): State<Control>,
    AtBot { host, bot: id }: AtBot,
    Body(call): Body<BotCall>,
) -> Result<Json<BotAnswer>, Problem> {
    let token = host.read(|world, _| world.bot(id)?.token()).await?.ok_or(Refusal::BotNotFound)?;
    if !call.method.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Problem::bad_request("a method has letters only"));
    }
    let path = format!("/bot{token}/{}", call.method);
    let body = serde_json::Value::Object(call.parameters).to_string();
    let answered = (control.call_bot)(host, path, body).await;
    let (status, body) = answered.unwrap_or_default();
    let answer = serde_json::from_slice(&body).ok();
    Ok(Json(BotAnswer { status, answer }))
}
