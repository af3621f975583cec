use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use crate::refusal::Call;
use parlor_wire_bot_api::requests::SendMessage;
use parlor_world::ops::message::{NewContent, Send, SendOptions};

pub(super) async fn handle(context: &Context<'_>, request: SendMessage) -> Result<Answer, ApiError> {
    if request.text.is_empty() {
        return Err(ApiError::bad_request("message text is empty"));
    }
    let text = decode::text(&request.text, &request.parse_mode, &request.entities)?;
    let link_preview = decode::link_preview(&request.link_preview_options, context.args)?;
    let options = SendOptions {
        reply: decode::reply_parameters(&request.reply_parameters, context.args, &request.chat_id)?,
        markup: decode::reply_markup(&request.reply_markup)?,
        is_silent: request.disable_notification,
        is_protected: request.protect_content,
        thread: decode::thread(request.message_thread_id),
        ..SendOptions::default()
    };
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let command = Send { actor, target, content: NewContent::Text { text, link_preview }, options };
    Answer::of(&context.execute_with(Call::Send, command, |world, key| context.shown(world, key)).await?)
}
