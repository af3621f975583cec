use super::meant_for::meant_for;
use crate::content::Content;
use crate::event::{Event, MessageEvent};
use crate::ids::{AccountId, BoxId, ChatId, MessageId, MessageIds, MessageKey, Timestamp};
use crate::state::World;
use crate::state::group::{AdminRights, Group};
use crate::state::message::{Message, MessageExtras};

/// Gives the messages of one command their keys and ids. Events are applied only after the whole command is decided, so
/// the world's own counters stand still meanwhile.
pub(crate) struct Draft<'w> {
    world: &'w World,
    chat: ChatId,
    from: AccountId,
    now: Timestamp,
    next_key: MessageKey,
    next_ids: MessageIds,
    sender_chat: Option<ChatId>,
    signature: Option<Box<str>>,
}

impl<'w> Draft<'w> {
    pub(crate) fn new(world: &'w World, chat: ChatId, from: AccountId, now: Timestamp) -> Self {
        let readers = match chat {
            ChatId::Group(_) => world.numbering_accounts(chat, now),
            ChatId::Private(..) | ChatId::Channel(_) => Vec::new(),
        };
        Self::for_readers(world, chat, from, now, readers)
    }

    /// A draft for a group whose members are others than before the command.
    pub(crate) fn for_readers(
        world: &'w World,
        chat: ChatId,
        from: AccountId,
        now: Timestamp,
        mut readers: Vec<AccountId>,
    ) -> Self {
        let next = |numbering: BoxId| world.boxes.get(&numbering).map_or(MessageId(1), |own| own.next_id);
        let next_ids = match chat {
            ChatId::Private(low, high) => MessageIds::Private(next(low.into()), next(high.into())),
            ChatId::Group(_) => {
                readers.sort_unstable();
                readers.dedup();
                MessageIds::Group(readers.into_iter().map(|reader| (reader, next(reader.into()))).collect())
            }
            ChatId::Channel(channel) => MessageIds::Channel(next(channel.into())),
        };
        let mut draft = Self {
            world,
            chat,
            from,
            now,
            next_key: world.next_message,
            next_ids,
            sender_chat: None,
            signature: None,
        };
        if let Some(group) = world.group(chat) {
            draft.sign(group);
        }
        draft
    }

    /// In whose name the message is: posts are a channel's, and messages of anonymous administrators the group's.
    fn sign(&mut self, group: &Group) {
        let status = self.world.status(self.chat, self.from, self.now);
        if group.is_channel() {
            self.sender_chat = Some(self.chat);
            self.signature = group.profile.has_signatures.then(|| self.world.full_name(self.from).into());
        } else if status.rights().contains(AdminRights::ANONYMOUS) {
            self.sender_chat = Some(self.chat);
            self.signature = status.title().map(Into::into);
        }
    }

    /// In the name of a channel whose message this is before the channel exists.
    #[must_use]
    pub(crate) fn in_name_of(mut self, chat: Option<ChatId>) -> Self {
        self.sender_chat = chat;
        self
    }

    /// Follows the messages of another draft of the same command, of this chat or another.
    #[must_use]
    pub(crate) fn after(mut self, other: &Self) -> Self {
        self.next_key = other.next_key;
        match (&mut self.next_ids, &other.next_ids) {
            (MessageIds::Group(own), MessageIds::Group(others)) => {
                let mut others = others.iter();
                for (account, id) in own {
                    let used = others.find(|(other, _)| other == account);
                    *id = used.map_or(*id, |(_, used)| (*id).max(*used));
                }
            }
            (MessageIds::Channel(own), MessageIds::Channel(used)) if self.chat == other.chat => *own = *used,
            _ => {}
        }
        self
    }

    /// The id that the next message will have in a channel.
    pub(crate) fn next_id(&self) -> MessageId {
        self.next_ids.for_viewer(self.chat, self.from).unwrap_or(MessageId(1))
    }

    /// Adds a message to what is to happen.
    pub(crate) fn add(
        &mut self,
        content: Content,
        extras: MessageExtras,
        events: &mut Vec<Event>,
    ) -> MessageKey {
        let key = self.next_key;
        let meant_for = meant_for(self.world, self.chat, self.from, &content, extras.reply.as_ref());
        let extras = MessageExtras {
            sender_chat: extras.sender_chat.or(self.sender_chat),
            signature: self.signature.clone(),
            meant_for: extras.meant_for.or(meant_for),
            ..extras
        };
        let message = Message {
            key,
            chat: self.chat,
            ids: self.next_ids.clone(),
            from: self.from,
            date: self.now.date(),
            edit_date: None,
            version: 0,
            content,
            extras: Some(extras).filter(|extras| *extras != MessageExtras::default()).map(Box::new),
        };
        events.push(MessageEvent::Sent(Box::new(message)).into());
        self.next_key = MessageKey(key.0 + 1);
        match &mut self.next_ids {
            MessageIds::Private(low, high) => (*low, *high) = (following(*low), following(*high)),
            MessageIds::Group(ids) => ids.iter_mut().for_each(|(_, id)| *id = following(*id)),
            MessageIds::Channel(id) => *id = following(*id),
        }
        key
    }
}

/// The id after this one.
pub(super) fn following(id: MessageId) -> MessageId {
    MessageId(id.0.saturating_add(1))
}
