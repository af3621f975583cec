//! What accounts do to messages.

mod clear;
mod delete;
mod draft;
mod edit;
mod forward;
mod meant_for;
mod pin;
mod react;
mod reply;
mod send;
mod thread;

pub use clear::{ClearHistory, Cleared, MAX_CLEARED};
pub use delete::DeleteMessages;
pub(crate) use draft::Draft;
pub use edit::{EditMessage, MessageEdit};
pub use forward::{ForwardItem, ForwardMessages, ForwardMode};
pub use pin::{PinMessage, UnpinAllMessages};
pub use react::SetReactions;
pub use reply::ReplyTo;
pub use send::{NewContent, Send, SendOptions};

use crate::event::MessageEvent;
use crate::ids::Timestamp;
use crate::state::World;

pub(crate) fn apply(world: &mut World, at: Timestamp, event: &MessageEvent) {
    match event {
        MessageEvent::Sent(message) => send::apply(world, at, message),
        MessageEvent::Edited { message, edit, .. } => edit::apply(world, at, *message, edit),
        MessageEvent::Deleted { chat, messages } => delete::apply(world, at, *chat, messages),
        MessageEvent::Hidden { chat, by, messages } => delete::apply_hidden(world, at, *chat, *by, messages),
        MessageEvent::Pinned { message, is_pinned } => pin::apply(world, *message, *is_pinned),
        MessageEvent::AllUnpinned { chat } => world.open_chat(*chat).pinned.clear(),
        MessageEvent::ReactionsSet { message, by, reactions } => {
            react::apply(world, *message, *by, reactions);
        }
    }
}
