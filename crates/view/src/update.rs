use crate::{ViewContext, chat, message, reaction, user};
use parlor_wire_bot_api::objects::{
    CallbackQuery, ChatJoinRequest, ChatMember, ChatMemberBanned, ChatMemberMember, ChatMemberUpdated,
    MessageReactionUpdated, Update,
};
use parlor_world::dialog::JoinRequest;
use parlor_world::updates::{self as world, Entry};
use parlor_world::{AccountId, Timestamp, World};

/// An entry of an account's log. One that the Bot API has no update for carries its number only.
pub fn update(world: &World, viewer: AccountId, entry: &Entry) -> Update {
    let dialog = entry.update.dialog();
    let context = match &entry.profile {
        Some(profile) => ViewContext::new(world, dialog, viewer).with_profile(profile.clone()),
        None => ViewContext::new(world, dialog, viewer),
    };
    let mut update = Update { update_id: entry.number, ..Update::default() };
    match &entry.update {
        world::Update::Message { message: own, .. } => {
            update.message = Some(Box::new(message::message(&context, own)));
        }
        world::Update::Edited { message: own, .. } => {
            update.edited_message = Some(Box::new(message::message(&context, own)));
        }
        world::Update::Callback { id, message_id, message: own, data, .. } => {
            update.callback_query = Some(Box::new(CallbackQuery {
                id: id.to_string(),
                from: user::person(dialog.user, context.profile()),
                message: Some(message::maybe_inaccessible(&context, own.as_deref(), *message_id)),
                chat_instance: world.chat_instance(dialog).to_string(),
                data: Some(data.to_string()),
                ..CallbackQuery::default()
            }));
        }
        world::Update::Blocked { blocked, .. } => {
            update.my_chat_member = Some(Box::new(chat_member(&context, entry.at, *blocked)));
        }
        world::Update::JoinRequested { request, .. } => {
            update.chat_join_request = Some(Box::new(join_request(&context, entry.at, request)));
        }
        world::Update::Reactions { message, by, old, new, .. } => {
            update.message_reaction = Some(Box::new(MessageReactionUpdated {
                chat: chat::chat(&context),
                message_id: i64::from(message.0),
                user: Some(Box::new(user::account(&context, dialog.account(*by)))),
                date: entry.at.date(),
                old_reaction: reaction::reactions(old),
                new_reaction: reaction::reactions(new),
                ..MessageReactionUpdated::default()
            }));
        }
        world::Update::Deleted { .. }
        | world::Update::Pinned { .. }
        | world::Update::CallbackAnswered { .. }
        | world::Update::Read { .. }
        | world::Update::ChatAction { .. } => {}
    }
    update
}

/// The user blocked or unblocked the bot.
fn chat_member(context: &ViewContext<'_>, at: Timestamp, blocked: bool) -> ChatMemberUpdated {
    let dialog = context.dialog_id();
    let bot = user::account(context, AccountId::Bot(dialog.bot));
    let member = ChatMemberMember { user: bot.clone(), ..ChatMemberMember::default() };
    let member = ChatMember::Member(Box::new(member));
    let kicked = ChatMember::Banned(Box::new(ChatMemberBanned { user: bot, until_date: 0 }));
    let (old_chat_member, new_chat_member) = if blocked { (member, kicked) } else { (kicked, member) };
    ChatMemberUpdated {
        chat: chat::chat(context),
        from: user::person(dialog.user, context.profile()),
        date: at.date(),
        old_chat_member,
        new_chat_member,
        ..ChatMemberUpdated::default()
    }
}

fn join_request(context: &ViewContext<'_>, at: Timestamp, request: &JoinRequest) -> ChatJoinRequest {
    let user = context.dialog_id().user;
    ChatJoinRequest {
        chat: chat::requested_chat(request),
        from: user::person(user, context.profile()),
        // By which the bot may write for five minutes, until the request is decided.
        user_chat_id: user.0,
        date: at.date(),
        bio: context.profile().bio.as_deref().map(str::to_owned),
        ..ChatJoinRequest::default()
    }
}
