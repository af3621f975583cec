use crate::answer::{Answer, ApiError};
use crate::context::Context;
use parlor_wire_bot_api::requests::{ApproveChatJoinRequest, DeclineChatJoinRequest};
use parlor_world::ops::chat::DecideJoinRequest;
use parlor_world::{AccountId, GroupId};

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

/// Approves or declines a join request. The chats of join requests are known only by their ids: they have no members and no
/// usernames.
async fn decide(
    context: &Context<'_>,
    chat: &str,
    user: Option<i64>,
    approved: bool,
) -> Result<Answer, ApiError> {
    // The official server checks the user's id first.
    let user = user.filter(|id| *id > 0).ok_or_else(|| ApiError::bad_request("invalid user_id specified"))?;
    if chat.is_empty() {
        return Err(ApiError::bad_request("chat_id is empty"));
    }
    let chat = chat.parse().map(GroupId).map_err(|_| ApiError::bad_request("chat not found"))?;
    context.execute(DecideJoinRequest { bot: context.bot, chat, user: AccountId(user), approved }).await
}
