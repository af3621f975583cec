use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::refusal::{Call, refused};
use parlor_view::{ViewContext, full_chat};
use parlor_wire_bot_api::requests::GetChat;
use parlor_world::World;

pub(super) async fn handle(context: &Context<'_>, request: GetChat) -> Result<Answer, ApiError> {
    let target = context.target(&request.chat_id);
    let view = |world: &World| {
        let chat = target.resolve(world, context.actor())?;
        Ok(full_chat(&ViewContext::new(world, context.bot, chat)))
    };
    let chat = context.read(view).await?;
    Answer::of(&chat.map_err(|refusal| refused(refusal, Call::Other))?)
}
