use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::requests::{SetChatDescription, SetChatTitle};
use parlor_world::ops::group::{EditGroup, GroupEdit};

pub(super) async fn set_title(context: &Context<'_>, request: SetChatTitle) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(EditGroup { actor, target, edit: GroupEdit::Title(request.title) }).await
}

pub(super) async fn set_description(
    context: &Context<'_>,
    request: SetChatDescription,
) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(EditGroup { actor, target, edit: GroupEdit::Description(request.description) }).await
}
