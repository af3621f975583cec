use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use parlor_wire_bot_api::requests::{DeleteMessage, DeleteMessages};
use parlor_world::MessageId;
use parlor_world::ops::message;

pub(super) async fn handle(context: &Context<'_>, request: DeleteMessage) -> Result<Answer, ApiError> {
    if request.chat_id.is_empty() {
        return Err(ApiError::bad_request("Chat identifier is not specified"));
    }
    let message = decode::message_id(request.message_id);
    if message.0 == 0 {
        return Err(ApiError::bad_request("Message identifier is not specified"));
    }
    delete(context, &request.chat_id, vec![message], false).await
}

pub(super) async fn many(context: &Context<'_>, request: DeleteMessages) -> Result<Answer, ApiError> {
    let messages = decode::message_ids(&request.message_ids)?;
    delete(context, &request.chat_id, messages, true).await
}

async fn delete(
    context: &Context<'_>,
    chat_id: &str,
    messages: Vec<MessageId>,
    skip_missing: bool,
) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(chat_id));
    context.execute(message::DeleteMessages { actor, target, messages, for_all: true, skip_missing }).await
}
