use crate::event::{Event, MessageEvent};
use crate::ids::{AccountId, ChatId, MessageId, MessageKey, Timestamp};
use crate::ops::{Actor, Command, Target};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::World;

/// > A message can only be deleted if it was sent less than 48 hours ago.
const DELETE_SECONDS: i64 = 48 * 60 * 60;

/// An account deletes messages of a chat.
pub struct DeleteMessages {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// By the actor's own ids.
    pub messages: Vec<MessageId>,
    /// For the other account too; bots always delete for both.
    pub for_all: bool,
    /// Skip what can't be found, as `deleteMessages` does.
    pub skip_missing: bool,
}

impl Command for DeleteMessages {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor)?;
        let is_bot = world.is_bot(place.actor);
        if is_bot {
            world.active_account(place.other())?;
        }
        let mut messages = Vec::new();
        for id in &self.messages {
            match place.dialog.and_then(|dialog| dialog.message(*id)) {
                Some(message) if is_bot && message.date <= now.date() - DELETE_SECONDS => {
                    return Err(Refusal::MessageCantBeDeleted);
                }
                Some(message) => messages.push(message.key),
                None if self.skip_missing => {}
                None => return Err(Refusal::MessageNotFound(MessageOperation::Delete)),
            }
        }
        messages.sort_unstable();
        messages.dedup();
        events.extend(deletion(place.chat, place.actor, messages, self.for_all || is_bot));
        Ok(())
    }
}

/// The event that deletes these messages, if there are any.
pub(super) fn deletion(
    chat: ChatId,
    by: AccountId,
    messages: Vec<MessageKey>,
    for_all: bool,
) -> Option<Event> {
    // Messages to oneself have no other side.
    let for_all = for_all || chat.other(by) == by;
    let event = match for_all {
        true => MessageEvent::Deleted { chat, messages: messages.clone() },
        false => MessageEvent::Hidden { chat, by, messages: messages.clone() },
    };
    (!messages.is_empty()).then(|| event.into())
}

pub(super) fn apply(world: &mut World, at: Timestamp, chat: ChatId, messages: &[MessageKey]) {
    for key in messages {
        let Some(message) = world.messages.remove(key) else { continue };
        for member in chat.members() {
            world.message_ids.remove(&(member, message.id_for(member)));
            world.open_dialog(member, chat).hidden.remove(key);
        }
        world.open_chat(chat).remove(*key);
        world.old_messages.retire(at, *key, message.version, message);
    }
}

pub(super) fn apply_hidden(
    world: &mut World,
    at: Timestamp,
    chat: ChatId,
    by: AccountId,
    messages: &[MessageKey],
) {
    for key in messages {
        let Some(id) = world.messages.get(key).map(|message| message.id_for(by)) else { continue };
        world.message_ids.remove(&(by, id));
        world.open_dialog(by, chat).hidden.insert(*key);
        let is_hidden_from =
            |member| world.dialogs.get(&(member, chat)).is_some_and(|dialog| dialog.hidden.contains(key));
        if chat.members().all(is_hidden_from) {
            apply(world, at, chat, &[*key]);
        }
    }
}
