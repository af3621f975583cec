use super::{of, user_side};
use crate::updates::Update;
use crate::{Command, DialogId, Event, Refusal, Timestamp, World};

/// The user blocks the bot ("Stop bot"), or unblocks it. Unblocking restores writing without a new `/start`.
pub struct Block {
    /// Whose dialog.
    pub dialog: DialogId,
    /// False unblocks.
    pub blocked: bool,
}

impl Command for Block {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let dialog = user_side(world, self.dialog)?;
        if dialog.is_some_and(|dialog| dialog.blocked) != self.blocked {
            events.push(Event::BlockChanged { dialog: self.dialog, blocked: self.blocked });
        }
        Ok(())
    }
}

pub(crate) fn apply_block(world: &mut World, at: Timestamp, id: DialogId, blocked: bool) {
    let dialog = of(world, id);
    dialog.blocked = blocked;
    dialog.shown = Default::default();
    let update = Update::Blocked { dialog: id, blocked };
    world.tell_user(at, update.clone());
    world.tell_bot(at, update);
}
