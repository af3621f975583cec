use crate::event::{Event, MessageEvent};
use crate::ids::{AccountId, ChatId, MessageId, MessageIds, MessageKey, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{MessageOperation, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, GroupKind};
use crate::state::message::Message;

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
        let place = self.target.place(world, self.actor, now)?;
        let is_bot = world.is_bot(place.actor);
        if is_bot {
            place.ensure_other_is_active()?;
        }
        place.ensure_member()?;
        let mut messages = Vec::new();
        for id in &self.messages {
            match place.dialog.and_then(|dialog| dialog.message(*id)) {
                Some(message) if !may_delete(&place, message, self.for_all) => {
                    return Err(Refusal::MessageCantBeDeleted);
                }
                Some(message) => messages.push(message.key),
                None if self.skip_missing => {}
                None => return Err(Refusal::MessageNotFound(MessageOperation::Delete)),
            }
        }
        messages.sort_unstable();
        messages.dedup();
        // A supergroup or channel has one copy of each message.
        let for_all = self.for_all || is_bot || matches!(place.chat, ChatId::Channel(_));
        events.extend(deletion(place.chat, place.actor, messages, for_all));
        Ok(())
    }
}

/// > A message can only be deleted if it was sent less than 48 hours ago. […] Bots granted can_post_messages permissions can
/// > delete outgoing messages in channels. If the bot is an administrator of a group, it can delete any message there. If
/// > the bot has can_delete_messages administrator right in a supergroup or a channel, it can delete any message there.
fn may_delete(place: &Place<'_>, message: &Message, for_all: bool) -> bool {
    let is_bot = place.world.is_bot(place.actor);
    let is_old = message.date <= place.now.date() - DELETE_SECONDS;
    let Some(group) = place.group else { return !(is_bot && is_old) };
    if !is_bot && !for_all && group.kind == GroupKind::Basic {
        return true;
    }
    let is_creation = message.ids == MessageIds::Channel(MessageId(1));
    let rights = place.status().rights();
    let is_own =
        message.from == place.actor && (!group.is_channel() || rights.contains(AdminRights::POST_MESSAGES));
    // Administrators of groups delete without a limit of time.
    let may = rights.contains(AdminRights::DELETE_MESSAGES) || is_own && !(is_bot && is_old);
    may && !is_creation
}

/// The event that deletes these messages, if there are any.
pub(super) fn deletion(
    chat: ChatId,
    by: AccountId,
    messages: Vec<MessageKey>,
    for_all: bool,
) -> Option<Event> {
    // Messages to oneself have no other side.
    let for_all = for_all || chat.other(by) == Some(by);
    let event = match for_all {
        true => MessageEvent::Deleted { chat, messages: messages.clone() },
        false => MessageEvent::Hidden { chat, by, messages: messages.clone() },
    };
    (!messages.is_empty()).then(|| event.into())
}

pub(super) fn apply(world: &mut World, at: Timestamp, chat: ChatId, messages: &[MessageKey]) {
    for key in messages {
        let Some(message) = world.messages.remove(key) else { continue };
        for (numbering, id) in message.ids.boxes(chat) {
            world.message_ids.remove(&(numbering, id));
            if numbering.channel().is_none() {
                world.open_dialog(AccountId(numbering.0), chat).hidden.remove(key);
            }
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
        let Some(message) = world.messages.get(key) else { continue };
        let (id, boxes) = (message.id_for(by), message.ids.boxes(chat));
        world.message_ids.remove(&(by.into(), id));
        world.open_dialog(by, chat).hidden.insert(*key);
        let is_hidden_from =
            |member| world.dialogs.get(&(member, chat)).is_some_and(|dialog| dialog.hidden.contains(key));
        if boxes.iter().all(|(numbering, _)| is_hidden_from(AccountId(numbering.0))) {
            apply(world, at, chat, &[*key]);
        }
    }
}
