use crate::context::{Answer, Context};
use crate::decode;
use crate::executed::SentForm;
use crate::refusal::RpcError;
use parlor_wire_tl::enums;
use parlor_wire_tl::functions::MessagesStartBot;
use parlor_world::ops::chat::StartBot;

pub(in crate::rpc) async fn start_bot(context: &Context, request: MessagesStartBot) -> Answer {
    let user = context.user()?;
    let bot = context.read(|world, _| {
        let bot = decode::user(world, user, &request.bot).ok().filter(|bot| world.is_bot(*bot));
        let bot = bot.ok_or_else(|| RpcError::bad("BOT_INVALID"))?;
        // > peer: the chat where to start the bot, can be the bot's private chat or a group
        // For the bot's private chat, TDLib sends an empty peer; apps may send the user or the bot.
        let is_own_chat = match &request.peer {
            enums::InputPeer::InputPeerEmpty(_) => true,
            peer => [bot, user].contains(&decode::account_of_peer(world, user, peer)?),
        };
        is_own_chat.then_some(bot).ok_or_else(|| RpcError::bad("PEER_ID_INVALID"))
    });
    let bot = bot.await??;
    if request.start_param.is_empty() {
        return Err(RpcError::bad("START_PARAM_EMPTY"));
    }
    let (payload, random_id) = (Some(request.start_param), Some(request.random_id));
    let command = StartBot { user, bot, payload, random_id };
    let sent = context.execute_with_effects(command, |executed, key| executed.sent(&[key], SentForm::Full));
    context.encode(&sent.await?)
}
