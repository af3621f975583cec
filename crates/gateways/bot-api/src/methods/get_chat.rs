use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_view::{ViewContext, full_chat};
use parlor_wire_bot_api::requests::GetChat;

pub(super) async fn handle(context: &Context<'_>, request: GetChat) -> Result<Answer, ApiError> {
    let target = context.target(&request.chat_id);
    let chat = context.find(|world, now| {
        let chat = target.resolve(world, context.actor(), now)?;
        Ok(full_chat(&ViewContext::new(world, context.bot, chat)))
    });
    Answer::of(&chat.await?)
}
