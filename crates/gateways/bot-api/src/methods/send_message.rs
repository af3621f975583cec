use super::{Context, shown};
use crate::answer::{Answer, ApiError};
use crate::decode;
use crate::refusal::Call;
use parlor_wire_bot_api::requests::SendMessage;
use parlor_world::message::Send;

pub(super) async fn handle(context: &Context<'_>, request: SendMessage) -> Result<Answer, ApiError> {
    if request.text.is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    let text = decode::text(&request.text, &request.parse_mode, &request.entities)?;
    let command = Send {
        link_preview: decode::link_preview(&request.link_preview_options, &context.args)?,
        reply: decode::reply_parameters(&request.reply_parameters, &context.args, &request.chat_id)?,
        markup: decode::reply_markup(&request.reply_markup)?,
        silent: request.disable_notification,
        protected: request.protect_content,
        ..Send::by_bot(context.bot, decode::chat(&request.chat_id), text)
    };
    Answer::of(&context.ask(Call::Send, command, |world, (dialog, ids)| shown(world, dialog, ids.bot)).await?)
}
