use crate::bot_father;
use crate::engine::Effects;
use crate::event::{Recorded, WorldEvent};
use crate::ids::Timestamp;
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;

impl World {
    /// The event that a new world's journal begins with.
    pub fn genesis(&self, at: Timestamp) -> Recorded {
        Recorded::new(at, WorldEvent::Created { key: self.key })
    }

    /// Decides a command and applies its events, and those of BotFather's answer if BotFather was written to.
    ///
    /// The events are appended to `journal`, what they did to `effects`. Nothing may be answered before the events are
    /// durable.
    ///
    /// # Errors
    /// Why the command can't be done; then nothing has changed.
    pub fn handle<C: Command>(
        &mut self,
        command: &C,
        now: Timestamp,
        journal: &mut Vec<Recorded>,
        effects: &mut Effects,
    ) -> Result<C::Outcome, Refusal> {
        let start = journal.len();
        let outcome = self.step(command, now, journal, effects)?;
        let incoming: Vec<_> = journal[start..]
            .iter()
            .filter_map(|recorded| bot_father::incoming(self, &recorded.event))
            .collect();
        for incoming in incoming {
            bot_father::answer(self, now, journal, effects, incoming);
        }
        Ok(outcome)
    }
}
