//! Messages as answers.

use super::extract::Json;
use crate::dto::DialogMessage;
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Host;
use parlor_view::ViewContext;
use parlor_world::refusal::MessageOperation;
use parlor_world::{AccountId, Command, MessageKey, Refusal, World};

/// A sent message.
pub(super) type Sent = (StatusCode, Json<DialogMessage>);

/// A message as a user sees it.
pub(super) fn shown(world: &World, user: AccountId, key: MessageKey) -> Result<DialogMessage, Refusal> {
    let own = world.message_by_key(key).ok_or(Refusal::MessageNotFound(MessageOperation::Reply))?;
    Ok(DialogMessage::of(&ViewContext::new(world, user, own.chat), own))
}

/// Sends a user's message and returns it.
pub(super) async fn send<C>(host: &Host, user: AccountId, command: C) -> Result<Sent, Problem>
where
    C: Command<Outcome = MessageKey>,
{
    let message = host.execute_with(command, |world, _, key| shown(world, user, key));
    Ok((StatusCode::CREATED, Json(message.await??)))
}
