//! The dialog between a user and a bot: the aggregate that Parlor exists for.

mod access;
mod block;
mod peer;
mod read;
mod seen;
mod start;

pub use access::{AllowWriting, DecideJoin, JoinRequest, RequestToJoin, WriteAccess};
pub(crate) use access::{apply_join_decided, apply_join_requested};
pub use block::Block;
pub(crate) use block::apply_block;
pub use peer::ChatRef;
pub(crate) use peer::{bot_side, user_side};
pub(crate) use read::apply_read;
pub use read::{MarkRead, Read};
pub use seen::See;
pub(crate) use seen::apply_seen;
pub use start::Start;

use crate::chat_action::Shown;
use crate::markup::Markup;
use crate::message::{Content, Message};
use crate::shared::Shared;
use crate::{DialogId, MessageId, Refusal, Side, Timestamp};
use serde::{Deserialize, Serialize};

/// So many of the last messages are looked through for a random id: clients repeat a request at once, or never.
const RANDOM_IDS: usize = 256;

/// One user and one bot.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Dialog {
    /// Whether the user ever wrote.
    pub contact: Contact,
    /// Whether the user blocked the bot.
    pub blocked: bool,
    /// The last chat that the user asked to join and the bot administers.
    pub join_request: Option<Box<JoinRequest>>,
    /// What the user has read.
    pub(crate) read_by_user: Option<MessageId>,
    /// What the bot has read.
    pub(crate) read_by_bot: Option<MessageId>,
    /// Every message that still exists for either side, in the order of both sides' ids.
    messages: Vec<Shared<Message>>,
    /// Bot side's ids of pinned messages, in the order of pinning.
    pub(crate) pinned: Vec<MessageId>,
    /// What each side is doing just now; never kept.
    #[serde(skip)]
    pub(crate) shown: [Option<Shown>; 2],
    /// The speed limit of the bot in this dialog; see [`crate::limits`].
    #[serde(skip)]
    pub(crate) pace: crate::limits::Pace,
}

/// How far the acquaintance goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Contact {
    /// The bot has seen the user elsewhere; the user never wrote.
    #[default]
    Seen,
    /// The user wrote: any first message counts, not only `/start`.
    Started,
}

/// The proof that a bot may write; made by [`Dialog::may_write`] only.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Permit(());

impl Dialog {
    /// May the bot text this user? The one place that answers it: every send and every chat action asks here.
    ///
    /// > Bots can't start conversations with users. A user must either add them to a group or send them a message
    /// > first. (core.telegram.org/bots/faq)
    pub fn may_write(&self, now: Timestamp) -> Result<Permit, Refusal> {
        if self.blocked {
            return Err(Refusal::BlockedByUser);
        }
        match self.contact {
            Contact::Started => Ok(Permit(())),
            Contact::Seen if self.join_request.as_ref().is_some_and(|request| request.is_open(now)) => {
                Ok(Permit(()))
            }
            Contact::Seen => Err(Refusal::NeverStarted),
        }
    }

    /// How the user let the bot write, if he never wrote anything himself: what his app shows at the top.
    pub fn write_access(&self) -> Option<&WriteAccess> {
        let own = self.messages.iter().filter(|message| message.from == Side::User);
        let mut accesses = own.map(|message| match &message.content {
            Content::WriteAllowed(access) => Some(access),
            _ => None,
        });
        // The first thing that the user wrote ends the search.
        let first = accesses.next()??;
        accesses.all(|access| access.is_some()).then_some(first)
    }

    /// The message that this side knows by that id; messages that the user hid from himself exist for the bot only.
    pub fn message(&self, side: Side, id: MessageId) -> Option<&Message> {
        self.shared_message(side, id).map(Shared::as_ref)
    }

    /// The message that this side sent lately with that random id.
    pub(crate) fn sent_with(&self, side: Side, random_id: i64) -> Option<crate::message::Ids> {
        let lately = self.messages.iter().rev().take(RANDOM_IDS).filter(|message| message.from == side);
        let mut same =
            lately.filter(|m| m.more.as_ref().is_some_and(|more| more.random_id == Some(random_id)));
        same.next().map(|message| message.id)
    }

    pub(crate) fn shared_message(&self, side: Side, id: MessageId) -> Option<&Shared<Message>> {
        // The last one is asked for by far the most often, and the search would go through all the memory.
        let last = self.messages.last().filter(|message| message.id.on(side) == id);
        let found = last.or_else(|| {
            let at = self.messages.binary_search_by_key(&id, |message| message.id.on(side)).ok()?;
            self.messages.get(at)
        });
        found.filter(|message| message.visible_to(side))
    }

