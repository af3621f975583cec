//! The world as a whole.

use super::Command;
use crate::event::{Event, WorldEvent};
use crate::ids::Timestamp;
use crate::keyed::Key;
use crate::refusal::Refusal;
use crate::state::World;

/// Empties the world: every account, chat and message is deleted.
pub struct ResetWorld {
    /// The new world's key.
    pub key: [u8; 16],
}

impl Command for ResetWorld {
    type Outcome = ();

    fn decide(&self, _: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        events.push(WorldEvent::Created { key: Key(self.key) }.into());
        Ok(())
    }
}

pub(crate) fn apply(world: &mut World, event: &WorldEvent) {
    let WorldEvent::Created { key } = event;
    *world = World { rules: world.rules, last: world.last, ..World::new(key.0) };
}
