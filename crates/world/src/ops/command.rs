use crate::event::Event;
use crate::ids::Timestamp;
use crate::refusal::Refusal;
use crate::state::World;

/// What an account, a test or the host asks of the world. All protocols and the control API build the same commands.
pub trait Command {
    /// What the caller learns when it is done: ids that were given, facts that were found.
    type Outcome;

    /// Reads the world and says what would happen, as events appended to `events`.
    ///
    /// Pure: it changes nothing.
    ///
    /// # Errors
    /// Why it can't be done. The caller discards whatever was appended.
    fn decide(
        &self,
        world: &World,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<Self::Outcome, Refusal>;
}
