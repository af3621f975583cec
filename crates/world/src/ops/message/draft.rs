use crate::content::Content;
use crate::event::{Event, MessageEvent};
use crate::ids::{AccountId, ChatId, MessageId, MessageIds, MessageKey, Timestamp};
use crate::state::World;
use crate::state::message::{Message, MessageExtras};

/// Gives the messages of one command their keys and ids. Events are applied only after the whole command is decided, so
/// the world's own counters stand still meanwhile.
pub(crate) struct Draft {
    chat: ChatId,
    from: AccountId,
    now: Timestamp,
    next_key: MessageKey,
    next_ids: MessageIds,
}

impl Draft {
    pub(crate) fn new(world: &World, chat: ChatId, from: AccountId, now: Timestamp) -> Self {
        let next = |account| world.boxes.get(&account).map_or(MessageId(1), |own| own.next_id);
        let ChatId::Private(low, high) = chat;
        let next_ids = MessageIds::Private(next(low), next(high));
        Self { chat, from, now, next_key: world.next_message, next_ids }
    }

    /// Adds a message to what is to happen.
    pub(crate) fn add(
        &mut self,
        content: Content,
        extras: MessageExtras,
        events: &mut Vec<Event>,
    ) -> MessageKey {
        let key = self.next_key;
        let message = Message {
            key,
            chat: self.chat,
            ids: self.next_ids,
            from: self.from,
            date: self.now.date(),
            edit_date: None,
            version: 0,
            content,
            extras: Some(extras).filter(|extras| *extras != MessageExtras::default()).map(Box::new),
        };
        events.push(MessageEvent::Sent(Box::new(message)).into());
        let MessageIds::Private(low, high) = self.next_ids;
        self.next_key = MessageKey(key.0 + 1);
        self.next_ids = MessageIds::Private(following(low), following(high));
        key
    }
}

/// The id after this one.
pub(super) fn following(id: MessageId) -> MessageId {
    MessageId(id.0.saturating_add(1))
}
