//! Update logs: every account has one, numbered in the same step as the event it tells of. Long polling,
//! webhooks, the control API's event stream are readers of it.

mod allowed;
mod confirm;
mod log;
mod webhook;

pub(crate) use allowed::apply_allowed;
pub use allowed::{AllowUpdates, AllowedUpdates, UpdateKind};
pub use confirm::{Confirm, Delivered};
pub(crate) use confirm::{apply_confirmed, apply_delivered};
pub use log::{Entry, Log, RETENTION_SECONDS, Weight};
pub(crate) use webhook::apply_webhook;
pub use webhook::{SetWebhook, Webhook, WebhookChange};

use crate::account::UserProfile;
use crate::callback::Answer;
use crate::chat_action::ChatAction;
use crate::dialog::JoinRequest;
use crate::message::{Message, Reaction};
use crate::shared::Shared;
use crate::{CallbackId, DialogId, MessageId, Side, Timestamp, World};
use serde::{Deserialize, Serialize};

/// One thing that an account is told.
///
/// Messages are kept as they were at that moment: a later edit is an update of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Update {
    /// A message arrived, from either side.
    Message { dialog: DialogId, message: Shared<Message> },
    /// A message was edited.
    Edited { dialog: DialogId, message: Shared<Message> },
    /// Messages are gone; ids of the reader's own side.
    Deleted { dialog: DialogId, messages: Vec<MessageId> },
    /// A message was pinned or unpinned; id of the reader's own side.
    Pinned { dialog: DialogId, message: MessageId, pinned: bool },
    /// Reactions of one side changed; id of the reader's own side.
    Reactions { dialog: DialogId, message: MessageId, by: Side, old: Box<[Reaction]>, new: Box<[Reaction]> },
    /// The user blocked or unblocked the bot: the Bot API's `my_chat_member`, MTProto's `updateBotStopped`.
    Blocked { dialog: DialogId, blocked: bool },
    /// The user asked to join a chat that the bot administers.
    JoinRequested { dialog: DialogId, request: Box<JoinRequest> },
    /// A user pressed a button with callback data; `message` is as it was, none when it is gone.
    Callback {
        id: CallbackId,
        dialog: DialogId,
        message_id: MessageId,
        message: Option<Shared<Message>>,
        data: Box<str>,
    },
    /// The bot answered a press.
    CallbackAnswered { id: CallbackId, dialog: DialogId, answer: Box<Answer> },
    /// A side read up to a message; id of the reader's own side.
    Read { dialog: DialogId, by: Side, up_to: MessageId },
    /// "typing…", or its end. Only ever sent on, never kept.
    ChatAction { dialog: DialogId, by: Side, action: Option<ChatAction> },
}

impl Update {
    /// The dialog it happened in.
    pub fn dialog(&self) -> DialogId {
        match self {
            Self::Message { dialog, .. }
            | Self::Edited { dialog, .. }
            | Self::Deleted { dialog, .. }
            | Self::Pinned { dialog, .. }
            | Self::Reactions { dialog, .. }
            | Self::Blocked { dialog, .. }
            | Self::JoinRequested { dialog, .. }
            | Self::Callback { dialog, .. }
            | Self::CallbackAnswered { dialog, .. }
            | Self::Read { dialog, .. }
            | Self::ChatAction { dialog, .. } => *dialog,
        }
    }

    /// What the Bot API calls it; none for what it never tells.
    pub fn kind(&self) -> Option<UpdateKind> {
        match self {
            Self::Message { .. } => Some(UpdateKind::Message),
            Self::Edited { .. } => Some(UpdateKind::EditedMessage),
            Self::Reactions { .. } => Some(UpdateKind::MessageReaction),
            Self::Blocked { .. } => Some(UpdateKind::MyChatMember),
            Self::JoinRequested { .. } => Some(UpdateKind::ChatJoinRequest),
            Self::Callback { .. } => Some(UpdateKind::CallbackQuery),
            Self::Deleted { .. }
            | Self::Pinned { .. }
            | Self::CallbackAnswered { .. }
            | Self::Read { .. }
            | Self::ChatAction { .. } => None,
        }
    }

    /// How far it moves MTProto's counters in the log of that side.
    ///
    /// > Each event related to a message box is identified by a unique autoincremented pts. […] The pts_count is the
    /// > number of events. (core.telegram.org/api/updates)
    fn weight(&self, side: Side) -> Weight {
        match (self, side) {
            (Self::Message { .. } | Self::Edited { .. } | Self::Pinned { .. } | Self::Read { .. }, _) => {
                Weight { pts: 1, qts: 0 }
            }
            (Self::Deleted { messages, .. }, _) => {
                Weight { pts: i32::try_from(messages.len()).unwrap_or(i32::MAX), qts: 0 }
            }
            (
                Self::Blocked { .. } | Self::JoinRequested { .. } | Self::Reactions { by: Side::User, .. },
                Side::Bot,
            ) => Weight { pts: 0, qts: 1 },
            _ => Weight::default(),
        }
    }
}

impl World {
    /// Tells the user's apps.
    pub(crate) fn tell_user(&mut self, at: Timestamp, update: Update) {
        if let Some(user) = self.users.get_mut(&update.dialog().user) {
            let weight = update.weight(Side::User);
            user.log.push(at, update, None, weight);
        }
    }

    /// Tells the bot's programs that use MTProto: everything, what the bot did itself too.
    pub(crate) fn tell_bot_apps(&mut self, at: Timestamp, update: Update) {
        if let Some(log) = self.bots.get_mut(&update.dialog().bot).and_then(|bot| bot.log.as_mut()) {
            let weight = update.weight(Side::Bot);
            log.push(at, update, None, weight);
        }
    }

    /// Tells the bot: over MTProto always, over the Bot API if the update is of a kind it asked for. The profile is the
    /// user's of this moment.
    pub(crate) fn tell_bot(&mut self, at: Timestamp, update: Update) {
        self.tell_bot_apps(at, update.clone());
        let dialog = update.dialog();
        let profile: Option<Shared<UserProfile>> =
            self.users.get(&dialog.user).map(|user| user.profile.clone());
        let Some(bot) = self.bots.get_mut(&dialog.bot) else { return };
        // BotFather hears at once.
        if !bot.is_alive() || bot.id == crate::bot_father::ID {
            return;
        }
        if update.kind().is_some_and(|kind| bot.allowed_updates.contains(kind)) {
            bot.queue.push(at, update, profile, Weight::default());
        }
    }
}
