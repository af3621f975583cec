//! How a command becomes events, who is told of them, and what they do to the world.

mod apply;
mod bot_view;
mod effects;
mod fan_out;

pub use effects::{Change, Effects};

use crate::event::{RECORD_VERSION, Recorded};
use crate::ids::Timestamp;
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;

impl World {
    /// One command, decided and applied: the events are appended to `journal`, what they did to `effects`.
    pub(crate) fn step<C: Command>(
        &mut self,
        command: &C,
        now: Timestamp,
        journal: &mut Vec<Recorded>,
        effects: &mut Effects,
    ) -> Result<C::Outcome, Refusal> {
        let mut events = Vec::new();
        let outcome = command.decide(self, now, &mut events)?;
        for event in events {
            let deliveries = fan_out::fan_out(self, &event, now);
            let recorded = Recorded { v: RECORD_VERSION, at: now, event, deliveries };
            self.apply(&recorded, effects);
            journal.push(recorded);
        }
        Ok(outcome)
    }
}
