use super::{Entry, Update};
use crate::dialog::Read;
use crate::{BotId, Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, UpdateId, World};
use std::collections::BTreeMap;

/// `getUpdates` with an offset: everything below it is confirmed and forgotten.
pub struct Confirm {
    /// Which bot.
    pub bot: BotId,
    /// > Must be greater by one than the highest among the identifiers of previously received updates. […] The
    /// > negative offset can be specified to retrieve updates starting from -offset update from the end of the
    /// > updates queue. All previous updates will be forgotten.
    pub offset: i64,
}

impl Command for Confirm {
    /// The number to read from.
    type Outcome = i64;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<i64, Refusal> {
        let bot = world.living_bot(self.bot)?;
        if bot.webhook.is_some() {
            return Err(Refusal::WebhookActive);
        }
        let Some(first) = bot.queue.first_number() else { return Ok(bot.queue.next()) };
        let offset = match self.offset {
            0 => first,
            1.. => self.offset,
            from_the_end => bot.queue.next().saturating_add(from_the_end).max(first),
        };
        // An offset from beyond the queue (another server's, another year's) confirms nothing: the updates come
        // from the head, as in the Bot API server.
        let offset = if offset > bot.queue.next() { first } else { offset };
        if let Some(below) = i32::try_from(offset).ok().filter(|_| offset > first) {
            events.push(Event::UpdatesConfirmed { bot: self.bot, below: UpdateId(below) });
            let confirmed = bot.queue.from(first, now).take_while(|entry| entry.number < offset);
            mark_read(world, confirmed, events);
        }
        Ok(offset)
    }
}

/// The webhook took one update.
pub struct Delivered {
    /// Which bot.
    pub bot: BotId,
    /// Its number.
    pub update: UpdateId,
}

impl Command for Delivered {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let queue = &world.living_bot(self.bot)?.queue;
        let number = i64::from(self.update.0);
        if queue.contains(number) {
            events.push(Event::UpdateDelivered { bot: self.bot, update: self.update });
            mark_read(world, queue.from(number, now).take_while(|entry| entry.number == number), events);
        }
        Ok(())
    }
}

/// What a bot's program took has been read: the user's app shows the second tick.
fn mark_read<'w>(world: &World, taken: impl Iterator<Item = &'w Entry>, events: &mut Vec<Event>) {
    let mut last: BTreeMap<DialogId, MessageId> = BTreeMap::new();
    for entry in taken {
        if let Update::Message { dialog, message } = &entry.update {
            last.insert(*dialog, message.id.bot);
        }
    }
    for (dialog, up_to) in last {
        let read = world.dialog(dialog).and_then(|dialog| dialog.read_up_to(Side::Bot));
        if read.is_none_or(|read| read < up_to) {
            events.push(Event::MessagesRead { dialog, read: Read { by: Side::Bot, up_to } });
        }
    }
}

pub(crate) fn apply_confirmed(world: &mut World, bot: BotId, below: UpdateId) {
    if let Some(bot) = world.bots.get_mut(&bot) {
        bot.queue.drop_below(i64::from(below.0));
    }
}

pub(crate) fn apply_delivered(world: &mut World, bot: BotId, update: UpdateId) {
    if let Some(bot) = world.bots.get_mut(&bot) {
        bot.queue.drop_one(i64::from(update.0));
    }
}
