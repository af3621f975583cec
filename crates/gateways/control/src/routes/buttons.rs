//! Presses on buttons: under a message, and of the custom keyboard.

use super::extract::{AtDialog, AtMessage, Body, Json, MessagePath, Pair, Place};
use super::message_views::{self, Sent};
use super::waiting::{deadline, until};
use crate::dto::{Answer, DialogMessage};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Host;
use parlor_world::markup::{ButtonAction, KeyboardRequest, Markup};
use parlor_world::ops::message::Send;
use parlor_world::ops::query::PressButton;
use parlor_world::refusal::MessageOperation;
use parlor_world::text::Text;
use parlor_world::{MessageId, Refusal, World};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A press on a button under a message, chosen by either its data or its text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ButtonPress {
    /// The button's callback data.
    callback_data: Option<String>,
    /// The button's text; the first button with this text is pressed.
    text: Option<String>,
    /// Seconds to wait for the bot's answer, at most 120; 10 if absent, 0 to not wait.
    timeout: Option<f64>,
}

/// The result of a press.
#[derive(Serialize, ToSchema)]
pub(super) struct PressResult {
    /// `null` for buttons that send no callback query.
    callback_query_id: Option<String>,
    /// The bot's answer, if it came in time.
    answer: Option<Answer>,
    /// The text that the app opens or copies, for buttons that send no callback query.
    opens: Option<String>,
}

/// Presses a button under a message and waits for the bot's answer.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/messages/{message}/press",
    operation_id = "press_button",
    tag = "messages",
    params(MessagePath),
    request_body = ButtonPress,
    responses((status = 200, description = "The result of the press", body = PressResult), Problem)
)]
pub(super) async fn press(
    AtMessage { host, dialog: place, message }: AtMessage,
    Body(press): Body<ButtonPress>,
) -> Result<Json<PressResult>, Problem> {
    let action = match (press.callback_data, press.text) {
        (Some(data), None) => ButtonAction::Callback(data),
        (None, Some(text)) => button_action(&host, place, message, text).await?,
        _ => return Err(Problem::bad_request("name the button by either callback_data or text")),
    };
    let data = match action {
        ButtonAction::Callback(data) => data,
        ButtonAction::Url(value)
        | ButtonAction::WebApp(value)
        | ButtonAction::CopyText(value)
        | ButtonAction::LoginUrl { url: value, .. }
        | ButtonAction::SwitchInline(value)
        | ButtonAction::SwitchInlineCurrent(value) => {
            return Ok(Json(PressResult { callback_query_id: None, answer: None, opens: Some(value) }));
        }
    };
    let press_button = PressButton { user: place.user, target: place.target(), message, data };
    let query = host.execute(press_button).await?;
    let find = |world: &World| world.query(query)?.answer.as_ref().map(Answer::from);
    let answer = until(&host, place.user, deadline(press.timeout), find).await?;
    Ok(Json(PressResult { callback_query_id: Some(query.to_string()), answer, opens: None }))
}

async fn button_action(
    host: &Host,
    place: Place,
    message: MessageId,
    text: String,
) -> Result<ButtonAction, Problem> {
    let find = |world: &World, now| {
        let message = place.view(world, now)?.dialog().and_then(|dialog| dialog.message(message));
        let message = message.ok_or(Refusal::MessageNotFound(MessageOperation::Press))?;
        let rows = message.markup().and_then(Markup::inline).unwrap_or_default();
        let button = rows.iter().flatten().find(|button| button.text == text);
        button.map(|button| button.action.clone()).ok_or(Refusal::ButtonNotFound)
    };
    Ok(host.read(find).await??)
}

/// A press on a button of the custom keyboard.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyboardPress {
    /// The button's text, which is sent.
    text: String,
}

/// Presses a button of the custom keyboard, which sends its text.
#[utoipa::path(
    post,
    path = "/control/users/{user}/dialogs/{other}/keyboard",
    operation_id = "press_key",
    tag = "messages",
    params(Pair),
    request_body = KeyboardPress,
    responses((status = 201, description = "The message that was sent", body = DialogMessage), Problem)
)]
pub(super) async fn press_key(
    AtDialog { host, dialog: place }: AtDialog,
    Body(KeyboardPress { text }): Body<KeyboardPress>,
) -> Result<Sent, Problem> {
    let key = host.read(|world, now| {
        let (_, markup) = place.view(world, now).ok()?.dialog()?.keyboard()?;
        let Markup::Keyboard(keyboard) = markup else { return None };
        keyboard.rows.iter().flatten().find(|key| key.text == text).cloned()
    });
    let key = key.await?.ok_or(Refusal::ButtonNotFound)?;
    if let Some(request) = &key.request {
        return Err(unserved_request(request));
    }
    let send = Send::text(place.user, place.target(), Text::plain(&text));
    message_views::send(&host, place.user, send).await
}

/// Returns the error for a button that sends more than its text. The page explains the codes in the user's language.
fn unserved_request(request: &KeyboardRequest) -> Problem {
    let (code, what) = match request {
        KeyboardRequest::Contact => ("CONTACT_BUTTON_NOT_SERVED", "the user's contact"),
        KeyboardRequest::Location => ("LOCATION_BUTTON_NOT_SERVED", "the user's location"),
        KeyboardRequest::Poll(_) => ("POLL_BUTTON_NOT_SERVED", "a poll"),
        KeyboardRequest::WebApp(_) => ("WEB_APP_BUTTON_NOT_SERVED", "what a mini app says"),
    };
    let detail = format!("this button sends {what}, which is not served by Parlor; see docs/coverage.md");
    Problem::new(StatusCode::BAD_REQUEST, code, detail)
}
