use super::extract::{Body, Pair, Path, World};
use super::messages::sent;
use crate::dto::{Dialog, Message, WriteAccess};
use crate::problem::Problem;
use axum::Json;
use http::StatusCode;
use parlor_world::chat_action::{ChatAction, UserTypes};
use parlor_world::dialog::{AllowWriting, Block, MarkRead, RequestToJoin, Start};
use parlor_world::{MessageId, Refusal, Side};
use serde::Deserialize;
use utoipa::ToSchema;

#[utoipa::path(get, path = "/control/users/{user}/dialogs/{bot}", summary = "The dialog as the app shows it; it need not have begun", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), responses((status = 200, description = "done", body = Dialog), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn show(World(host): World, Path(pair): Path<Pair>) -> Result<Json<Dialog>, Problem> {
    let id = pair.dialog(&host).await?;
    let dialog = host.look(move |world, now| {
        world.user(id.user).ok_or(Refusal::UserNotFound)?;
        let bot = world.bot(id.bot).ok_or(Refusal::BotNotFound)?;
        Ok::<_, Refusal>(Dialog::of(world, now, id.user, bot))
    });
    Ok(Json(dialog.await??))
}

/// A press on Start.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StartButton {
    /// Of the deep link that brought the person here.
    payload: Option<String>,
}

#[utoipa::path(post, path = "/control/users/{user}/dialogs/{bot}/start", summary = "The person presses Start or Restart; a blocked bot is unblocked first", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), request_body = StartButton, responses((status = 201, description = "done", body = Message), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn start(
    World(host): World,
    Path(pair): Path<Pair>,
    Body(button): Body<StartButton>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let dialog = pair.dialog(&host).await?;
    let command = Start { dialog, payload: button.payload, random_id: None };
    sent(&host, dialog, command, |ids| ids).await
}

#[utoipa::path(post, path = "/control/users/{user}/dialogs/{bot}/block", summary = "The person blocks the bot", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn block(World(host): World, Path(pair): Path<Pair>) -> Result<StatusCode, Problem> {
    host.tell(Block { dialog: pair.dialog(&host).await?, blocked: true }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/control/users/{user}/dialogs/{bot}/unblock", summary = "The person unblocks the bot; no /start is sent", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn unblock(World(host): World, Path(pair): Path<Pair>) -> Result<StatusCode, Problem> {
    host.tell(Block { dialog: pair.dialog(&host).await?, blocked: false }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How far the person has read.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReadMark {
    /// The last read message, by the user's id; everything if absent.
    up_to: Option<i32>,
}

#[utoipa::path(post, path = "/control/users/{user}/dialogs/{bot}/read", summary = "The person has read", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), request_body = ReadMark, responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn read(
    World(host): World,
    Path(pair): Path<Pair>,
    Body(mark): Body<ReadMark>,
) -> Result<StatusCode, Problem> {
    let up_to = mark.up_to.map(MessageId);
    host.tell(MarkRead { dialog: pair.dialog(&host).await?, by: Side::User, up_to }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the person is doing.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Typing {
    /// `typing` if absent; `cancel` ends it.
    action: Option<String>,
}

#[utoipa::path(post, path = "/control/users/{user}/dialogs/{bot}/typing", summary = "The person types; bots over the Bot API never see it", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), request_body = Typing, responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn typing(
    World(host): World,
    Path(pair): Path<Pair>,
    Body(typing): Body<Typing>,
) -> Result<StatusCode, Problem> {
    let action = ChatAction::parse(typing.action.as_deref().unwrap_or("typing"));
    let action = action.ok_or_else(|| Problem::bad_request("there is no such chat action"))?;
    host.tell(UserTypes { dialog: pair.dialog(&host).await?, action }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/control/users/{user}/dialogs/{bot}/allow", summary = "The person lets the bot write, on a website or in a mini app", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), request_body = WriteAccess, responses((status = 201, description = "done", body = Message), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn allow(
    World(host): World,
    Path(pair): Path<Pair>,
    Body(access): Body<WriteAccess>,
) -> Result<(StatusCode, Json<Message>), Problem> {
    let dialog = pair.dialog(&host).await?;
    let access = access.world().ok_or_else(|| Problem::bad_request("a request to join is made by /join"))?;
    sent(&host, dialog, AllowWriting { dialog, access }, |ids| ids).await
}

/// Ids of chats that the caller did not choose.
const MADE_CHAT: i64 = -1_001_000_000_001;

/// A chat that the bot administers; nothing more is known of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    /// Its Bot API id, negative; made if absent.
    chat_id: Option<i64>,
    title: String,
    /// A group if absent.
    #[serde(default)]
    is_channel: bool,
}

#[utoipa::path(post, path = "/control/users/{user}/dialogs/{bot}/join", summary = "The person asks to join a chat that the bot administers: for five minutes, until it decides, the bot may write", params(("user" = String, Path, description = "id or username"), ("bot" = String, Path, description = "id or username")), request_body = Join, responses((status = 204, description = "done"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn join(
    World(host): World,
    Path(pair): Path<Pair>,
    Body(join): Body<Join>,
) -> Result<StatusCode, Problem> {
    let Join { chat_id, title, is_channel } = join;
    let chat = chat_id.unwrap_or(MADE_CHAT);
    if chat >= 0 || title.is_empty() {
        return Err(Problem::bad_request("a chat has a negative id and a title"));
    }
    host.tell(RequestToJoin { dialog: pair.dialog(&host).await?, chat, title, is_channel }).await?;
    Ok(StatusCode::NO_CONTENT)
}
