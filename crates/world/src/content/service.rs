use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A press on Start with a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartPress {
    /// `/start`: what the user sees.
    pub shown: Text,
    /// What the bot gets after it.
    pub payload: Box<str>,
}

impl StartPress {
    pub(super) fn with_payload(&self) -> Text {
        let text = format!("{} {}", self.shown.text, self.payload);
        Text { text: text.into(), entities: self.shown.entities.clone() }
    }
}

/// How a user allowed a bot to write without writing to it first.
///
/// > messageActionBotAllowed: attach_menu, from_request, domain, app (core.telegram.org/constructor)
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteAccess {
    /// By logging in on the bot's website with "allow messages" switched on.
    Website { domain: String },
    /// By launching its mini app from a link; the app's short name.
    WebApp { name: String },
    /// By adding it to the attachment menu.
    AttachmentMenu,
    /// By agreeing when its mini app asked.
    Request,
}
