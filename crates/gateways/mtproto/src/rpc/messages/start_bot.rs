use crate::context::{Answer, Context};
use crate::decode;
use crate::executed::SentForm;
use crate::refusal::RpcError;
use parlor_wire_tl::enums;
use parlor_wire_tl::functions::MessagesStartBot;
use parlor_world::ChatId;
use parlor_world::ops::chat::StartBot;
use parlor_world::ops::group::StartBotInGroup;

pub(in crate::rpc) async fn start_bot(context: &Context, request: MessagesStartBot) -> Answer {
    let user = context.user()?;
    let found = context.read(|world, _| {
        let bot = decode::user(world, user, &request.bot).ok().filter(|bot| world.is_bot(*bot));
        let bot = bot.ok_or_else(|| RpcError::bad("BOT_INVALID"))?;
        // > peer: the chat where to start the bot, can be the bot's private chat or a group
        // For the bot's private chat, TDLib sends an empty peer; apps may send the user or the bot.
        let chat = match &request.peer {
            enums::InputPeer::InputPeerEmpty(_) => ChatId::private(user, bot),
            peer => decode::peer(world, user, peer)?,
        };
        Ok::<_, RpcError>((bot, chat))
    });
    let (bot, chat) = found.await??;
    let random_id = Some(request.random_id);
    match chat.other(user) {
        None => {
            let (target, payload) = (decode::target_of(chat, user), Some(request.start_param));
            let command = StartBotInGroup { user, bot, target, payload, random_id };
            let started = context.execute_with_effects(command, |executed, ()| executed.updates_in(chat));
            return context.encode(&started.await?);
        }
        Some(other) if other != bot && other != user => return Err(RpcError::bad("PEER_ID_INVALID")),
        Some(_) => {}
    }
    if request.start_param.is_empty() {
        return Err(RpcError::bad("START_PARAM_EMPTY"));
    }
    let payload = Some(request.start_param);
    let command = StartBot { user, bot, payload, random_id };
    let sent = context.execute_with_effects(command, |executed, key| executed.sent(&[key], SentForm::Full));
    context.encode(&sent.await?)
}
