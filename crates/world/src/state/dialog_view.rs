use super::World;
use super::chat::Chat;
use super::dialog::{ChatAction, Dialog};
use super::message::Message;
use super::random_ids::MAX_RANDOM_IDS;
use crate::content::{Content, WriteAccess};
use crate::ids::{AccountId, ChatId, MessageId, MessageKey, Timestamp};
use crate::markup::Markup;

/// A chat as one account sees it.
#[derive(Clone, Copy)]
pub struct DialogView<'w> {
    pub(super) world: &'w World,
    /// The account that looks.
    pub viewer: AccountId,
    /// The chat.
    pub chat: ChatId,
    /// What all members share.
    pub shared: &'w Chat,
    /// What the viewer has of its own.
    pub dialog: &'w Dialog,
}

impl<'w> DialogView<'w> {
    /// The other account of a private chat; the viewer itself in "Saved Messages".
    pub fn other(&self) -> Option<AccountId> {
        self.chat.other(self.viewer)
    }

    /// The other account's view of a private chat; `None` in the viewer's chat with itself, and in groups.
    fn dialog_of_other(&self) -> Option<&'w Dialog> {
        let other = self.other().filter(|other| *other != self.viewer)?;
        self.world.dialogs.get(&(other, self.chat))
    }

    /// Whether the other account blocked the viewer.
    pub fn is_blocked_by_other(&self) -> bool {
        self.dialog_of_other().is_some_and(|dialog| dialog.is_blocked)
    }

    /// The message that the viewer knows by that id.
    pub fn message(&self, id: MessageId) -> Option<&'w Message> {
        let numbering = self.chat.numbering(self.viewer);
        self.world.message_in(numbering, id).filter(|message| message.chat == self.chat)
    }

    /// All messages that the viewer sees, oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &'w Message> + use<'w> {
        self.visible(&self.shared.messages)
    }

    /// The messages after that id, oldest first; does not walk through those before it.
    pub fn messages_after(&self, id: MessageId) -> impl DoubleEndedIterator<Item = &'w Message> + use<'w> {
        let start = self.position(MessageId(id.0.saturating_add(1)));
        self.visible(&self.shared.messages[start..])
    }

    /// The messages before that id, oldest first; does not walk through those after it.
    pub fn messages_before(&self, id: MessageId) -> impl DoubleEndedIterator<Item = &'w Message> + use<'w> {
        let end = self.position(id);
        self.visible(&self.shared.messages[..end])
    }

    /// The last message that the viewer sees: what the list of chats shows.
    pub fn last_message(&self) -> Option<&'w Message> {
        self.messages().next_back()
    }

    /// How many of the other account's messages the viewer has not read.
    pub fn unread(&self) -> usize {
        let read = self.dialog.read_up_to.unwrap_or(MessageId(0));
        self.messages_after(read).filter(|message| message.from != self.viewer).count()
    }

    /// The newest message that the other account has read, by the viewer's id.
    pub fn read_by_other(&self) -> Option<MessageId> {
        let other = self.other()?;
        let read = self.world.dialogs.get(&(other, self.chat))?.read_up_to?;
        self.own_id_of(other, read)
    }

    /// By the viewer's id, the message that another account knows by that id. It may have been deleted since: then the one
    /// before it.
    pub(crate) fn own_id_of(&self, other: AccountId, id: MessageId) -> Option<MessageId> {
        let other = Self { viewer: other, ..*self };
        let end = other.position(MessageId(id.0.saturating_add(1)));
        let before = self.visible(&self.shared.messages[..end]).next_back();
        before.map(|message| message.id_for(self.viewer))
    }

    /// Pinned messages, the last pinned first.
    pub fn pinned(&self) -> impl Iterator<Item = &'w Message> + use<'w> {
        self.visible(&self.shared.pinned).rev()
    }

    /// What the other account shows that it is doing.
    pub fn action_of_other(&self, now: Timestamp) -> Option<ChatAction> {
        let dialog = self.dialog_of_other()?;
        dialog.action.filter(|shown| shown.until > now).map(|shown| shown.action)
    }

    /// The keyboard or forced reply that the viewer's app shows instead of its own keyboard.
    pub fn keyboard(&self) -> Option<(&'w Message, &'w Markup)> {
        let with_markup = self.messages().rev().filter(|message| message.from != self.viewer);
        let (message, markup) = with_markup
            .filter_map(|message| Some((message, message.markup()?)))
            .find(|(_, markup)| !matches!(markup, Markup::Inline(_)))?;
        let is_answered =
            || self.messages_after(message.id_for(self.viewer)).any(|later| later.from == self.viewer);
        match markup {
            Markup::Remove { .. } => None,
            Markup::ForceReply { .. } if is_answered() => None,
            _ => Some((message, markup)),
        }
    }

    /// How the viewer allowed the bot to write, if the viewer has not written anything: the app shows it at the top.
    pub fn write_access(&self) -> Option<&'w WriteAccess> {
        let own = self.messages().filter(|message| message.from == self.viewer);
        let mut accesses = own.map(|message| match &message.content {
            Content::WriteAllowed(access) => Some(access),
            _ => None,
        });
        let first = accesses.next()??;
        accesses.all(|access| access.is_some()).then_some(first)
    }

    /// The message that the viewer sent with that random id a short time ago.
    pub(crate) fn sent_with(&self, random_id: i64) -> Option<&'w Message> {
        let mut recorded = self.world.random_ids.find(self.viewer, random_id);
        let is_here =
            |message: &&Message| message.chat == self.chat && !self.dialog.hidden.contains(&message.key);
        recorded
            .find_map(|key| self.world.message_by_key(key).filter(is_here))
            .or_else(|| self.sent_before_start(random_id))
    }

    /// As [`Self::sent_with`], among the last messages of the chat if they come from a snapshot.
    fn sent_before_start(&self, random_id: i64) -> Option<&'w Message> {
        let all = &self.shared.messages;
        let last = &all[all.len().saturating_sub(MAX_RANDOM_IDS)..];
        let first_recorded = self.world.random_ids.first();
        let end = first_recorded.map_or(last.len(), |first| last.partition_point(|key| *key < first));
        let mut stored = self.visible(&last[..end]).rev();
        stored.find(|message| message.from == self.viewer && message.random_id() == Some(random_id))
    }

    /// The messages of a part of the chat's list that the viewer sees.
    fn visible(&self, keys: &'w [MessageKey]) -> impl DoubleEndedIterator<Item = &'w Message> + use<'w> {
        let (world, viewer, hidden) = (self.world, self.viewer, &self.dialog.hidden);
        let seen = keys.iter().filter(move |key| !hidden.contains(key));
        let found = seen.filter_map(move |key| world.message_by_key(*key));
        // In a basic group, nobody sees what was written before they came.
        found.filter(move |message| message.is_numbered_for(viewer))
    }

    /// Where the first message with that id or a later one stands in the chat's list. Keys and every account's ids grow
    /// together, so the box says by which key to search.
    fn position(&self, id: MessageId) -> usize {
        let numbering = self.chat.numbering(self.viewer);
        let later = self.world.message_ids.range((numbering, id)..=(numbering, MessageId(i32::MAX))).next();
        later.map_or(self.shared.messages.len(), |(_, key)| {
            self.shared.messages.partition_point(|message| message < key)
        })
    }
}
