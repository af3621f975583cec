//! Messages, and what both sides do to them.

mod clear;
mod delete;
mod edit;
mod forward;
mod link_preview;
mod pin;
mod react;
mod route;
mod send;

pub use clear::{ClearHistory, Cleared, MAX_CLEARED};
pub use delete::{Delete, DeleteByUser};
pub(crate) use delete::{apply_deleted, apply_hidden};
pub(crate) use edit::apply_edited;
pub use edit::{Edit, EditMarkup, EditText};
pub use forward::{Forward, Mode, Original};
pub use link_preview::LinkPreview;
pub use pin::{Pin, UnpinAll};
pub(crate) use pin::{apply_all_unpinned, apply_pinned};
pub(crate) use react::apply_reactions;
pub use react::{React, Reaction};
pub use route::Route;
pub(crate) use send::apply_sent;
pub use send::{ReplyTo, Send};

use crate::dialog::WriteAccess;
use crate::markup::Markup;
use crate::text::{EntityKind, Text};
use crate::{AccountId, MessageId, Side, UserId};
use serde::{Deserialize, Serialize};

/// One message, stored once for both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its ids.
    pub id: Ids,
    /// Who sent it.
    pub from: Side,
    /// When, in seconds.
    pub date: i64,
    /// When it was last edited, in seconds.
    pub edit_date: Option<i64>,
    /// What it says.
    pub content: Content,
    /// What few messages have; boxed to keep the rest small.
    pub more: Option<Box<More>>,
}

/// The ids by which the two sides know a message: each account numbers its own messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// In the bot's numbering: the Bot API's `message_id`.
    pub bot: MessageId,
    /// In the user's numbering: what his app knows.
    pub user: MessageId,
}

impl Ids {
    /// The id on that side.
    pub fn on(self, side: Side) -> MessageId {
        match side {
            Side::User => self.user,
            Side::Bot => self.bot,
        }
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A text.
    Text(Text),
    /// The user pressed Start on a deep link: he sees `/start`, the bot gets `/start PAYLOAD`.
    Start { shown: Text, payload: Box<str> },
    /// Service message: that message was pinned.
    Pinned(Ids),
    /// Service message: the user let the bot write.
    WriteAllowed(WriteAccess),
}

/// The rarer properties of a message.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct More {
    /// What it answers.
    pub reply: Option<Reply>,
    /// Where it was first sent.
    pub forward: Option<Origin>,
    /// The keyboard that it brings.
    pub markup: Option<Markup>,
    /// How its links are previewed.
    pub link_preview: Option<LinkPreview>,
    /// Sent without a sound.
    pub silent: bool,
    /// May not be forwarded, copied or saved.
    pub protected: bool,
    /// The user's reactions, then the bot's.
    pub reactions: [Vec<Reaction>; 2],
    /// The user deleted it for himself.
    pub hidden: bool,
    /// The number by which an MTProto client sent it: a second one with the same number is the same message.
    #[serde(default)]
    pub random_id: Option<i64>,
}

/// A reply to a message of the same dialog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The message that is answered.
    pub to: Ids,
    /// The part of it that is quoted.
    pub quote: Option<Quote>,
}

/// A quoted part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The words.
    pub text: Text,
    /// Where they stand in the message, in UTF-16 code units.
    pub position: u32,
    /// Chosen by the sender, not by the server.
    pub manual: bool,
}

/// The first sender of a forwarded message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Who.
    pub sender: AccountId,
    /// When, in seconds.
    pub date: i64,
}

impl Message {
    /// Whether it exists for that side.
    pub fn visible_to(&self, side: Side) -> bool {
        side == Side::Bot || !self.more.as_ref().is_some_and(|more| more.hidden)
    }

    /// Its keyboard.
    pub fn markup(&self) -> Option<&Markup> {
        self.more.as_ref()?.markup.as_ref()
    }

    /// How its sender asked for its links to be previewed; see [`LinkPreview::resolve`].
    pub fn link_preview(&self) -> Option<&LinkPreview> {
        self.more.as_ref()?.link_preview.as_ref()
    }

    /// What it answers.
    pub fn reply(&self) -> Option<&Reply> {
        self.more.as_ref()?.reply.as_ref()
    }

    /// Where it was first sent.
    pub fn origin(&self) -> Option<Origin> {
        self.more.as_ref()?.forward
    }

    /// The client's number for it.
    pub fn random_id(&self) -> Option<i64> {
        self.more.as_ref()?.random_id
    }

    /// Whether it may not be forwarded or copied.
    pub fn is_protected(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.protected)
    }

    /// One side's reactions.
    pub fn reactions(&self, by: Side) -> &[Reaction] {
        self.more.as_ref().map_or(&[], |more| &more.reactions[by as usize])
    }

    /// The text as that side sees it; none for service messages.
    pub fn text(&self, side: Side) -> Option<Text> {
        match &self.content {
            Content::Text(text) => Some(text.clone()),
            Content::Start { shown, payload } if side == Side::Bot => {
                let text = format!("{} {payload}", shown.text);
                Some(Text { text: text.into(), entities: shown.entities.clone() })
            }
            Content::Start { shown, .. } => Some(shown.clone()),
            Content::Pinned(_) | Content::WriteAllowed(_) => None,
        }
    }

    /// People whom its text mentions by their ids.
    pub fn mentioned(&self) -> impl Iterator<Item = UserId> {
        let entities = match &self.content {
            Content::Text(text) | Content::Start { shown: text, .. } => &text.entities[..],
            Content::Pinned(_) | Content::WriteAllowed(_) => &[],
        };
        entities.iter().filter_map(|entity| match entity.kind {
            EntityKind::TextMention { user } => Some(user),
            _ => None,
        })
    }

    /// The account that sent it, in this dialog.
    pub fn sender(&self, dialog: crate::DialogId) -> AccountId {
        dialog.account(self.from)
    }

    pub(crate) fn more_mut(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}
