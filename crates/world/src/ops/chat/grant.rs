use super::chat_with_bot;
use crate::content::{Content, WriteAccess};
use crate::event::Event;
use crate::ids::{AccountId, MessageKey, Timestamp};
use crate::ops::Command;
use crate::ops::message::Draft;
use crate::refusal::Refusal;
use crate::state::World;

/// A user allows a bot to write; both see a service message.
pub struct GrantWriteAccess {
    /// The user.
    pub user: AccountId,
    /// The bot.
    pub bot: AccountId,
    /// How.
    pub access: WriteAccess,
}

impl Command for GrantWriteAccess {
    type Outcome = MessageKey;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<MessageKey, Refusal> {
        let chat = chat_with_bot(world, self.user, self.bot)?;
        if world.dialog(self.user, chat).is_some_and(|dialog| dialog.dialog.is_blocked) {
            return Err(Refusal::YouBlockedUser);
        }
        let content = Content::WriteAllowed(self.access.clone());
        let mut draft = Draft::new(world, chat, self.user, now);
        Ok(draft.add(content, Default::default(), events))
    }
}