    pub(crate) fn message_mut(&mut self, bot_side: MessageId) -> Option<&mut Shared<Message>> {
        let at = self.messages.binary_search_by_key(&bot_side, |message| message.id.bot).ok()?;
        self.messages.get_mut(at)
    }

    /// All messages that this side sees, oldest first.
    pub fn messages(&self, side: Side) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter().map(Shared::as_ref).filter(move |message| message.visible_to(side))
    }

    /// The messages behind that id, oldest first, without walking through all before it.
    pub fn messages_after(&self, side: Side, id: MessageId) -> impl DoubleEndedIterator<Item = &Message> {
        let start = self.messages.partition_point(|message| message.id.on(side) <= id);
        self.messages[start..].iter().map(Shared::as_ref).filter(move |message| message.visible_to(side))
    }

    /// The messages in front of that id, oldest first.
    pub fn messages_before(&self, side: Side, id: MessageId) -> impl DoubleEndedIterator<Item = &Message> {
        let end = self.messages.partition_point(|message| message.id.on(side) < id);
        self.messages[..end].iter().map(Shared::as_ref).filter(move |message| message.visible_to(side))
    }

    pub(crate) fn push(&mut self, message: Shared<Message>) {
        self.messages.push(message);
    }

    pub(crate) fn remove(&mut self, bot_side: MessageId) -> Option<Shared<Message>> {
        let at = self.messages.binary_search_by_key(&bot_side, |message| message.id.bot).ok()?;
        self.pinned.retain(|pinned| *pinned != bot_side);
        Some(self.messages.remove(at))
    }

    /// The last message that this side sees: what the list of chats shows.
    pub fn last_message(&self, side: Side) -> Option<&Message> {
        self.messages(side).next_back()
    }

    /// How many of the other side's messages this side has not read.
    pub fn unread(&self, side: Side) -> usize {
        let read = self.read_up_to(side).unwrap_or(MessageId(0));
        self.messages_after(side, read).filter(|message| message.from != side).count()
    }

    /// The last message that this side has read, by its own id.
    pub fn read_up_to(&self, side: Side) -> Option<MessageId> {
        match side {
            Side::User => self.read_by_user,
            Side::Bot => self.read_by_bot,
        }
    }

    /// The newest message of this side's view that the other side has read, by this side's id. The message at the
    /// other side's mark may have been deleted since: then the one before it.
    pub fn read_by_other(&self, side: Side) -> Option<MessageId> {
        let read = self.read_up_to(side.other())?;
        let end = self.messages.partition_point(|message| message.id.on(side.other()) <= read);
        let mut before = self.messages[..end].iter().rev();
        before.find(|message| message.visible_to(side)).map(|message| message.id.on(side))
    }

    /// Pinned messages, the last pinned first.
    pub fn pinned(&self, side: Side) -> impl Iterator<Item = &Message> {
        self.pinned
            .iter()
            .rev()
            .filter_map(move |id| self.message(Side::Bot, *id))
            .filter(move |m| m.visible_to(side))
    }

    /// What that side is doing just now, as the other side's app shows it.
    pub fn chat_action(&self, by: Side, now: Timestamp) -> Option<crate::chat_action::ChatAction> {
        self.shown[by as usize].filter(|shown| shown.until > now).map(|shown| shown.action)
    }

    /// The keyboard or forced reply that the user's app shows in the place of its own: the bot's last word on it.
    pub fn keyboard(&self) -> Option<(&Message, &Markup)> {
        let with_markup = self.messages(Side::User).rev().filter(|message| message.from == Side::Bot);
        let (message, markup) = with_markup
            .filter_map(|message| Some((message, message.markup()?)))
            .find(|(_, markup)| !matches!(markup, Markup::Inline(_)))?;
        let answered =
            || self.messages_after(Side::User, message.id.user).any(|later| later.from == Side::User);
        match markup {
            Markup::Remove { .. } => None,
            Markup::ForceReply { .. } if answered() => None,
            _ => Some((message, markup)),
        }
    }
}

/// The dialog of an event; it exists because something was decided in it.
pub(crate) fn of(world: &mut crate::World, id: DialogId) -> &mut Dialog {
    if !world.dialogs.contains_key(&id)
        && let Some(user) = world.users.get_mut(&id.user)
    {
        user.dialogs.push(id.bot);
    }
    world.dialogs.entry(id).or_default()
}
