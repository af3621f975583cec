use super::described;
use parlor_wire_bot_api::objects;
use parlor_world::Timestamp;
use parlor_world::dialog::{self, Contact, Dialog};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A way in which a user lets a bot write first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum NewWriteAccess {
    /// The user logs in on the bot's website.
    Website { domain: String },
    /// The user launches its mini app from a link.
    WebApp {
        /// The app's short name; the main app if absent.
        #[serde(default)]
        name: String,
    },
    /// The user adds it to the attachment menu.
    AttachmentMenu,
    /// The user agrees when its mini app asks.
    Request,
}

impl From<NewWriteAccess> for dialog::WriteAccess {
    fn from(new: NewWriteAccess) -> Self {
        match new {
            NewWriteAccess::Website { domain } => Self::Website { domain },
            NewWriteAccess::WebApp { name } => Self::WebApp { name },
            NewWriteAccess::AttachmentMenu => Self::AttachmentMenu,
            NewWriteAccess::Request => Self::Request,
        }
    }
}

/// Why a bot may write to a user who has not written to it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum WriteAccess {
    /// The user logged in on the bot's website.
    Website { domain: String },
    /// The user launched its mini app from a link.
    WebApp {
        /// The app's short name; empty for the main app.
        name: String,
    },
    /// The user added it to the attachment menu.
    AttachmentMenu,
    /// The user agreed when its mini app asked.
    Request,
    /// The user asked to join a chat that the bot administers: good for five minutes, until the bot decides.
    JoinRequest {
        #[schema(value_type = described::Chat)]
        chat: objects::Chat,
    },
}

impl From<&dialog::WriteAccess> for WriteAccess {
    fn from(own: &dialog::WriteAccess) -> Self {
        match own {
            dialog::WriteAccess::Website { domain } => Self::Website { domain: domain.clone() },
            dialog::WriteAccess::WebApp { name } => Self::WebApp { name: name.clone() },
            dialog::WriteAccess::AttachmentMenu => Self::AttachmentMenu,
            dialog::WriteAccess::Request => Self::Request,
        }
    }
}

impl WriteAccess {
    /// What the top of the dialog says while the user has written nothing.
    pub(crate) fn of(dialog: &Dialog, now: Timestamp) -> Option<Self> {
        let join = dialog.join_request.as_ref().filter(|request| {
            // It stays there after the five minutes, once the bot has made use of it.
            dialog.contact == Contact::Seen
                && (request.is_open(now) || dialog.messages(parlor_world::Side::User).next().is_some())
        });
        let join = join.map(|request| Self::JoinRequest { chat: parlor_view::requested_chat(request) });
        dialog.write_access().map(Self::from).or(join)
    }
}
