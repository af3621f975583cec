use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::MessagesHideChatJoinRequest;
use parlor_wire_tl::{enums, types};
use parlor_world::ops::chat::DecideJoinRequest;

/// Approves or declines a request to join a chat, for a bot. The chat is known only by its id.
pub(in crate::rpc) async fn hide_join_request(
    context: &Context,
    request: MessagesHideChatJoinRequest,
) -> Answer {
    let bot = context.bot()?;
    let chat = decode::group(&request.peer).ok_or_else(|| RpcError::bad("PEER_ID_INVALID"))?;
    let user = context.read(|world, _| {
        let account = decode::user(world, bot, &request.user_id)?;
        world.user(account).map(|user| user.id).ok_or_else(|| RpcError::bad("USER_ID_INVALID"))
    });
    let decide = DecideJoinRequest { bot, chat, user: user.await??, approved: request.approved };
    let date = context.execute_with(decide, |_, now, ()| view::date(now)).await?;
    context.encode(&enums::Updates::from(types::Updates { date, ..Default::default() }))
}
