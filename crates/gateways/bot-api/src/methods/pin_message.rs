use super::Context;
use crate::answer::{Answer, ApiError};
use crate::decode;
use parlor_wire_bot_api::requests::{PinChatMessage, UnpinAllChatMessages, UnpinChatMessage};
use parlor_world::message::{Pin, UnpinAll};

pub(super) async fn pin(context: &Context<'_>, request: PinChatMessage) -> Result<Answer, ApiError> {
    let route = context.route(&request.chat_id);
    let message = Some(decode::message_id(request.message_id));
    context.tell(Pin { route, message, pinned: true, silent: request.disable_notification }).await
}

pub(super) async fn unpin(context: &Context<'_>, request: UnpinChatMessage) -> Result<Answer, ApiError> {
    let route = context.route(&request.chat_id);
    let message = request.message_id.filter(|id| *id > 0).map(|id| decode::message_id(Some(id)));
    context.tell(Pin { route, message, pinned: false, silent: true }).await
}

pub(super) async fn unpin_all(
    context: &Context<'_>,
    request: UnpinAllChatMessages,
) -> Result<Answer, ApiError> {
    context.tell(UnpinAll { route: context.route(&request.chat_id) }).await
}
