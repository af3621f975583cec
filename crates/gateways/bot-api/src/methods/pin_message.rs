use super::Context;
use crate::answer::{Answer, ApiError};
use crate::decode;
use parlor_wire_bot_api::requests::{PinChatMessage, UnpinAllChatMessages, UnpinChatMessage};
use parlor_world::message::{Pin, Route, UnpinAll};

pub(super) async fn pin(context: &Context<'_>, request: PinChatMessage) -> Result<Answer, ApiError> {
    let route = Route::Bot(context.bot, decode::chat(&request.chat_id));
    let message = Some(decode::message_id(request.message_id));
    context.tell(Pin { route, message, pinned: true, silent: request.disable_notification }).await
}

pub(super) async fn unpin(context: &Context<'_>, request: UnpinChatMessage) -> Result<Answer, ApiError> {
    let route = Route::Bot(context.bot, decode::chat(&request.chat_id));
    let message = request.message_id.filter(|id| *id > 0).map(|id| decode::message_id(Some(id)));
    context.tell(Pin { route, message, pinned: false, silent: true }).await
}

pub(super) async fn unpin_all(
    context: &Context<'_>,
    request: UnpinAllChatMessages,
) -> Result<Answer, ApiError> {
    context.tell(UnpinAll { bot: context.bot, chat: decode::chat(&request.chat_id) }).await
}
