use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use crate::refusal::Call;
use parlor_wire_bot_api::requests::{EditMessageReplyMarkup, EditMessageText};
use parlor_world::markup::Markup;
use parlor_world::ops::message::{EditMessage, MessageEdit};

pub(super) async fn text(context: &Context<'_>, request: EditMessageText) -> Result<Answer, ApiError> {
    if request.text.is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    let text = decode::text(&request.text, &request.parse_mode, &request.entities)?;
    let markup = decode::inline_keyboard(&request.reply_markup)?;
    require_message(&request.chat_id, request.message_id)?;
    let link_preview = decode::link_preview(&request.link_preview_options, context.args)?;
    let edit = MessageEdit::Text { text, link_preview };
    execute(context, &request.chat_id, request.message_id, edit, markup).await
}

pub(super) async fn markup(
    context: &Context<'_>,
    request: EditMessageReplyMarkup,
) -> Result<Answer, ApiError> {
    let markup = decode::inline_keyboard(&request.reply_markup)?;
    require_message(&request.chat_id, request.message_id)?;
    execute(context, &request.chat_id, request.message_id, MessageEdit::Markup, markup).await
}

async fn execute(
    context: &Context<'_>,
    chat_id: &str,
    message_id: Option<i64>,
    edit: MessageEdit,
    markup: Option<Markup>,
) -> Result<Answer, ApiError> {
    let (actor, target, message) = (context.actor(), context.target(chat_id), decode::message_id(message_id));
    let command = EditMessage { actor, target, message, edit, markup };
    Answer::of(&context.execute_with(Call::Other, command, |world, key| context.shown(world, key)).await?)
}

/// Refuses a request without chat and message. The official server would look for `inline_message_id` then.
fn require_message(chat_id: &str, message_id: Option<i64>) -> Result<(), ApiError> {
    match chat_id.is_empty() && message_id.is_none_or(|id| id <= 0) {
        true => Err(ApiError::bad_request("Message identifier is not specified")),
        false => Ok(()),
    }
}
