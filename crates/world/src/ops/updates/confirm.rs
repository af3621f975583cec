use super::queue;
use crate::event::{ChatEvent, Event, UpdatesEvent};
use crate::ids::{AccountId, ChatId, MessageId, Timestamp, UpdateId};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::update::Update;
use crate::state::update_queue::{AllowedUpdates, QueuedUpdate};
use std::collections::BTreeMap;

/// `getUpdates`: all updates below its offset are confirmed and forgotten.
pub struct ConfirmUpdates {
    /// Which bot.
    pub bot: AccountId,
    /// > Must be greater by one than the highest among the identifiers of previously received updates. […] The
    /// > negative offset can be specified to retrieve updates starting from -offset update from the end of the
    /// > updates queue. All previous updates will be forgotten.
    pub offset: i64,
    /// The kinds of update that the bot wants from now on; those that already wait stay. `None` leaves the choice as it is.
    pub allowed: Option<AllowedUpdates>,
}

impl Command for ConfirmUpdates {
    /// The id to read from.
    type Outcome = i64;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<i64, Refusal> {
        let queue = queue(world, self.bot)?;
        if queue.webhook.is_some() {
            return Err(Refusal::WebhookActive);
        }
        if let Some(allowed) = self.allowed.filter(|allowed| *allowed != queue.allowed) {
            events.push(UpdatesEvent::AllowedSet { bot: self.bot, allowed }.into());
        }
        let Some(first) = queue.first() else { return Ok(queue.next()) };
        let offset = match self.offset {
            0 => first,
            1.. => self.offset,
            from_the_end => queue.next().saturating_add(from_the_end).max(first),
        };
        // An offset from beyond the queue (another server's, another year's) confirms nothing: the updates come
        // from the head, as in the Bot API server.
        let offset = if offset > queue.next() { first } else { offset };
        if let Some(below) = i32::try_from(offset).ok().filter(|_| offset > first) {
            events.push(UpdatesEvent::Confirmed { bot: self.bot, below: UpdateId(below) }.into());
            let confirmed = queue.from(first, now).take_while(|entry| i64::from(entry.id.0) < offset);
            mark_read(world, self.bot, confirmed, events);
        }
        Ok(offset)
    }
}

/// The webhook took one update.
pub struct ConfirmDelivery {
    /// Which bot.
    pub bot: AccountId,
    /// Its id.
    pub update: UpdateId,
}

impl Command for ConfirmDelivery {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let queue = queue(world, self.bot)?;
        if queue.contains(self.update) {
            events.push(UpdatesEvent::Delivered { bot: self.bot, update: self.update }.into());
            let id = i64::from(self.update.0);
            let delivered = queue.from(id, now).take_while(|entry| entry.id == self.update);
            mark_read(world, self.bot, delivered, events);
        }
        Ok(())
    }
}

/// What a bot's program took has been read: the user's app shows the second tick.
fn mark_read<'w>(
    world: &World,
    bot: AccountId,
    taken: impl Iterator<Item = &'w QueuedUpdate>,
    events: &mut Vec<Event>,
) {
    let mut last: BTreeMap<ChatId, MessageId> = BTreeMap::new();
    for entry in taken {
        if let Update::Message(version) = entry.update
            && let Some(message) = world.message_version(version)
        {
            last.insert(message.chat, message.id_for(bot));
        }
    }
    for (chat, up_to) in last {
        let read = world.dialog(bot, chat).and_then(|dialog| dialog.dialog.read_up_to);
        if read.is_none_or(|read| read < up_to) {
            events.push(ChatEvent::Read { chat, by: bot, up_to }.into());
        }
    }
}
