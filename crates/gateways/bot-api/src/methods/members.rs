use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::decode;
use parlor_view::{ViewContext, chat_member};
use parlor_wire_bot_api::requests::{
    BanChatMember, GetChatAdministrators, GetChatMember, GetChatMemberCount, LeaveChat, UnbanChatMember,
};
use parlor_world::ops::group::{BanMember, LeaveGroup, UnbanMember};

pub(super) async fn get(context: &Context<'_>, request: GetChatMember) -> Result<Answer, ApiError> {
    let account = decode::user_id(request.user_id)?;
    let target = context.target(&request.chat_id);
    let found = context.find(|world, now| {
        let (chat, status) = world.find_member(context.actor(), &target, account, now)?;
        Ok(chat_member(&ViewContext::new(world, context.bot, chat), account, status))
    });
    Answer::of(&found.await?)
}

/// Other bots are listed only if they are asked for.
pub(super) async fn administrators(
    context: &Context<'_>,
    request: GetChatAdministrators,
) -> Result<Answer, ApiError> {
    let target = context.target(&request.chat_id);
    let found = context.find(|world, now| {
        let (chat, all) = world.find_administrators(context.actor(), &target, now)?;
        let view = ViewContext::new(world, context.bot, chat);
        let is_listed = |account| request.return_bots || account == context.bot || !world.is_bot(account);
        let listed = all.into_iter().filter(|(account, _)| is_listed(*account));
        Ok(listed.map(|(account, status)| chat_member(&view, account, status)).collect::<Vec<_>>())
    });
    Answer::of(&found.await?)
}

pub(super) async fn count(context: &Context<'_>, request: GetChatMemberCount) -> Result<Answer, ApiError> {
    let target = context.target(&request.chat_id);
    let found = context.find(|world, now| world.find_member_count(context.actor(), &target, now));
    Answer::of(&found.await?)
}

pub(super) async fn ban(context: &Context<'_>, request: BanChatMember) -> Result<Answer, ApiError> {
    let account = decode::user_id(request.user_id)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let until = request.until_date.unwrap_or_default();
    context.execute(BanMember { actor, target, account, until }).await
}

pub(super) async fn unban(context: &Context<'_>, request: UnbanChatMember) -> Result<Answer, ApiError> {
    let account = decode::user_id(request.user_id)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let only_if_banned = request.only_if_banned;
    context.execute(UnbanMember { actor, target, account, only_if_banned }).await
}

pub(super) async fn leave(context: &Context<'_>, request: LeaveChat) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    context.execute(LeaveGroup { actor, target }).await
}
