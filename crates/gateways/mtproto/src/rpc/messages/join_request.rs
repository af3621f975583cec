use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::functions::MessagesHideChatJoinRequest;
use parlor_world::Actor;
use parlor_world::ops::group::DecideJoinRequest;

/// An administrator approves or declines a request to join.
pub(in crate::rpc) async fn hide_join_request(
    context: &Context,
    request: MessagesHideChatJoinRequest,
) -> Answer {
    let me = context.me()?;
    let found = context.read(|world, _| {
        let target = decode::target(world, me, &request.peer)?;
        Ok::<_, RpcError>((target, decode::user(world, me, &request.user_id)?))
    });
    let (target, account) = found.await??;
    let actor = Actor::from(me);
    let decide = DecideJoinRequest { actor, target, account, approved: request.approved };
    let decided = context.execute_with_effects(decide, |executed, ()| executed.updates());
    context.encode(&decided.await?)
}
