use super::target;
use crate::context::{Answer, Context};
use crate::decode;
use parlor_wire_tl::functions::MessagesSetTyping;
use parlor_world::Actor;
use parlor_world::ops::chat::ShowChatAction;

pub(in crate::rpc) async fn set_typing(context: &Context, request: MessagesSetTyping) -> Answer {
    let actor = Actor::from(context.me()?);
    let target = target(context, &request.peer).await?;
    let action = decode::chat_action(&request.action);
    context.execute(ShowChatAction { actor, target, action }).await?;
    context.encode(&true)
}
