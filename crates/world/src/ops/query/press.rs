use crate::event::{Event, QueryEvent};
use crate::ids::{AccountId, ChatId, MessageId, MessageKey, QueryId, Timestamp};
use crate::keyed::HashDomain;
use crate::markup::ButtonAction;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::World;
use crate::state::message_box::RETENTION_SECONDS;
use crate::state::query::{Query, QueryKind};

/// A user presses a button with callback data.
pub struct PressButton {
    /// The user.
    pub user: AccountId,
    /// Where.
    pub target: Target,
    /// The message with the button, by the user's id.
    pub message: MessageId,
    /// The button's data.
    pub data: String,
}

impl Command for PressButton {
    type Outcome = QueryId;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<QueryId, Refusal> {
        let place = self.target.place(world, Actor::from(self.user), now)?;
        let message = place.dialog.and_then(|dialog| dialog.message(self.message));
        let message = message.ok_or(Refusal::MessageNotFound(MessageOperation::Press))?;
        let mut buttons = message.markup().and_then(|markup| markup.inline()).into_iter().flatten().flatten();
        let exists = buttons
            .any(|button| matches!(&button.action, ButtonAction::Callback(data) if *data == self.data));
        if !exists || !world.is_bot(message.from) {
            return Err(Refusal::ButtonNotFound);
        }
        if place.dialog.is_some_and(|dialog| dialog.dialog.is_blocked) {
            return Err(Refusal::YouBlockedUser);
        }
        place.ensure_member()?;
        let query = free_id(world, message.from, place.actor);
        let (chat, by, message, data) = (place.chat, place.actor, message.key, self.data.clone());
        events.push(QueryEvent::ButtonPressed { query, chat, by, message, data }.into());
        Ok(query)
    }
}

/// Ids look random, as Telegram's do; the number of past updates makes them differ.
fn free_id(world: &World, bot: AccountId, user: AccountId) -> QueryId {
    let mut salt = world.queue(bot).map_or(0, |queue| queue.next());
    loop {
        let bits = world.key.number(HashDomain::Query, user.0, salt.wrapping_mul(31).wrapping_add(bot.0));
        let id = QueryId((bits >> 1).cast_signed());
        if !world.queries.contains(&id) {
            return id;
        }
        salt = salt.wrapping_add(1_000_003);
    }
}

pub(super) fn apply(
    world: &mut World,
    at: Timestamp,
    id: QueryId,
    chat: ChatId,
    from: AccountId,
    message: MessageKey,
) {
    let Some(to) = world.messages.get(&message).map(|message| message.from) else { return };
    let kind = QueryKind::Callback { chat, message };
    let query = Query { from, to, kind, asked_at: at, answer: None };
    world.queries.insert(at, RETENTION_SECONDS, id, query);
}
