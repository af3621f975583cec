use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::requests::{Close, LogOut};
use parlor_world::ops::updates::SetWebhook;

/// The bot moves to another server: what waits for it here is forgotten.
pub(super) async fn log_out(context: &Context<'_>, _: LogOut) -> Result<Answer, ApiError> {
    let forget = SetWebhook { bot: context.bot, webhook: None, allowed: None, drop_pending_updates: true };
    let answer = context.execute(forget).await?;
    let shared = context.shared;
    shared.sessions.log_out(context.host, context.bot);
    shared.pollers.abort(context.host, context.bot, ApiError::new(400, "Logged out"));
    Ok(answer)
}

/// The bot is about to move between servers: its connections end, the next request takes it up again.
pub(super) async fn close(context: &Context<'_>, _: Close) -> Result<Answer, ApiError> {
    let shared = context.shared;
    if !shared.sessions.close(context.host, context.bot) {
        return Err(ApiError::bad_request("the bot has already been closed"));
    }
    shared.pollers.abort(context.host, context.bot, ApiError::internal("restart"));
    Answer::yes()
}
