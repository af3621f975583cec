//! What a message says: one module per kind.
//!
//! A new kind is a variant of [`Content`] with its module here, and the `match`es that then do not compile.

mod group_change;
mod link_preview;
mod service;
mod text;

pub use group_change::{GroupChange, TopicEdit};
pub use link_preview::LinkPreview;
pub use service::{StartPress, WriteAccess};
pub use text::TextContent;

use crate::ids::{AccountId, MessageRef};
use crate::text::{Entity, EntityKind, Text};
use serde::{Deserialize, Serialize};

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A text.
    Text(TextContent),
    /// A press on Start with the payload of a deep link. The user sees `/start`, the bot gets `/start PAYLOAD`.
    Start(StartPress),
    /// Service message: a message was pinned.
    MessagePinned(MessageRef),
    /// Service message: the user allowed the bot to write.
    WriteAllowed(WriteAccess),
    /// Service message: a group or channel was made, or changed.
    GroupChanged(GroupChange),
}

impl Content {
    /// A text without hints about its link preview.
    pub fn text(text: Text) -> Self {
        Self::Text(TextContent { text, link_preview: None })
    }

    /// Whether it tells of something that happened, instead of saying something.
    pub fn is_service(&self) -> bool {
        matches!(self, Self::MessagePinned(_) | Self::WriteAllowed(_) | Self::GroupChanged(_))
    }

    /// Whether a bot that sent it gets it as an update, unlike its other messages.
    pub fn is_told_to_author(&self) -> bool {
        match self {
            Self::MessagePinned(_) => true,
            Self::GroupChanged(change) => change.is_told_to_author(),
            Self::Text(_) | Self::Start(_) | Self::WriteAllowed(_) => false,
        }
    }

    /// The text as one account sees it: the sender of `/start` does not see the payload. `None` for service messages.
    pub fn text_for(&self, hides_payload: bool) -> Option<Text> {
        match self {
            Self::Text(content) => Some(content.text.clone()),
            Self::Start(press) if hides_payload => Some(press.shown.clone()),
            Self::Start(press) => Some(press.with_payload()),
            Self::MessagePinned(_) | Self::WriteAllowed(_) | Self::GroupChanged(_) => None,
        }
    }

    /// How its sender asked for its links to be previewed; see [`LinkPreview::resolve`].
    pub fn link_preview(&self) -> Option<&LinkPreview> {
        match self {
            Self::Text(content) => content.link_preview.as_ref(),
            Self::Start(_) | Self::MessagePinned(_) | Self::WriteAllowed(_) | Self::GroupChanged(_) => None,
        }
    }

    /// Accounts that its text mentions by their ids, or that it tells of.
    pub fn mentioned(&self) -> impl Iterator<Item = AccountId> {
        let told: &[AccountId] = match self {
            Self::GroupChanged(change) => change.accounts(),
            _ => &[],
        };
        let mentions = self.entities().iter().filter_map(|entity| match entity.kind {
            EntityKind::TextMention { user } => Some(user),
            _ => None,
        });
        mentions.chain(told.iter().copied())
    }

    fn entities(&self) -> &[Entity] {
        match self {
            Self::Text(content) => &content.text.entities,
            Self::Start(press) => &press.shown.entities,
            Self::MessagePinned(_) | Self::WriteAllowed(_) | Self::GroupChanged(_) => &[],
        }
    }
}
