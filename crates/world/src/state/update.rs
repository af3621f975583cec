//! What accounts are told.

use super::chat::JoinRequest;
use super::dialog::ChatAction;
use super::group::MemberChange;
use super::message::Reaction;
use super::query::QueryAnswer;
use super::update_queue::UpdateKind;
use crate::ids::{AccountId, ChatId, MessageId, MessageKey, MessageVersion, QueryId};
use serde::{Deserialize, Serialize};

/// One thing that an account is told. Message ids are those of the account that is told.
///
/// Messages are referred to as they were at that moment: a later edit is an update of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// A message was sent, by this account or another.
    Message(MessageVersion),
    /// A message was edited.
    MessageEdited(MessageVersion),
    /// Messages are gone.
    MessagesDeleted { chat: ChatId, messages: Vec<MessageId> },
    /// A message was pinned or unpinned.
    MessagePinned { chat: ChatId, message: MessageId, is_pinned: bool },
    /// The reactions of one account to a message changed.
    ReactionsChanged {
        message: MessageKey,
        id: MessageId,
        chat: ChatId,
        by: AccountId,
        old: Box<[Reaction]>,
        new: Box<[Reaction]>,
    },
    /// An account blocked or unblocked the other one: the Bot API's `my_chat_member`, MTProto's `updateBotStopped`.
    BlockChanged { chat: ChatId, by: AccountId, is_blocked: bool },
    /// A user asked to join a chat that the bot administers; `chat` is the private chat of the two.
    JoinRequested { chat: ChatId, request: Box<JoinRequest> },
    /// A user pressed a button with callback data. `message` is as it was; `None` if it is gone.
    ButtonPressed {
        query: QueryId,
        chat: ChatId,
        by: AccountId,
        message_id: MessageId,
        message: Option<MessageVersion>,
        data: Box<str>,
    },
    /// The bot answered a query.
    QueryAnswered { query: QueryId, chat: ChatId, answer: Box<QueryAnswer> },
    /// An account read up to a message.
    Read { chat: ChatId, by: AccountId, up_to: MessageId },
    /// What an account is in a group or channel changed.
    MemberChanged(Box<MemberChange>),
    /// Something about a group or channel changed that its members' apps show: they ask again.
    GroupChanged { chat: ChatId },
}

impl Update {
    /// The kind of update of the Bot API that tells `reader` of it; `None` if none does. Messages of channels are posts.
    pub(crate) fn kind(&self, reader: AccountId, is_in_channel: bool) -> Option<UpdateKind> {
        match self {
            Self::Message(_) if is_in_channel => Some(UpdateKind::ChannelPost),
            Self::Message(_) => Some(UpdateKind::Message),
            Self::MessageEdited(_) if is_in_channel => Some(UpdateKind::EditedChannelPost),
            Self::MessageEdited(_) => Some(UpdateKind::EditedMessage),
            Self::ReactionsChanged { .. } => Some(UpdateKind::MessageReaction),
            Self::BlockChanged { .. } => Some(UpdateKind::MyChatMember),
            Self::MemberChanged(change) if change.account == reader => Some(UpdateKind::MyChatMember),
            Self::MemberChanged(_) => Some(UpdateKind::ChatMember),
            Self::JoinRequested { .. } => Some(UpdateKind::ChatJoinRequest),
            Self::ButtonPressed { .. } => Some(UpdateKind::CallbackQuery),
            Self::MessagesDeleted { .. }
            | Self::MessagePinned { .. }
            | Self::QueryAnswered { .. }
            | Self::GroupChanged { .. }
            | Self::Read { .. } => None,
        }
    }
}

/// "typing…", or its end (`None`): sent on while it happens, never stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ActionShown {
    /// Where.
    pub chat: ChatId,
    /// Who shows it; the other members see it.
    pub by: AccountId,
    /// What.
    pub action: Option<ChatAction>,
}

impl ActionShown {
    /// Whether an account may see it, as far as the chat's id says: who is in a group, the world knows
    /// ([`super::World::takes_part`]).
    pub fn may_be_shown_to(&self, account: AccountId) -> bool {
        self.by != account && (!self.chat.is_private() || self.chat.pair().any(|member| member == account))
    }
}
