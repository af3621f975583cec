use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use parlor_wire_bot_api::requests::{ApproveChatJoinRequest, DeclineChatJoinRequest};
use parlor_world::ops::group::DecideJoinRequest;

pub(super) async fn approve(
    context: &Context<'_>,
    request: ApproveChatJoinRequest,
) -> Result<Answer, ApiError> {
    decide(context, &request.chat_id, request.user_id, true).await
}

pub(super) async fn decline(
    context: &Context<'_>,
    request: DeclineChatJoinRequest,
) -> Result<Answer, ApiError> {
    decide(context, &request.chat_id, request.user_id, false).await
}

/// Approves or declines a join request.
async fn decide(
    context: &Context<'_>,
    chat_id: &str,
    user_id: Option<i64>,
    approved: bool,
) -> Result<Answer, ApiError> {
    let account = decode::user_id(user_id)?;
    let (actor, target) = (context.actor(), context.target(chat_id));
    context.execute(DecideJoinRequest { actor, target, account, approved }).await
}
