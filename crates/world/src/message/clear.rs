use crate::dialog::user_side;
use crate::{Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};

/// Messages that one [`ClearHistory`] deletes at most, so that no other command waits long for it.
pub const MAX_CLEARED: usize = 100;

/// A person clears a dialog's history, newest messages first. Repeat it while [`Cleared::more`] says so.
pub struct ClearHistory {
    /// Whose dialog.
    pub dialog: DialogId,
    /// The newest message to delete, by the person's ids; all of them if absent.
    pub up_to: Option<MessageId>,
    /// Only messages that were sent at these times or between them, in seconds.
    pub between: (Option<i64>, Option<i64>),
    /// For the bot too. Bots are not told.
    pub for_both: bool,
}

/// What [`ClearHistory`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleared {
    /// Messages that were deleted.
    pub count: usize,
    /// There are more to delete.
    pub more: bool,
}

impl Command for ClearHistory {
    type Outcome = Cleared;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<Cleared, Refusal> {
        let Some(dialog) = user_side(world, self.dialog)? else {
            return Ok(Cleared { count: 0, more: false });
        };
        let (from, to) = (self.between.0.unwrap_or(i64::MIN), self.between.1.unwrap_or(i64::MAX));
        let newest = self.up_to.unwrap_or(MessageId(i32::MAX));
        let chosen = dialog
            .messages(Side::User)
            .rev()
            .filter(|message| message.id.user <= newest && (from..=to).contains(&message.date));
        let mut messages: Vec<_> = chosen.take(MAX_CLEARED + 1).map(|message| message.id.bot).collect();
        let more = messages.len() > MAX_CLEARED;
        messages.truncate(MAX_CLEARED);
        let cleared = Cleared { count: messages.len(), more };
        if !messages.is_empty() {
            let dialog = self.dialog;
            events.push(match self.for_both {
                true => Event::MessagesDeleted { dialog, messages },
                false => Event::MessagesHidden { dialog, messages },
            });
        }
        Ok(cleared)
    }
}
