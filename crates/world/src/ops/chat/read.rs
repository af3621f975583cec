use crate::event::{ChatEvent, Event};
use crate::ids::{MessageId, Timestamp};
use crate::ops::{Actor, Command, Target};
use crate::refusal::Refusal;
use crate::state::World;

/// An account has read a chat up to a message.
pub struct MarkRead {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// By the actor's own id; `None` reads everything.
    pub up_to: Option<MessageId>,
}

impl Command for MarkRead {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let Some(dialog) = place.dialog else { return Ok(()) };
        let Some(last) = dialog.last_message().map(|message| message.id_for(place.actor)) else {
            return Ok(());
        };
        let up_to = self.up_to.unwrap_or(last).min(last);
        if dialog.dialog.read_up_to.is_none_or(|read| read < up_to) {
            events.push(ChatEvent::Read { chat: place.chat, by: place.actor, up_to }.into());
        }
        Ok(())
    }
}
