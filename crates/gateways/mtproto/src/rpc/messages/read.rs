use super::chat;
use crate::context::{Answer, Context};
use crate::decode;
use crate::executed::Affected;
use parlor_wire_tl::functions::MessagesReadHistory;
use parlor_wire_tl::{enums, types};
use parlor_world::ops::chat::MarkRead;
use parlor_world::{Actor, MessageId};

pub(in crate::rpc) async fn read_history(context: &Context, request: MessagesReadHistory) -> Answer {
    let user = context.user()?;
    let chat = chat(context, &request.peer).await?;
    let (actor, target) = (Actor::from(user), decode::target_of(chat, user));
    // > max_id: 0 for the latest message
    let up_to = (request.max_id > 0).then_some(MessageId(request.max_id));
    let read = context
        .execute_with_effects(MarkRead { actor, target, up_to }, |executed, ()| executed.affected(chat));
    let Affected { pts, pts_count } = read.await?;
    context.encode(&enums::MessagesAffectedMessages::from(types::MessagesAffectedMessages { pts, pts_count }))
}
