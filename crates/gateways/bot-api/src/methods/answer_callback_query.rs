use super::Context;
use crate::answer::{Answer, ApiError};
use parlor_wire_bot_api::requests::AnswerCallbackQuery;
use parlor_world::CallbackId;
use parlor_world::callback::{self, AnswerCallback};

/// > cache_time: The maximum amount of time in seconds […] up to 30 days here, as in the official server.
const MAX_CACHE_SECONDS: i64 = 30 * 24 * 60 * 60;

pub(super) async fn handle(context: &Context<'_>, request: AnswerCallbackQuery) -> Result<Answer, ApiError> {
    let cache_time = request.cache_time.unwrap_or(0).clamp(0, MAX_CACHE_SECONDS);
    let answer = callback::Answer {
        text: request.text,
        show_alert: request.show_alert,
        url: request.url,
        cache_time: u32::try_from(cache_time).unwrap_or(0),
    };
    // What is no number is nobody's query.
    let id = CallbackId(request.callback_query_id.parse().unwrap_or(0));
    context.tell(AnswerCallback { bot: context.bot, id, answer }).await
}
