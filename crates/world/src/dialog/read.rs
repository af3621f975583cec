use super::of;
use crate::updates::Update;
use crate::{Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};
use serde::{Deserialize, Serialize};

/// One side's mark: everything up to this message is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Who read.
    pub by: Side,
    /// The last read message, by the reader's own id.
    pub up_to: MessageId,
}

/// A side has read up to a message, or all there is.
pub struct MarkRead {
    /// Whose dialog.
    pub dialog: DialogId,
    /// Who read.
    pub by: Side,
    /// None reads everything.
    pub up_to: Option<MessageId>,
}

impl Command for MarkRead {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let Some(dialog) = super::user_side(world, self.dialog)? else { return Ok(()) };
        let Some(last) = dialog.last_message(self.by).map(|message| message.id.on(self.by)) else {
            return Ok(());
        };
        let up_to = self.up_to.unwrap_or(last).min(last);
        if dialog.read_up_to(self.by).is_none_or(|read| read < up_to) {
            let read = Read { by: self.by, up_to };
            events.push(Event::MessagesRead { dialog: self.dialog, read });
        }
        Ok(())
    }
}

pub(crate) fn apply_read(world: &mut World, at: Timestamp, id: DialogId, read: Read) {
    let dialog = of(world, id);
    match read.by {
        Side::User => dialog.read_by_user = Some(read.up_to),
        Side::Bot => dialog.read_by_bot = Some(read.up_to),
    }
    // The user's own apps keep each other up to date; the bot's mark is told in the user's ids.
    let up_to = match read.by {
        Side::User => Some(read.up_to),
        Side::Bot => dialog.read_by_other(Side::User),
    };
    if let Some(up_to) = up_to {
        world.tell_user(at, Update::Read { dialog: id, by: read.by, up_to });
    }
}
