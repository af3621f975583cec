//! Messages as answers.

use super::extract::Json;
use crate::dto::{DialogMessage, user_view};
use crate::problem::Problem;
use http::StatusCode;
use parlor_host::Host;
use parlor_world::message::Ids;
use parlor_world::refusal::Purpose;
use parlor_world::{Command, DialogId, MessageId, Refusal, World};

/// A message that was sent.
pub(super) type Sent = (StatusCode, Json<DialogMessage>);

/// The message that the user knows by that id.
pub(super) fn find(world: &World, dialog: DialogId, id: MessageId) -> Result<DialogMessage, Refusal> {
    let found = DialogMessage::find(&user_view(world, dialog), id);
    found.ok_or(Refusal::MessageNotFound(Purpose::Reply))
}

/// Sends a user's message and shows it: one step of the world, one look at it.
pub(super) async fn send<C>(
    host: &Host,
    dialog: DialogId,
    command: C,
    ids: fn(C::Outcome) -> Ids,
) -> Result<Sent, Problem>
where
    C: Command + std::marker::Send + 'static,
    C::Outcome: std::marker::Send,
{
    let message = host.ask(command, move |world, _, outcome| find(world, dialog, ids(outcome).user));
    Ok((StatusCode::CREATED, Json(message.await??)))
}
