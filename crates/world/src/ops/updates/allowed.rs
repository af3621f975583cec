use super::queue;
use crate::event::{Event, UpdatesEvent};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::update_queue::AllowedUpdates;

/// The bot names the kinds of update it wants from now on; those that already wait stay.
pub struct SetAllowedUpdates {
    /// Which bot.
    pub bot: AccountId,
    /// What it wants.
    pub allowed: AllowedUpdates,
}

impl Command for SetAllowedUpdates {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if queue(world, self.bot)?.allowed != self.allowed {
            events.push(UpdatesEvent::AllowedSet { bot: self.bot, allowed: self.allowed }.into());
        }
        Ok(())
    }
}
