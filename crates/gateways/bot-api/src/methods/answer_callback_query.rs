use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::requests::AnswerCallbackQuery;
use parlor_world::QueryId;
use parlor_world::ops::query::AnswerQuery;
use parlor_world::state::query::QueryAnswer;

/// > cache_time: The maximum amount of time in seconds […] up to 30 days here, as in the official server.
const MAX_CACHE_SECONDS: i64 = 30 * 24 * 60 * 60;

pub(super) async fn handle(context: &Context<'_>, request: AnswerCallbackQuery) -> Result<Answer, ApiError> {
    let cache_time = request.cache_time.unwrap_or(0).clamp(0, MAX_CACHE_SECONDS);
    let answer = QueryAnswer {
        text: request.text,
        show_alert: request.show_alert,
        url: Some(request.url).filter(|url| !url.is_empty()),
        cache_time: u32::try_from(cache_time).unwrap_or(0),
    };
    // A non-numeric id becomes 0, which is the id of no query.
    let query = QueryId(request.callback_query_id.parse().unwrap_or(0));
    context.execute(AnswerQuery { bot: context.bot, query, answer }).await
}
