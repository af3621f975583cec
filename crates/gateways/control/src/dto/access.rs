use super::described;
use parlor_wire_bot_api::objects;
use parlor_world::content;
use parlor_world::state::chat::Chat;
use parlor_world::{DialogView, Timestamp, World};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A way in which a user allows a bot to write first.
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

impl From<NewWriteAccess> for content::WriteAccess {
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
    /// The user asked to join a chat that the bot administers; valid for five minutes, or until the bot decides.
    JoinRequest {
        #[schema(value_type = described::Chat)]
        chat: objects::Chat,
        /// When, in Unix seconds.
        date: i64,
    },
}

impl From<&content::WriteAccess> for WriteAccess {
    fn from(own: &content::WriteAccess) -> Self {
        match own {
            content::WriteAccess::Website { domain } => Self::Website { domain: domain.clone() },
            content::WriteAccess::WebApp { name } => Self::WebApp { name: name.clone() },
            content::WriteAccess::AttachmentMenu => Self::AttachmentMenu,
            content::WriteAccess::Request => Self::Request,
        }
    }
}

impl WriteAccess {
    /// Returns the reason that the dialog shows while the user has not written yet.
    pub(crate) fn of(
        world: &World,
        chat: &Chat,
        dialog: Option<DialogView<'_>>,
        now: Timestamp,
    ) -> Option<Self> {
        let private = chat.private()?;
        let has_messages = dialog.is_some_and(|dialog| dialog.last_message().is_some());
        // A request stays there after its five minutes, once the bot has made use of it.
        let is_shown = |open| !private.is_started && (open || has_messages);
        let join = private.join_request.as_ref().filter(|request| is_shown(request.is_open(now)));
        let join = join.map(|request| Self::JoinRequest {
            chat: parlor_view::group_chat(world, request.chat),
            date: request.at.date(),
        });
        dialog.and_then(|dialog| dialog.write_access()).map(Self::from).or(join)
    }
}
