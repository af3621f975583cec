use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::refusal::Call;
use parlor_view::{ViewContext, invite_link};
use parlor_wire_bot_api::objects::ChatInviteLink;
use parlor_wire_bot_api::requests::{
    CreateChatInviteLink, CreateChatSubscriptionInviteLink, EditChatInviteLink,
    EditChatSubscriptionInviteLink, ExportChatInviteLink, RevokeChatInviteLink,
};
use parlor_world::World;
use parlor_world::ops::group::{CreateInviteLink, EditInviteLink, ExportInviteLink, RevokeInviteLink};
use parlor_world::state::group::{InviteLink, LinkOptions};

/// Answers with the link itself.
pub(super) async fn export(context: &Context<'_>, request: ExportChatInviteLink) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let command = ExportInviteLink { actor, target };
    Answer::of(&context.execute_with(Call::Other, command, |_, link| link.url()).await?)
}

pub(super) async fn create(context: &Context<'_>, request: CreateChatInviteLink) -> Result<Answer, ApiError> {
    let options = LinkOptions {
        needs_approval: request.creates_join_request,
        ..options(&request.name, request.expire_date, request.member_limit)
    };
    make(context, &request.chat_id, options).await
}

pub(super) async fn create_subscription(
    context: &Context<'_>,
    request: CreateChatSubscriptionInviteLink,
) -> Result<Answer, ApiError> {
    let number = |number: Option<i64>| u32::try_from(number.unwrap_or_default()).unwrap_or_default();
    let subscription = Some((number(request.subscription_period), number(request.subscription_price)));
    let options = LinkOptions { subscription, ..options(&request.name, None, None) };
    make(context, &request.chat_id, options).await
}

async fn make(context: &Context<'_>, chat_id: &str, options: LinkOptions) -> Result<Answer, ApiError> {
    let (actor, target) = (context.actor(), context.target(chat_id));
    let command = CreateInviteLink { actor, target, options };
    let shown = context.execute_with(Call::Other, command, |world, link| shown(context, world, &link));
    Answer::of(&shown.await?)
}

pub(super) async fn edit(context: &Context<'_>, request: EditChatInviteLink) -> Result<Answer, ApiError> {
    let options = LinkOptions {
        needs_approval: request.creates_join_request,
        ..options(&request.name, request.expire_date, request.member_limit)
    };
    change(context, &request.chat_id, &request.invite_link, options).await
}

pub(super) async fn edit_subscription(
    context: &Context<'_>,
    request: EditChatSubscriptionInviteLink,
) -> Result<Answer, ApiError> {
    change(context, &request.chat_id, &request.invite_link, options(&request.name, None, None)).await
}

async fn change(
    context: &Context<'_>,
    chat_id: &str,
    link: &str,
    options: LinkOptions,
) -> Result<Answer, ApiError> {
    let hash = hash(link)?;
    let (actor, target) = (context.actor(), context.target(chat_id));
    let command = EditInviteLink { actor, target, hash, options };
    let shown = context.execute_with(Call::Other, command, |world, link| shown(context, world, &link));
    Answer::of(&shown.await?)
}

pub(super) async fn revoke(context: &Context<'_>, request: RevokeChatInviteLink) -> Result<Answer, ApiError> {
    let hash = hash(&request.invite_link)?;
    let (actor, target) = (context.actor(), context.target(&request.chat_id));
    let command = RevokeInviteLink { actor, target, hash };
    let shown =
        context.execute_with(Call::Other, command, |world, (revoked, _)| shown(context, world, &revoked));
    Answer::of(&shown.await?)
}

/// A date or limit of 0 is none.
fn options(name: &str, expires: Option<i64>, limit: Option<i64>) -> LinkOptions {
    LinkOptions {
        name: name.into(),
        expires: expires.filter(|at| *at != 0),
        limit: limit.filter(|limit| *limit != 0).map(|limit| u32::try_from(limit).unwrap_or(u32::MAX)),
        ..LinkOptions::default()
    }
}

/// The last part of a link, with its `+` or without.
fn hash(link: &str) -> Result<String, ApiError> {
    let link = link.trim().trim_end_matches('/');
    if link.is_empty() {
        return Err(ApiError::bad_request("invite link must be non-empty"));
    }
    let last = link.rsplit(['/', '=']).next().unwrap_or_default();
    Ok(last.trim_start_matches('+').to_owned())
}

fn shown(context: &Context<'_>, world: &World, link: &InviteLink) -> Option<ChatInviteLink> {
    let chat = world.chat_by_link(&link.hash)?;
    Some(invite_link(&ViewContext::new(world, context.bot, chat), link))
}
