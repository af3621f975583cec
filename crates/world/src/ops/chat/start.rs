use super::chat_with_bot;
use crate::event::{ChatEvent, Event};
use crate::ids::{AccountId, MessageKey, Timestamp};
use crate::link::{START, StartPayload};
use crate::ops::message::{NewContent, Send, SendOptions};
use crate::ops::{Actor, Command, Target};
use crate::refusal::Refusal;
use crate::state::World;
use crate::text::Text;

/// The user presses Start (or Restart), with the payload of a deep link or without.
///
/// MTProto's `messages.startBot`: the bot gets `/start PAYLOAD`, the user sees `/start`. A blocked bot is unblocked
/// first, as apps do on Restart.
pub struct StartBot {
    /// The user.
    pub user: AccountId,
    /// The bot.
    pub bot: AccountId,
    /// The payload as the link had it.
    pub payload: Option<String>,
    /// As [`SendOptions::random_id`].
    pub random_id: Option<i64>,
}

impl Command for StartBot {
    type Outcome = MessageKey;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<MessageKey, Refusal> {
        let chat = chat_with_bot(world, self.user, self.bot)?;
        let payload = match self.payload.as_deref() {
            None | Some("") => None,
            Some(text) => Some(StartPayload::parse(text)?),
        };
        if world.dialog(self.user, chat).is_some_and(|dialog| dialog.dialog.is_blocked) {
            let by = self.user;
            events.push(ChatEvent::BlockChanged { chat, by, is_blocked: false }.into());
        }
        let shown = Text::plain(START);
        let content = match payload {
            Some(payload) => NewContent::Start { shown, payload },
            None => NewContent::text(shown),
        };
        let options = SendOptions { random_id: self.random_id, ..SendOptions::default() };
        let send = Send { actor: Actor::from(self.user), target: Target::from(self.bot), content, options };
        // The block that was lifted just above would be in the way of a check.
        send.compose(world, now, &send.target.place(world, send.actor, now)?, events)
    }
}
