use super::{Context, shown};
use crate::answer::{Answer, ApiError};
use crate::decode;
use crate::refusal::Call;
use parlor_wire_bot_api::requests::{EditMessageReplyMarkup, EditMessageText};
use parlor_world::message::{EditMarkup, EditText};

pub(super) async fn text(context: &Context<'_>, request: EditMessageText) -> Result<Answer, ApiError> {
    if request.text.is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    let text = decode::text(&request.text, &request.parse_mode, &request.entities)?;
    let markup = decode::inline_keyboard(&request.reply_markup)?;
    addressed(&request.chat_id, request.message_id)?;
    let command = EditText {
        route: context.route(&request.chat_id),
        message: decode::message_id(request.message_id),
        text,
        link_preview: decode::link_preview(&request.link_preview_options, &context.args)?,
        markup,
    };
    Answer::of(&context.ask(Call::Other, command, |world, (dialog, id)| shown(world, dialog, id)).await?)
}

pub(super) async fn markup(
    context: &Context<'_>,
    request: EditMessageReplyMarkup,
) -> Result<Answer, ApiError> {
    let markup = decode::inline_keyboard(&request.reply_markup)?;
    addressed(&request.chat_id, request.message_id)?;
    let command = EditMarkup {
        bot: context.bot,
        chat: decode::chat(&request.chat_id),
        message: decode::message_id(request.message_id),
        markup,
    };
    Answer::of(&context.ask(Call::Other, command, |world, (dialog, id)| shown(world, dialog, id)).await?)
}

/// Without chat and message the server would look for an inline message.
fn addressed(chat_id: &str, message_id: Option<i64>) -> Result<(), ApiError> {
    match chat_id.is_empty() && message_id.is_none_or(|id| id <= 0) {
        true => Err(ApiError::bad_request("Message identifier is not specified")),
        false => Ok(()),
    }
}
