use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::requests::{Close, LogOut};
use parlor_world::ops::updates::SetWebhook;

/// Logs a bot out, before it moves to another server: its webhook and its pending updates are dropped.
pub(super) async fn log_out(context: &Context<'_>, _: LogOut) -> Result<Answer, ApiError> {
    let forget = SetWebhook { bot: context.bot, webhook: None, allowed: None, drop_pending_updates: true };
    let answer = context.execute(forget).await?;
    let shared = context.shared;
    shared.sessions.log_out(context.host, context.bot);
    shared.pollers.abort(context.host, context.bot, ApiError::new(400, "Logged out"));
    Ok(answer)
}

/// Closes a bot, before it moves between servers: its long poll ends, and its next request reopens it.
pub(super) async fn close(context: &Context<'_>, _: Close) -> Result<Answer, ApiError> {
    let shared = context.shared;
    if !shared.sessions.close(context.host, context.bot) {
        return Err(ApiError::bad_request("the bot has already been closed"));
    }
    shared.pollers.abort(context.host, context.bot, ApiError::internal("restart"));
    Answer::yes()
}
