use crate::link::{START, StartPayload};
use crate::message::{Ids, Send};
use crate::text::Text;
use crate::{Command, DialogId, Event, Refusal, Timestamp, World};

/// The user presses Start (or Restart), with the payload of a deep link or without.
///
/// MTProto's `messages.startBot`: the bot gets `/start PAYLOAD`, the user sees `/start`. A blocked bot is unblocked
/// first, as apps do on Restart.
pub struct Start {
    /// Whose dialog.
    pub dialog: DialogId,
    /// The payload as the link had it.
    pub payload: Option<String>,
    /// As [`Send::random_id`].
    pub random_id: Option<i64>,
}

impl Command for Start {
    type Outcome = Ids;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<Ids, Refusal> {
        let dialog = super::user_side(world, self.dialog)?;
        let payload = match self.payload.as_deref() {
            None | Some("") => None,
            Some(text) => Some(StartPayload::parse(text)?),
        };
        if dialog.is_some_and(|dialog| dialog.blocked) {
            events.push(Event::BlockChanged { dialog: self.dialog, blocked: false });
        }
        let send = Send {
            start: payload,
            random_id: self.random_id,
            ..Send::by_user(self.dialog, Text::plain(START))
        };
        send.decide_unblocked(world, now, events)
    }
}
