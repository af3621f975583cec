use super::target;
use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use parlor_wire_tl::functions::{MessagesGetBotCallbackAnswer, MessagesSetBotCallbackAnswer};
use parlor_wire_tl::{enums, types};
use parlor_world::ops::query::{AnswerQuery, PressButton};
use parlor_world::state::query::{ANSWER_SECONDS, QueryAnswer};
use parlor_world::{MessageId, QueryId};
use std::time::Duration;

/// Presses a button for a user, and waits for the bot's answer.
pub(in crate::rpc) async fn get_bot_callback_answer(
    context: &Context,
    request: MessagesGetBotCallbackAnswer,
) -> Answer {
    let user = context.user()?;
    let target = target(context, &request.peer).await?;
    let data = request
        .data
        .and_then(|data| String::from_utf8(data.0).ok())
        .ok_or_else(|| RpcError::bad("DATA_INVALID"))?;
    // Subscribed before the press, so that no answer is missed.
    let mut subscription = context.host.subscribe(user);
    let press = PressButton { user, target, message: MessageId(request.msg_id), data };
    let query = context.execute(press).await?;
    let answered = async {
        loop {
            let answer = context.read(|world, _| world.query(query)?.answer.clone()).await?;
            if let Some(answer) = answer {
                return Ok(answer);
            }
            if !subscription.notified().await {
                return Err(RpcError::new(500, "WORLD_STOPPED"));
            }
        }
    };
    let limit = Duration::from_secs(ANSWER_SECONDS.unsigned_abs());
    let answer = tokio::time::timeout(limit, answered).await;
    let answer = answer.map_err(|_| RpcError::bad("BOT_RESPONSE_TIMEOUT"))??;
    let shown = types::MessagesBotCallbackAnswer {
        alert: answer.show_alert,
        has_url: answer.url.is_some(),
        native_ui: true,
        message: Some(answer.text).filter(|text| !text.is_empty()),
        url: answer.url,
        cache_time: i32::try_from(answer.cache_time).unwrap_or(i32::MAX),
    };
    context.encode(&enums::MessagesBotCallbackAnswer::from(shown))
}

/// Stores the bot's answer to a press.
pub(in crate::rpc) async fn set_bot_callback_answer(
    context: &Context,
    request: MessagesSetBotCallbackAnswer,
) -> Answer {
    let answer = QueryAnswer {
        text: request.message.unwrap_or_default(),
        show_alert: request.alert,
        url: request.url.filter(|url| !url.is_empty()),
        cache_time: u32::try_from(request.cache_time).unwrap_or_default(),
    };
    context.execute(AnswerQuery { bot: context.bot()?, query: QueryId(request.query_id), answer }).await?;
    context.encode(&true)
}
