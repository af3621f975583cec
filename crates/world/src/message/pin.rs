use super::{Content, Message, More, Route};
use crate::dialog::of;
use crate::refusal::Purpose;
use crate::updates::Update;
use crate::{Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};

/// A side pins or unpins a message. Pinning leaves a service message behind.
pub struct Pin {
    /// Who, where.
    pub route: Route,
    /// By that side's id; none is the message that was pinned last (only for unpinning).
    pub message: Option<MessageId>,
    /// False unpins.
    pub pinned: bool,
    /// Without a sound.
    pub silent: bool,
}

impl Command for Pin {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (id, side, dialog) = self.route.resolve(world)?;
        world.living_user(id.user)?;
        if let (Side::Bot, Some(dialog)) = (side, dialog) {
            let _permit = dialog.may_write(now)?;
        }
        let purpose = if self.pinned { Purpose::Pin } else { Purpose::Unpin };
        let find = |dialog: &'_ crate::dialog::Dialog| match self.message {
            Some(wanted) => dialog.message(side, wanted).map(|message| message.id),
            None => dialog.pinned(side).next().map(|message| message.id),
        };
        let ids = dialog.and_then(find).ok_or(Refusal::MessageNotFound(purpose))?;
        let was = dialog.is_some_and(|dialog| dialog.pinned.contains(&ids.bot));
        if was == self.pinned {
            return Ok(());
        }
        events.push(Event::MessagePinned { dialog: id, message: ids.bot, pinned: self.pinned });
        if self.pinned {
            let more = self.silent.then(|| Box::new(More { silent: true, ..More::default() }));
            let message = Message {
                id: world.next_ids(id),
                from: side,
                date: now.date(),
                edit_date: None,
                content: Content::Pinned(ids),
                more,
            };
            events.push(Event::MessageSent { dialog: id, message });
        }
        Ok(())
    }
}

/// A side removes every pin of a chat.
pub struct UnpinAll {
    /// Who, where.
    pub route: Route,
}

impl Command for UnpinAll {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let (id, _, dialog) = self.route.resolve(world)?;
        world.living_user(id.user)?;
        if dialog.is_some_and(|dialog| !dialog.pinned.is_empty()) {
            events.push(Event::AllUnpinned { dialog: id });
        }
        Ok(())
    }
}

pub(crate) fn apply_pinned(world: &mut World, at: Timestamp, id: DialogId, message: MessageId, pinned: bool) {
    let dialog = of(world, id);
    dialog.pinned.retain(|other| *other != message);
    if pinned {
        dialog.pinned.push(message);
    }
    if let Some(ids) = dialog.message(Side::Bot, message).map(|message| message.id) {
        world.tell_user(at, Update::Pinned { dialog: id, message: ids.user, pinned });
        world.tell_bot_apps(at, Update::Pinned { dialog: id, message: ids.bot, pinned });
    }
}

pub(crate) fn apply_all_unpinned(world: &mut World, at: Timestamp, id: DialogId) {
    let pinned = std::mem::take(&mut of(world, id).pinned);
    for message in pinned {
        apply_pinned(world, at, id, message, false);
    }
}
