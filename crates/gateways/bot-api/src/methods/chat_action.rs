use super::Context;
use crate::answer::{Answer, ApiError};
use crate::decode;
use parlor_wire_bot_api::requests::SendChatAction;
use parlor_world::chat_action::{ChatAction, ShowChatAction};

pub(super) async fn handle(context: &Context<'_>, request: SendChatAction) -> Result<Answer, ApiError> {
    let action = ChatAction::parse(&request.action);
    let action = action.ok_or_else(|| ApiError::bad_request("Wrong parameter action in request"))?;
    context.tell(ShowChatAction { bot: context.bot, chat: decode::chat(&request.chat_id), action }).await
}
