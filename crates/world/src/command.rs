use crate::{Event, Refusal, Timestamp, World};

/// What somebody asks of the world. Both protocols and the control API build the same commands.
pub trait Command {
    /// What the asker learns when it is done: ids that were given, facts that were found.
    type Outcome;

    /// Looks at the world and says what would happen, as events appended to `events`, or why not.
    ///
    /// Pure: it never changes anything. On a refusal, whatever it appended is discarded by the caller.
    fn decide(
        &self,
        world: &World,
        now: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<Self::Outcome, Refusal>;
}
