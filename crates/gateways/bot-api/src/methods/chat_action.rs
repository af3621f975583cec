use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::requests::SendChatAction;
use parlor_world::ops::chat::ShowChatAction;
use parlor_world::state::dialog::ChatAction;

pub(super) async fn handle(context: &Context<'_>, request: SendChatAction) -> Result<Answer, ApiError> {
    let action = ChatAction::parse(&request.action);
    let action = action.ok_or_else(|| ApiError::bad_request("Wrong parameter action in request"))?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(ShowChatAction { actor, target, action }).await
}
