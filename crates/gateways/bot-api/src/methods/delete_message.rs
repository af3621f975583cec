use super::Context;
use crate::answer::{Answer, ApiError};
use crate::decode;
use parlor_wire_bot_api::requests::{DeleteMessage, DeleteMessages};
use parlor_world::message::Delete;

pub(super) async fn handle(context: &Context<'_>, request: DeleteMessage) -> Result<Answer, ApiError> {
    if request.chat_id.is_empty() {
        return Err(ApiError::bad_request("Chat identifier is not specified"));
    }
    let message = decode::message_id(request.message_id);
    if message.0 == 0 {
        return Err(ApiError::bad_request("Message identifier is not specified"));
    }
    let chat = decode::chat(&request.chat_id);
    context.tell(Delete { bot: context.bot, chat, messages: vec![message], skip_missing: false }).await
}

pub(super) async fn many(context: &Context<'_>, request: DeleteMessages) -> Result<Answer, ApiError> {
    let messages = decode::message_ids(&request.message_ids)?;
    let chat = decode::chat(&request.chat_id);
    context.tell(Delete { bot: context.bot, chat, messages, skip_missing: true }).await
}
