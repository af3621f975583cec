use crate::context::{Answer, Context};
use crate::decode;
use crate::refusal::RpcError;
use parlor_wire_tl::functions::{MessagesGetBotCallbackAnswer, MessagesSetBotCallbackAnswer};
use parlor_wire_tl::{enums, types};
use parlor_world::callback::{self, ANSWER_SECONDS, AnswerCallback, Press};
use parlor_world::{AccountId, CallbackId, MessageId};
use std::time::Duration;

/// The person presses a button, and waits for the bot.
pub(super) async fn press(context: &Context, request: MessagesGetBotCallbackAnswer) -> Answer {
    let user = context.user()?;
    let me = AccountId::User(user);
    let peer = request.peer;
    let target = context.look(move |world, _| decode::peer(world, me, &peer)).await??;
    let dialog = decode::dialog_of(me, target)?;
    let data =
        request.data.and_then(|data| String::from_utf8(data.0).ok()).ok_or(RpcError::bad("DATA_INVALID"))?;
    let mut bell = context.host.watch(me);
    let id = context.tell(Press { dialog, message: MessageId(request.msg_id), data }).await?;
    let answered = async {
        loop {
            let answer = context.look(move |world, _| world.callback(id)?.answer.clone()).await?;
            if let Some(answer) = answer {
                return Ok(answer);
            }
            if !bell.ring().await {
                return Err(RpcError::new(500, "WORLD_STOPPED"));
            }
        }
    };
    let patience = Duration::from_secs(ANSWER_SECONDS.unsigned_abs());
    let answer = tokio::time::timeout(patience, answered).await;
    let answer = answer.map_err(|_| RpcError::bad("BOT_RESPONSE_TIMEOUT"))??;
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let shown = types::MessagesBotCallbackAnswer {
        alert: answer.show_alert,
        has_url: !answer.url.is_empty(),
        native_ui: true,
        message: given(answer.text),
        url: given(answer.url),
        cache_time: i32::try_from(answer.cache_time).unwrap_or(i32::MAX),
    };
    context.encode(&enums::MessagesBotCallbackAnswer::from(shown))
}

/// The bot answers.
pub(super) async fn answer(context: &Context, request: MessagesSetBotCallbackAnswer) -> Answer {
    let answer = callback::Answer {
        text: request.message.unwrap_or_default(),
        show_alert: request.alert,
        url: request.url.unwrap_or_default(),
        cache_time: u32::try_from(request.cache_time).unwrap_or_default(),
    };
    let id = CallbackId(request.query_id);
    context.tell(AnswerCallback { bot: context.bot()?, id, answer }).await?;
    context.encode(&true)
}
