use super::peer;
use crate::context::{Answer, Context};
use crate::executed::Affected;
use parlor_wire_tl::functions::MessagesReadHistory;
use parlor_wire_tl::{enums, types};
use parlor_world::ops::chat::MarkRead;
use parlor_world::{Actor, MessageId, Target};

pub(in crate::rpc) async fn read_history(context: &Context, request: MessagesReadHistory) -> Answer {
    let actor = Actor::from(context.user()?);
    let target = Target::from(peer(context, &request.peer).await?);
    // > max_id: 0 for the latest message
    let up_to = (request.max_id > 0).then_some(MessageId(request.max_id));
    let read =
        context.execute_with_effects(MarkRead { actor, target, up_to }, |executed, ()| executed.affected());
    let Affected { pts, pts_count } = read.await?;
    context.encode(&enums::MessagesAffectedMessages::from(types::MessagesAffectedMessages { pts, pts_count }))
}
