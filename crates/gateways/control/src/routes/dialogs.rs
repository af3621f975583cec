use super::extract::{AtDialog, Body, Json, Pair, Place};
use super::message_views::{self, Sent};
use crate::dto::{Dialog, DialogMessage, NewWriteAccess};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Host;
use parlor_world::ops::chat::{GrantWriteAccess, MarkRead, SetBlocked, ShowChatAction, StartBot};
use parlor_world::state::dialog::ChatAction;
use parlor_world::{MessageId, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

/// Returns a dialog as the user's app shows it, even if it has no messages yet.
#[utoipa::path(
    get,
    path = "/control/users/{user}/dialogs/{other}",
    operation_id = "show_dialog",
    tag = "dialogs",
    params(Pair),
    responses((status = 200, description = "The dialog", body = Dialog), Problem)
)]
pub(super) async fn show(AtDialog { host, dialog: place }: AtDialog) -> Result<Json<Dialog>, Problem> {
    let dialog = host.read(|world, now| {
        world.user(place.user).ok_or(Refusal::UserNotFound)?;
        place.view(world, now)?;
        Ok::<_, Refusal>(Dialog::of(world, now, place.user, place.chat))
    });
    Ok(Json(dialog.await??))
}

/// A press on Start.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StartButton {
    /// The payload of the deep link that the user opened.
    #[schema(pattern = "^[A-Za-z0-9_-]{0,64}$")]
    payload: Option<String>,
}

/// Presses Start or Restart. A blocked bot is unblocked first.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/start",
    operation_id = "start_bot",
    tag = "dialogs",
    params(Pair),
    request_body = StartButton,
    responses((status = 201, description = "The message that was sent", body = DialogMessage), Problem)
)]
pub(super) async fn start(
    AtDialog { host, dialog }: AtDialog,
    Body(button): Body<StartButton>,
) -> Result<Sent, Problem> {
    let (user, bot) = (dialog.user, dialog.other()?);
    message_views::send(&host, user, StartBot { user, bot, payload: button.payload, random_id: None }).await
}

/// Blocks the other account.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/block",
    operation_id = "block_account",
    tag = "dialogs",
    params(Pair),
    responses((status = 204, description = "The account is blocked"), Problem)
)]
pub(super) async fn block(AtDialog { host, dialog }: AtDialog) -> Result<StatusCode, Problem> {
    set_blocked(&host, dialog, true).await
}

/// Unblocks the other account, without sending /start.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/unblock",
    operation_id = "unblock_account",
    tag = "dialogs",
    params(Pair),
    responses((status = 204, description = "The account is not blocked"), Problem)
)]
pub(super) async fn unblock(AtDialog { host, dialog }: AtDialog) -> Result<StatusCode, Problem> {
    set_blocked(&host, dialog, false).await
}

async fn set_blocked(host: &Host, dialog: Place, is_blocked: bool) -> Result<StatusCode, Problem> {
    dialog.other()?;
    host.execute(SetBlocked { user: dialog.user, target: dialog.target(), is_blocked }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The messages to mark as read.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReadMark {
    /// The last message to mark as read, by the user's id; all messages if absent.
    up_to: Option<i32>,
}

/// Marks messages as read by the user.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/read",
    operation_id = "mark_read",
    tag = "dialogs",
    params(Pair),
    request_body = ReadMark,
    responses((status = 204, description = "The messages are read"), Problem)
)]
pub(super) async fn read(
    AtDialog { host, dialog }: AtDialog,
    Body(mark): Body<ReadMark>,
) -> Result<StatusCode, Problem> {
    let up_to = mark.up_to.map(MessageId);
    let (actor, target) = (dialog.user.into(), dialog.target());
    host.execute(MarkRead { actor, target, up_to }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The values of `action`; older names of them are accepted too.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only describes the names")]
enum ChatActionName {
    Typing,
    UploadPhoto,
    RecordVideo,
    UploadVideo,
    RecordVoice,
    UploadVoice,
    UploadDocument,
    ChooseSticker,
    FindLocation,
    RecordVideoNote,
    UploadVideoNote,
    Cancel,
}

/// A chat action of the user.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Typing {
    /// `typing` if absent; `cancel` ends the action.
    #[schema(value_type = Option<ChatActionName>)]
    action: Option<String>,
}

/// Shows a chat action of the user, such as typing. It is not an update of the Bot API.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/typing",
    operation_id = "send_chat_action",
    tag = "dialogs",
    params(Pair),
    request_body = Typing,
    responses((status = 204, description = "The action is shown"), Problem)
)]
pub(super) async fn typing(
    AtDialog { host, dialog }: AtDialog,
    Body(typing): Body<Typing>,
) -> Result<StatusCode, Problem> {
    let action = ChatAction::parse(typing.action.as_deref().unwrap_or("typing"));
    let action = action.ok_or_else(|| Problem::bad_request("there is no such chat action"))?;
    let (actor, target) = (dialog.user.into(), dialog.target());
    host.execute(ShowChatAction { actor, target, action }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Allows the bot to write first, as by a login on its website or in its mini app.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/allow",
    operation_id = "allow_writing",
    tag = "dialogs",
    params(Pair),
    request_body = NewWriteAccess,
    responses((status = 201, description = "The service message", body = DialogMessage), Problem)
)]
pub(super) async fn allow(
    AtDialog { host, dialog }: AtDialog,
    Body(access): Body<NewWriteAccess>,
) -> Result<Sent, Problem> {
    let (user, bot, access) = (dialog.user, dialog.other()?, access.into());
    message_views::send(&host, user, GrantWriteAccess { user, bot, access }).await
}
