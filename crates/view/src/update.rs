use crate::{ViewContext, chat, group, invite_link, member, message, reaction, user};
use parlor_wire_bot_api::objects::{
    CallbackQuery, ChatJoinRequest, ChatMember, ChatMemberBanned, ChatMemberMember, ChatMemberUpdated,
    MessageReactionUpdated, Update,
};
use parlor_world::state::chat::JoinRequest;
use parlor_world::state::message::Message;
use parlor_world::state::message_box::Entry;
use parlor_world::state::update as world;
use parlor_world::state::update_queue::QueuedUpdate;
use parlor_world::{AccountId, ChatId, MessageVersion, Timestamp, World};

/// An update of a bot's queue. Its user has the profile of that moment.
pub fn queued_update(world: &World, bot: AccountId, queued: &QueuedUpdate) -> Update {
    let (user, _) = queued.user;
    let chat = world.chat_of(&queued.update).unwrap_or(ChatId::private(bot, user));
    let context = ViewContext::new(world, bot, chat);
    let context = context.with_profile(user, world.profile(queued.user));
    update(&context, i64::from(queued.id.0), queued.at, &queued.update)
}

/// An entry of an account's log. One that the Bot API has no update for carries its number only.
pub fn log_update(world: &World, viewer: AccountId, entry: &Entry) -> Update {
    let chat = chat_of(world, viewer, &entry.update);
    update(&ViewContext::new(world, viewer, chat), entry.position, entry.at, &entry.update)
}

/// The chat in which an update happened. (A message that is no longer kept is in none; then it is the viewer's own.)
pub fn chat_of(world: &World, viewer: AccountId, update: &world::Update) -> ChatId {
    world.chat_of(update).unwrap_or(ChatId::private(viewer, viewer))
}

fn update(context: &ViewContext<'_>, id: i64, at: Timestamp, own: &world::Update) -> Update {
    let world = context.world();
    let mut update = Update { update_id: id, ..Update::default() };
    let shown = |version: MessageVersion| {
        let message = |own: &Message| Box::new(message::message(context, own));
        world.message_version(version).map(message)
    };
    let is_post = group::is_channel(world, context.chat());
    match own {
        world::Update::Message(version) if is_post => update.channel_post = shown(*version),
        world::Update::Message(version) => update.message = shown(*version),
        world::Update::MessageEdited(version) if is_post => update.edited_channel_post = shown(*version),
        world::Update::MessageEdited(version) => update.edited_message = shown(*version),
        world::Update::ButtonPressed { query, chat, by, message_id, message: own, data } => {
            let own = own.and_then(|version| world.message_version(version));
            update.callback_query = Some(Box::new(CallbackQuery {
                id: query.to_string(),
                from: user::account(context, *by),
                message: Some(message::maybe_inaccessible(context, own, *message_id)),
                chat_instance: world.chat_instance(*chat).to_string(),
                data: Some(data.to_string()),
                ..CallbackQuery::default()
            }));
        }
        world::Update::BlockChanged { by, is_blocked, .. } => {
            update.my_chat_member = block_changed(context, at, *by, *is_blocked).map(Box::new);
        }
        world::Update::MemberChanged(change) => {
            let changed = Some(Box::new(member::member_updated(context, at, change)));
            match change.account == context.viewer() {
                true => update.my_chat_member = changed,
                false => update.chat_member = changed,
            }
        }
        world::Update::JoinRequested { request, .. } => {
            update.chat_join_request = join_request(context, at, request).map(Box::new);
        }
        world::Update::ReactionsChanged { id, by, old, new, .. } => {
            update.message_reaction = Some(Box::new(MessageReactionUpdated {
                chat: chat::chat(context),
                message_id: i64::from(id.0),
                user: Some(Box::new(user::account(context, *by))),
                date: at.date(),
                old_reaction: reaction::reactions(old),
                new_reaction: reaction::reactions(new),
                ..MessageReactionUpdated::default()
            }));
        }
        world::Update::MessagesDeleted { .. }
        | world::Update::MessagePinned { .. }
        | world::Update::QueryAnswered { .. }
        | world::Update::GroupChanged { .. }
        | world::Update::Read { .. } => {}
    }
    update
}

/// A user blocked or unblocked the other account: its membership in the chat is another one.
fn block_changed(
    context: &ViewContext<'_>,
    at: Timestamp,
    by: AccountId,
    is_blocked: bool,
) -> Option<ChatMemberUpdated> {
    let other = user::account(context, context.chat().other(by)?);
    let member = ChatMemberMember { user: other.clone(), ..ChatMemberMember::default() };
    let member = ChatMember::Member(Box::new(member));
    let kicked = ChatMember::Banned(Box::new(ChatMemberBanned { user: other, until_date: 0 }));
    let (old_chat_member, new_chat_member) = if is_blocked { (member, kicked) } else { (kicked, member) };
    Some(ChatMemberUpdated {
        chat: chat::chat(context),
        from: user::account(context, by),
        date: at.date(),
        old_chat_member,
        new_chat_member,
        ..ChatMemberUpdated::default()
    })
}

fn join_request(context: &ViewContext<'_>, at: Timestamp, request: &JoinRequest) -> Option<ChatJoinRequest> {
    let user = context.other()?;
    // The link is one of the group's; the update is of the private chat with the user.
    let in_group = ViewContext::new(context.world(), context.viewer(), request.chat);
    let link = request.link.as_deref().map(|link| invite_link::invite_link(&in_group, link));
    let bio = context.profile(user).and_then(|profile| profile.bio.as_deref());
    Some(ChatJoinRequest {
        chat: group::group_chat(context.world(), request.chat),
        from: user::account(context, user),
        // By which the bot may write for five minutes, until the request is decided.
        user_chat_id: user.0,
        date: at.date(),
        bio: bio.map(str::to_owned),
        invite_link: link.map(Box::new),
        ..ChatJoinRequest::default()
    })
}
