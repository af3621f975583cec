use super::{Scene, chat, message, user};
use parlor_wire_bot_api::objects::{
    CallbackQuery, ChatJoinRequest, ChatMember, ChatMemberBanned, ChatMemberMember, ChatMemberUpdated,
    MessageReactionUpdated, ReactionType, ReactionTypeEmoji, Update,
};
use parlor_world::message::Reaction;
use parlor_world::updates::{self as world, Entry};
use parlor_world::{Side, World};

/// An entry of a bot's queue.
pub(crate) fn update(world: &World, entry: &Entry) -> Update {
    let dialog = entry.update.dialog();
    let mut scene = Scene::now(world, dialog);
    if let Some(profile) = &entry.profile {
        scene.profile = profile.clone();
    }
    let from = || user::person(dialog.user, &scene.profile);
    let mut update = Update { update_id: entry.number, ..Update::default() };
    match &entry.update {
        world::Update::Message { message: own, .. } => {
            update.message = Some(Box::new(message::message(&scene, own, true)));
        }
        world::Update::Edited { message: own, .. } => {
            update.edited_message = Some(Box::new(message::message(&scene, own, true)));
        }
        world::Update::Callback { id, message_id, message: own, data, .. } => {
            update.callback_query = Some(CallbackQuery {
                id: id.to_string(),
                from: from(),
                message: Some(message::maybe_inaccessible(&scene, own.as_deref(), *message_id)),
                chat_instance: world.chat_instance(dialog).to_string(),
                data: Some(data.to_string()),
            });
        }
        world::Update::Blocked { blocked, .. } => {
            let own = world.bot(dialog.bot).map(user::bot).unwrap_or_default();
            let member = ChatMember::Member(Box::new(ChatMemberMember {
                status: "member".to_owned(),
                user: own.clone(),
            }));
            let kicked = ChatMember::Banned(Box::new(ChatMemberBanned {
                status: "kicked".to_owned(),
                user: own,
                until_date: 0,
            }));
            let (old, new) = if *blocked { (member, kicked) } else { (kicked, member) };
            update.my_chat_member = Some(ChatMemberUpdated {
                chat: chat::chat(&scene),
                from: from(),
                date: entry.at.date(),
                old_chat_member: old,
                new_chat_member: new,
            });
        }
        world::Update::JoinRequested { request, .. } => {
            update.chat_join_request = Some(ChatJoinRequest {
                chat: chat::asked_for(request),
                from: from(),
                // By which the bot may write for five minutes, until somebody decides.
                user_chat_id: dialog.user.0,
                date: entry.at.date(),
                bio: scene.profile.bio.as_deref().map(str::to_owned),
            });
        }
        world::Update::Reactions { message, by: Side::User, old, new, .. } => {
            update.message_reaction = Some(MessageReactionUpdated {
                chat: chat::chat(&scene),
                message_id: i64::from(message.0),
                user: Some(from()),
                date: entry.at.date(),
                old_reaction: reactions(old),
                new_reaction: reactions(new),
            });
        }
        // Never in a bot's queue: the world tells these to users only.
        world::Update::Reactions { by: Side::Bot, .. }
        | world::Update::Deleted { .. }
        | world::Update::Pinned { .. }
        | world::Update::CallbackAnswered { .. }
        | world::Update::Read { .. }
        | world::Update::ChatAction { .. } => {}
    }
    update
}

fn reactions(list: &[Reaction]) -> Vec<ReactionType> {
    let reaction = |own: &Reaction| {
        let emoji = own.emoji().to_owned();
        ReactionType::Emoji(Box::new(ReactionTypeEmoji { kind: "emoji".to_owned(), emoji }))
    };
    list.iter().map(reaction).collect()
}
