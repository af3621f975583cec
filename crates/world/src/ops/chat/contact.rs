use super::chat_with_bot;
use crate::event::{ChatEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;

/// A bot comes to know a user who has not written to it: by a common group or a forwarded message.
pub struct RecordContact {
    /// The bot.
    pub bot: AccountId,
    /// The user.
    pub user: AccountId,
}

impl Command for RecordContact {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (chat, by) = (chat_with_bot(world, self.user, self.bot)?, self.bot);
        if world.dialog(by, chat).is_none() {
            events.push(ChatEvent::ContactRecorded { chat, by }.into());
        }
        Ok(())
    }
}
