//! What a message says: one module per kind.
//!
//! A new kind is a variant of [`Content`] with its module here, and the `match`es that then do not compile.

mod link_preview;
mod service;
mod text;

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
}

impl Content {
    /// A text without hints about its link preview.
    pub fn text(text: Text) -> Self {
        Self::Text(TextContent { text, link_preview: None })
    }

    /// Whether it tells of something that happened, instead of saying something.
    pub fn is_service(&self) -> bool {
        matches!(self, Self::MessagePinned(_) | Self::WriteAllowed(_))
    }

    /// The text as one account sees it: the sender of `/start` does not see the payload. `None` for service messages.
    pub fn text_for(&self, is_sender: bool) -> Option<Text> {
        match self {
            Self::Text(content) => Some(content.text.clone()),
            Self::Start(press) if is_sender => Some(press.shown.clone()),
            Self::Start(press) => Some(press.with_payload()),
            Self::MessagePinned(_) | Self::WriteAllowed(_) => None,
        }
    }

    /// How its sender asked for its links to be previewed; see [`LinkPreview::resolve`].
    pub fn link_preview(&self) -> Option<&LinkPreview> {
        match self {
            Self::Text(content) => content.link_preview.as_ref(),
            Self::Start(_) | Self::MessagePinned(_) | Self::WriteAllowed(_) => None,
        }
    }

    /// Accounts that its text mentions by their ids.
    pub fn mentioned(&self) -> impl Iterator<Item = AccountId> {
        self.entities().iter().filter_map(|entity| match entity.kind {
            EntityKind::TextMention { user } => Some(user),
            _ => None,
        })
    }

    fn entities(&self) -> &[Entity] {
        match self {
            Self::Text(content) => &content.text.entities,
            Self::Start(press) => &press.shown.entities,
            Self::MessagePinned(_) | Self::WriteAllowed(_) => &[],
        }
    }
}
