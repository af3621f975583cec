use super::Context;
use crate::answer::{Answer, ApiError};
use crate::decode;
use crate::refusal::{Call, spell};
use crate::view::{Scene, full_chat};
use parlor_wire_bot_api::requests::GetChat;

pub(super) async fn handle(context: &Context<'_>, request: GetChat) -> Result<Answer, ApiError> {
    let (bot, chat) = (context.bot, decode::chat(&request.chat_id));
    let view = move |world: &_| chat.resolve(world, bot).map(|dialog| full_chat(&Scene::now(world, dialog)));
    let chat = context.look(view).await?;
    Answer::of(&chat.map_err(|refusal| spell(refusal, Call::Other))?)
}
