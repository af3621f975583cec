use super::of;
use crate::{Command, DialogId, Event, Refusal, Timestamp, World};

/// The bot meets the user elsewhere (a common group, a forwarded message): it knows him, he never wrote.
pub struct See {
    /// Who sees whom.
    pub dialog: DialogId,
}

impl Command for See {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        if super::user_side(world, self.dialog)?.is_none() {
            events.push(Event::UserSeen { dialog: self.dialog });
        }
        Ok(())
    }
}

pub(crate) fn apply_seen(world: &mut World, id: DialogId) {
    of(world, id);
}
