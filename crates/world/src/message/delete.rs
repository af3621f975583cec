use crate::dialog::{ChatRef, bot_side, of, user_side};
use crate::refusal::Purpose;
use crate::updates::Update;
use crate::{BotId, Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};

/// > A message can only be deleted if it was sent less than 48 hours ago.
const DELETE_SECONDS: i64 = 48 * 60 * 60;

/// A bot deletes messages for both sides: its own and, in private chats, the user's too.
pub struct Delete {
    /// Who.
    pub bot: BotId,
    /// Where.
    pub chat: ChatRef,
    /// Which.
    pub messages: Vec<MessageId>,
    /// Skip what can't be found, as `deleteMessages` does.
    pub skip_missing: bool,
}

impl Command for Delete {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (id, dialog) = bot_side(world, self.bot, &self.chat)?;
        world.living_user(id.user)?;
        let mut messages = Vec::new();
        for wanted in &self.messages {
            match dialog.message(Side::Bot, *wanted) {
                Some(message) if message.date <= now.date() - DELETE_SECONDS => {
                    return Err(Refusal::MessageCantBeDeleted);
                }
                Some(message) => messages.push(message.id.bot),
                None if self.skip_missing => {}
                None => return Err(Refusal::MessageNotFound(Purpose::Delete)),
            }
        }
        messages.sort_unstable();
        messages.dedup();
        if !messages.is_empty() {
            events.push(Event::MessagesDeleted { dialog: id, messages });
        }
        Ok(())
    }
}

/// A user deletes messages, for himself or for both.
pub struct DeleteByUser {
    /// Whose dialog.
    pub dialog: DialogId,
    /// By the user's ids.
    pub messages: Vec<MessageId>,
    /// For the bot too. Bots are not told.
    pub for_both: bool,
}

impl Command for DeleteByUser {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let dialog = user_side(world, self.dialog)?;
        let find = |id: &MessageId| {
            let message = dialog.and_then(|dialog| dialog.message(Side::User, *id));
            message.map(|message| message.id.bot).ok_or(Refusal::MessageNotFound(Purpose::Delete))
        };
        let messages = self.messages.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        if !messages.is_empty() {
            let dialog = self.dialog;
            events.push(match self.for_both {
                true => Event::MessagesDeleted { dialog, messages },
                false => Event::MessagesHidden { dialog, messages },
            });
        }
        Ok(())
    }
}

pub(crate) fn apply_deleted(world: &mut World, at: Timestamp, id: DialogId, messages: &[MessageId]) {
    let dialog = of(world, id);
    let removed: Vec<_> = messages.iter().filter_map(|message| dialog.remove(*message)).collect();
    for (side, tell) in
        [(Side::User, World::tell_user as fn(&mut World, _, _)), (Side::Bot, World::tell_bot_apps)]
    {
        let shown = removed.iter().filter(|message| message.visible_to(side));
        let messages: Vec<MessageId> = shown.map(|message| message.id.on(side)).collect();
        if !messages.is_empty() {
            tell(world, at, Update::Deleted { dialog: id, messages });
        }
    }
}

pub(crate) fn apply_hidden(world: &mut World, at: Timestamp, id: DialogId, messages: &[MessageId]) {
    let dialog = of(world, id);
    let mut hidden = Vec::new();
    for message in messages {
        if let Some(kept) = dialog.message_mut(*message) {
            hidden.push(kept.id.user);
            kept.make_mut().more_mut().hidden = true;
        }
    }
    world.tell_user(at, Update::Deleted { dialog: id, messages: hidden });
}
