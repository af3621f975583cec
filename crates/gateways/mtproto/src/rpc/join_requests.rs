use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::MessagesHideChatJoinRequest;
use parlor_wire_tl::{enums, types};
use parlor_world::AccountId;
use parlor_world::dialog::DecideJoin;

/// A bot approves or declines a request to join a chat. Chats are known by their ids only: the request is what is
/// looked for.
pub(super) async fn hide(context: &Context, request: MessagesHideChatJoinRequest) -> Answer {
    let bot = context.bot()?;
    let chat = decode::chat_id(&request.peer).ok_or(RpcError::bad("PEER_ID_INVALID"))?;
    let user = request.user_id;
    let found = context.look(move |world, _| decode::user(world, AccountId::Bot(bot), &user)).await??;
    let AccountId::User(user) = found else { return Err(RpcError::bad("USER_ID_INVALID")) };
    let decide = DecideJoin { bot, chat, user, approved: request.approved };
    let date = context.ask(decide, |_, now, ()| view::date(now)).await?;
    context.encode(&enums::Updates::from(types::Updates { date, ..Default::default() }))
}
