use super::Callback;
use crate::keyed;
use crate::markup::ButtonAction;
use crate::refusal::Purpose;
use crate::updates::{RETENTION_SECONDS, Update};
use crate::{CallbackId, Command, DialogId, Event, MessageId, Refusal, Side, Timestamp, World};

/// The user presses a button with callback data.
pub struct Press {
    /// Whose dialog.
    pub dialog: DialogId,
    /// The message with the button, by the user's id.
    pub message: MessageId,
    /// The button's data.
    pub data: String,
}

impl Command for Press {
    type Outcome = CallbackId;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<CallbackId, Refusal> {
        let dialog = crate::dialog::user_side(world, self.dialog)?;
        let message = dialog
            .and_then(|dialog| dialog.message(Side::User, self.message))
            .ok_or(Refusal::MessageNotFound(Purpose::Press))?;
        let mut buttons = message.markup().and_then(|markup| markup.inline()).into_iter().flatten().flatten();
        let exists = buttons
            .any(|button| matches!(&button.action, ButtonAction::Callback(data) if *data == self.data));
        if !exists {
            return Err(Refusal::ButtonNotFound);
        }
        if dialog.is_some_and(|dialog| dialog.blocked) {
            return Err(Refusal::YouBlockedBot);
        }
        let id = free_id(world, self.dialog);
        events.push(Event::CallbackAsked {
            id,
            dialog: self.dialog,
            message: message.id.bot,
            data: self.data.clone(),
        });
        Ok(id)
    }
}

/// Ids look random, as Telegram's do; the number of past presses makes them differ.
fn free_id(world: &World, dialog: DialogId) -> CallbackId {
    let next = world.bots.get(&dialog.bot).map_or(0, |bot| bot.queue.next());
    let mut salt = next;
    loop {
        let bits = world.key.number(
            keyed::Purpose::Callback,
            dialog.user.0,
            salt.wrapping_mul(31).wrapping_add(dialog.bot.0),
        );
        let id = CallbackId((bits >> 1).cast_signed());
        if !world.callbacks.contains_key(&id) {
            return id;
        }
        salt = salt.wrapping_add(1_000_003);
    }
}

pub(crate) fn apply_asked(
    world: &mut World,
    at: Timestamp,
    id: CallbackId,
    dialog: DialogId,
    message_id: MessageId,
    data: &str,
) {
    let oldest = at.plus_seconds(-RETENTION_SECONDS);
    world.callbacks.retain(|_, callback| callback.asked > oldest);
    world.callbacks.insert(id, Callback { dialog, asked: at, answer: None });
    let message = world.dialogs.get(&dialog).and_then(|d| d.shared_message(Side::Bot, message_id)).cloned();
    let update = Update::Callback { id, dialog, message_id, message, data: data.into() };
    world.tell_bot(at, update);
}
