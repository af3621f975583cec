use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use parlor_wire_bot_api::requests::{PinChatMessage, UnpinAllChatMessages, UnpinChatMessage};
use parlor_world::ops::message::{PinMessage, UnpinAllMessages};

pub(super) async fn pin(context: &Context<'_>, request: PinChatMessage) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let message = Some(decode::message_id(request.message_id));
    let is_silent = request.disable_notification;
    context.execute(PinMessage { actor, target, message, is_pinned: true, is_silent }).await
}

pub(super) async fn unpin(context: &Context<'_>, request: UnpinChatMessage) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let message = request.message_id.filter(|id| *id > 0).map(|id| decode::message_id(Some(id)));
    context.execute(PinMessage { actor, target, message, is_pinned: false, is_silent: true }).await
}

pub(super) async fn unpin_all(
    context: &Context<'_>,
    request: UnpinAllChatMessages,
) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(UnpinAllMessages { actor, target }).await
}
