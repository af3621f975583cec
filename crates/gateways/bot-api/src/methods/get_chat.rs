use super::Context;
use crate::answer::{Answer, ApiError};
use crate::decode;
use crate::refusal::{Call, spell};
use parlor_view::{ViewContext, full_chat};
use parlor_wire_bot_api::requests::GetChat;
use parlor_world::{AccountId, World};

pub(super) async fn handle(context: &Context<'_>, request: GetChat) -> Result<Answer, ApiError> {
    let (bot, chat) = (context.bot, decode::chat(&request.chat_id));
    let view = move |world: &World| {
        let dialog = chat.resolve(world, bot)?;
        Ok(full_chat(&ViewContext::new(world, dialog, AccountId::Bot(bot))))
    };
    let chat = context.look(view).await?;
    Answer::of(&chat.map_err(|refusal| spell(refusal, Call::Other))?)
}
