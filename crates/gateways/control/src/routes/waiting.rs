//! Waits for messages and answers of bots.

use super::extract::{AtDialog, Json, Pair, Query};
use crate::Control;
use crate::dto::DialogMessage;
use crate::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use parlor_host::Host;
use parlor_view::ViewContext;
use parlor_world::{AccountId, DialogView, MessageId, World};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::Instant;
use utoipa::IntoParams;

/// The maximum time of a wait.
const MAX_WAIT_SECONDS: f64 = 120.0;

/// Options of a wait.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wait {
    /// Wait for the bot's first message after this one, by the user's id. If absent, for the first one after the user's
    /// last message that no wait has returned yet.
    #[param(required = false, nullable = false)]
    after: Option<i32>,
    /// Seconds to wait, at most 120; 10 if absent.
    #[param(required = false, nullable = false)]
    timeout: Option<f64>,
}

pub(super) fn deadline(seconds: Option<f64>) -> Instant {
    let seconds = seconds.filter(|seconds| seconds.is_finite()).unwrap_or(10.0);
    Instant::now() + Duration::from_secs_f64(seconds.clamp(0.0, MAX_WAIT_SECONDS))
}

/// Waits for the next message of the bot, or of anybody else in the chat.
///
/// Without `after`, each message is returned once: the first one after the user's last message that no wait for this
/// dialog has returned yet. Answers 408 if no message arrives in time.
#[utoipa::path(
    get,
    path = "/control/users/{user}/dialogs/{other}/wait",
    operation_id = "wait_for_message",
    tag = "messages",
    params(Pair, Wait),
    responses((status = 200, description = "The bot's message", body = DialogMessage), Problem)
)]
pub(super) async fn wait(
    State(control): State<Control>,
    AtDialog { host, dialog: place }: AtDialog,
    Query(wait): Query<Wait>,
) -> Result<Json<DialogMessage>, Problem> {
    let deadline = deadline(wait.timeout);
    host.read(|world, now| place.view(world, now).map(drop)).await??;
    let waits = &control.waits;
    loop {
        let viewed = (place.user, place.chat);
        let given = waits.last(&host, viewed);
        let next = |world: &World| {
            let context = ViewContext::new(world, place.user, place.chat);
            let dialog = context.dialog()?;
            let after = match wait.after {
                Some(after) => MessageId(after),
                None => given.max(last_of_viewer(dialog)),
            };
            let mut later = dialog.messages_after(after);
            let next = later.find(|message| message.from != place.user)?;
            Some((next.id_for(place.user), DialogMessage::of(&context, next)))
        };
        let Some((number, message)) = until(&host, place.user, deadline, next).await? else {
            let detail = "no message came before the deadline";
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "WAIT_TIMEOUT", detail));
        };
        // Another request may have returned it in the meantime.
        if waits.record(&host, viewed, number) || wait.after.is_some() {
            return Ok(Json(message));
        }
    }
}

fn last_of_viewer(dialog: DialogView<'_>) -> MessageId {
    let mut own = dialog.messages().rev().filter(|message| message.from == dialog.viewer);
    own.next().map_or(MessageId(0), |message| message.id_for(dialog.viewer))
}

/// Calls `find` after each notification of the user, until it finds something or the deadline passes.
pub(super) async fn until<T>(
    host: &Host,
    user: AccountId,
    deadline: Instant,
    find: impl Fn(&World) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let mut subscription = host.subscribe(user);
    loop {
        if let Some(found) = host.read(|world, _| find(world)).await? {
            return Ok(Some(found));
        }
        tokio::select! {
            is_running = subscription.notified() => if !is_running {
                return Err(parlor_host::Failure::Stopped.into());
            },
            () = tokio::time::sleep_until(deadline) => return Ok(None),
        }
    }
}
