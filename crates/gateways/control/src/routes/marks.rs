//! What a user adds to a message: reactions and the pin.

use super::extract::{AtMessage, Body, MessagePath};
use crate::dto::InputReaction;
use crate::problem::Problem;
use http::StatusCode;
use parlor_world::ops::message::{PinMessage, SetReactions};
use serde::Deserialize;
use utoipa::ToSchema;

/// The user's reactions to a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reactions {
    /// One reaction, or none.
    #[schema(max_items = 1)]
    reaction: Vec<InputReaction>,
}

/// Sets the user's reactions to a message.
#[utoipa::path(
    put,
    path = "/control/users/{user}/dialogs/{other}/messages/{message}/reactions",
    operation_id = "set_reactions",
    tag = "messages",
    params(MessagePath),
    request_body = Reactions,
    responses((status = 204, description = "The reactions are set"), Problem)
)]
pub(super) async fn react(
    AtMessage { host, dialog, message }: AtMessage,
    Body(Reactions { reaction }): Body<Reactions>,
) -> Result<StatusCode, Problem> {
    let reactions = reaction.into_iter().map(InputReaction::into_world).collect::<Result<_, _>>()?;
    let (actor, target) = (dialog.user.into(), dialog.target());
    host.execute(SetReactions { actor, target, message, reactions }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pins a message.
#[utoipa::path(
    put,
    path = "/control/users/{user}/dialogs/{other}/messages/{message}/pin",
    operation_id = "pin_message",
    tag = "messages",
    params(MessagePath),
    responses((status = 204, description = "The message is pinned"), Problem)
)]
pub(super) async fn pin(at: AtMessage) -> Result<StatusCode, Problem> {
    set_pinned(at, true).await
}

/// Unpins a message.
#[utoipa::path(
    delete,
    path = "/control/users/{user}/dialogs/{other}/messages/{message}/pin",
    operation_id = "unpin_message",
    tag = "messages",
    params(MessagePath),
    responses((status = 204, description = "The message is not pinned"), Problem)
)]
pub(super) async fn unpin(at: AtMessage) -> Result<StatusCode, Problem> {
    set_pinned(at, false).await
}

async fn set_pinned(at: AtMessage, is_pinned: bool) -> Result<StatusCode, Problem> {
    let AtMessage { host, dialog, message } = at;
    let (actor, target, message) = (dialog.user.into(), dialog.target(), Some(message));
    host.execute(PinMessage { actor, target, message, is_pinned, is_silent: false }).await?;
    Ok(StatusCode::NO_CONTENT)
}
