use crate::event::{Event, MessageEvent};
use crate::ids::{AccountId, MessageId, MessageKey, Timestamp};
use crate::ops::{Actor, Command, Right, Target};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::World;
use crate::state::message::Reaction;

/// An account sets its reactions to a message; an empty list removes them.
pub struct SetReactions {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// By the actor's own id.
    pub message: MessageId,
    /// > Bots […] can set up to one reaction per message; so can users without Premium.
    pub reactions: Vec<Reaction>,
}

impl Command for SetReactions {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let message = place.dialog.and_then(|dialog| dialog.message(self.message));
        let message = message.ok_or(Refusal::MessageNotFound(MessageOperation::React))?;
        if self.reactions.len() > 1 {
            return Err(Refusal::ReactionsTooMany);
        }
        place.permit(Right::React)?;
        if message.reactions(place.actor) != self.reactions {
            let (message, by, reactions) = (message.key, place.actor, self.reactions.clone());
            events.push(MessageEvent::ReactionsSet { message, by, reactions }.into());
        }
        Ok(())
    }
}

pub(super) fn apply(world: &mut World, key: MessageKey, by: AccountId, new: &[Reaction]) {
    let Some(message) = world.messages.get_mut(&key) else { return };
    let reactions = &mut message.extras_mut().reactions;
    reactions.retain(|(account, _)| *account != by);
    if !new.is_empty() {
        reactions.push((by, new.to_vec()));
    }
}
