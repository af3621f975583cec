use super::draft::Draft;
use crate::content::Content;
use crate::event::{Event, MessageEvent};
use crate::ids::{MessageId, MessageKey, Timestamp};
use crate::ops::{Actor, Command, Right, Target};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::World;
use crate::state::message::MessageExtras;

/// An account pins or unpins a message. Pinning leaves a service message, but not in the chat with oneself.
pub struct PinMessage {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// By the actor's own id; `None` is the message that was pinned last (only for unpinning).
    pub message: Option<MessageId>,
    /// False unpins.
    pub is_pinned: bool,
    /// Without a sound.
    pub is_silent: bool,
}

impl Command for PinMessage {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        place.permit(Right::Pin)?;
        let operation = if self.is_pinned { MessageOperation::Pin } else { MessageOperation::Unpin };
        let message = place.dialog.and_then(|dialog| match self.message {
            Some(id) => dialog.message(id),
            None => dialog.pinned().next(),
        });
        let message = message.ok_or(Refusal::MessageNotFound(operation))?;
        let was_pinned = place.dialog.is_some_and(|dialog| dialog.shared.pinned.contains(&message.key));
        if was_pinned == self.is_pinned {
            return Ok(());
        }
        events.push(MessageEvent::Pinned { message: message.key, is_pinned: self.is_pinned }.into());
        // > Pinning a message in your own chat does not produce a service message (Telethon)
        if self.is_pinned && place.other() != Some(place.actor) {
            let extras = MessageExtras { is_silent: self.is_silent, ..MessageExtras::default() };
            let content = Content::MessagePinned(message.reference());
            Draft::new(world, place.chat, place.actor, now).add(content, extras, events);
        }
        Ok(())
    }
}

/// An account unpins all messages of a chat.
pub struct UnpinAllMessages {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
}

impl Command for UnpinAllMessages {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        match place.group {
            Some(_) => place.permit(Right::Pin)?,
            None if world.is_bot(place.actor) => place.ensure_other_is_active()?,
            None => {}
        }
        if place.dialog.is_some_and(|dialog| !dialog.shared.pinned.is_empty()) {
            events.push(MessageEvent::AllUnpinned { chat: place.chat }.into());
        }
        Ok(())
    }
}

pub(super) fn apply(world: &mut World, key: MessageKey, is_pinned: bool) {
    let Some(chat) = world.messages.get(&key).map(|message| message.chat) else { return };
    let pinned = &mut world.open_chat(chat).pinned;
    pinned.retain(|other| *other != key);
    if is_pinned {
        pinned.push(key);
    }
}
