use parlor_world::Timestamp;
use parlor_world::dialog::{self, Contact, Dialog};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a person let a bot write without writing to it first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum WriteAccess {
    /// Logged in on the bot's website.
    Website { domain: String },
    /// Launched its mini app from a link.
    WebApp {
        /// The app's short name; the main app if absent.
        #[serde(default)]
        name: String,
    },
    /// Added it to the attachment menu.
    AttachmentMenu,
    /// Said yes when its mini app asked.
    Request,
    /// Asked to join a chat that the bot administers: good for five minutes, until somebody decides. Made by `/join`.
    JoinRequest { chat_id: i64, title: String, is_channel: bool },
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
    /// As the world has it; none for what is no permission of its own.
    pub(crate) fn world(self) -> Option<dialog::WriteAccess> {
        Some(match self {
            Self::Website { domain } => dialog::WriteAccess::Website { domain },
            Self::WebApp { name } => dialog::WriteAccess::WebApp { name },
            Self::AttachmentMenu => dialog::WriteAccess::AttachmentMenu,
            Self::Request => dialog::WriteAccess::Request,
            Self::JoinRequest { .. } => return None,
        })
    }

    /// What the top of the dialog says while the user has written nothing.
    pub(crate) fn of(dialog: &Dialog, now: Timestamp) -> Option<Self> {
        let join = dialog.join_request.as_ref().filter(|request| {
            // It stays there after the five minutes, once the bot has made use of it.
            dialog.contact == Contact::Seen
                && (request.is_open(now) || dialog.messages(parlor_world::Side::User).next().is_some())
        });
        let join = join.map(|request| Self::JoinRequest {
            chat_id: request.chat,
            title: request.title.clone(),
            is_channel: request.is_channel,
        });
        dialog.write_access().map(Self::from).or(join)
    }
}
