use super::delete::deletion;
use crate::event::Event;
use crate::ids::{AccountId, ChatId, MessageId, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::AdminRights;

/// Messages that one [`ClearHistory`] deletes at most, so that no other command waits long for it.
pub const MAX_CLEARED: usize = 100;

/// A user clears a chat's history, newest messages first. Repeat it while [`Cleared::more`] says so.
pub struct ClearHistory {
    /// The user.
    pub user: AccountId,
    /// Where.
    pub target: Target,
    /// The newest message to delete, by the user's ids; all of them if absent.
    pub up_to: Option<MessageId>,
    /// Only messages that were sent at these times or between them, in seconds.
    pub between: (Option<i64>, Option<i64>),
    /// For the others too; in supergroups and channels always. Bots are not told.
    pub for_all: bool,
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

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<Cleared, Refusal> {
        let place = self.target.place(world, Actor::from(self.user), now)?;
        self.permit(&place)?;
        let Some(dialog) = place.dialog else { return Ok(Cleared { count: 0, more: false }) };
        let (from, to) = (self.between.0.unwrap_or(i64::MIN), self.between.1.unwrap_or(i64::MAX));
        let newest = self.up_to.unwrap_or(MessageId(i32::MAX));
        let chosen = dialog
            .messages()
            .rev()
            .filter(|message| message.id_for(place.actor) <= newest && (from..=to).contains(&message.date));
        let mut messages: Vec<_> = chosen.take(MAX_CLEARED + 1).map(|message| message.key).collect();
        let more = messages.len() > MAX_CLEARED;
        messages.truncate(MAX_CLEARED);
        let cleared = Cleared { count: messages.len(), more };
        let for_all = self.for_all || matches!(place.chat, ChatId::Channel(_));
        events.extend(deletion(place.chat, place.actor, messages, for_all));
        Ok(cleared)
    }
}

impl ClearHistory {
    /// Only administrators clear a group or channel for all. A supergroup or channel has one copy of each message, which
    /// nobody clears for itself alone.
    fn permit(&self, place: &Place<'_>) -> Result<(), Refusal> {
        let is_shared = matches!(place.chat, ChatId::Channel(_));
        match place.group {
            Some(_) if self.for_all || is_shared => {
                place.has(AdminRights::DELETE_MESSAGES, GroupOperation::Delete)
            }
            _ => Ok(()),
        }
    }
}
