//! What accounts do to chats, and to their own view of them.

mod action;
mod block;
mod contact;
mod grant;
mod read;
mod start;

pub use action::ShowChatAction;
pub use block::SetBlocked;
pub use contact::RecordContact;
pub use grant::GrantWriteAccess;
pub use read::MarkRead;
pub use start::StartBot;

use crate::event::ChatEvent;
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::refusal::Refusal;
use crate::state::World;

pub(crate) fn apply(world: &mut World, at: Timestamp, event: &ChatEvent) {
    match event {
        ChatEvent::ContactRecorded { chat, by } => drop(world.open_dialog(*by, *chat)),
        ChatEvent::JoinRequested { chat, request } => {
            if let Some(private) = world.open_chat(*chat).private_mut() {
                private.join_request = Some(Box::new(request.clone()));
            }
        }
        ChatEvent::JoinDecided { chat, .. } => {
            let private = world.open_chat(*chat).private_mut();
            if let Some(request) = private.and_then(|private| private.join_request.as_mut()) {
                request.is_decided = true;
            }
        }
        ChatEvent::BlockChanged { chat, by, is_blocked } => block::apply(world, *chat, *by, *is_blocked),
        ChatEvent::Read { chat, by, up_to } => world.open_dialog(*by, *chat).read_up_to = Some(*up_to),
        ChatEvent::ActionShown { chat, by, action } => action::apply(world, at, *chat, *by, *action),
    }
}

/// The private chat of a user and a bot; both must be active.
pub(crate) fn chat_with_bot(world: &World, user: AccountId, bot: AccountId) -> Result<ChatId, Refusal> {
    world.active_user(user)?;
    world.active_bot(bot)?;
    Ok(ChatId::private(user, bot))
}
