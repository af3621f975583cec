use crate::ids::{AccountId, ChannelId, ChatId, GroupId, MessageId};
use crate::state::group::{Group, GroupProfile, InviteLink, MemberChange, PendingJoin, Topic};
use serde::{Deserialize, Serialize};

/// What happens to groups and channels, their members and invite links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupEvent {
    /// A group or channel was made; nobody is in it yet.
    Created { chat: ChatId, group: Box<Group> },
    /// What an account is there changed.
    MemberChanged(Box<MemberChange>),
    /// Its profile is now this.
    ProfileSet { chat: ChatId, by: AccountId, profile: Box<GroupProfile> },
    /// An invite link is new, or has changed.
    LinkSet { chat: ChatId, link: Box<InviteLink> },
    /// A revoked invite link was deleted.
    LinkDeleted { chat: ChatId, hash: Box<str> },
    /// An account asks to join.
    JoinAsked { chat: ChatId, pending: PendingJoin },
    /// Its request was approved, declined or withdrawn.
    JoinClosed { chat: ChatId, account: AccountId, approved: bool },
    /// A topic is new, or has changed.
    TopicSet { chat: ChatId, topic: Box<Topic> },
    /// A topic was deleted; its messages are deleted by events of their own.
    TopicDeleted { chat: ChatId, topic: MessageId },
    /// A chat may no longer write here, or may again.
    ChatBanned { chat: ChatId, sender: ChannelId, is_banned: bool },
    /// A basic group became a supergroup.
    Upgraded { from: GroupId, to: ChannelId },
    /// The owner deleted it.
    Deleted { chat: ChatId },
}

impl GroupEvent {
    /// The chat, if a list of groups and channels shows it differently from now on.
    pub(crate) fn chat_shown_anew(&self) -> Option<ChatId> {
        match self {
            Self::Created { chat, .. } | Self::ProfileSet { chat, .. } | Self::Deleted { chat } => {
                Some(*chat)
            }
            Self::MemberChanged(change) => Some(change.chat),
            Self::Upgraded { from, .. } => Some(ChatId::Group(*from)),
            Self::LinkSet { .. }
            | Self::LinkDeleted { .. }
            | Self::JoinAsked { .. }
            | Self::JoinClosed { .. }
            | Self::TopicSet { .. }
            | Self::TopicDeleted { .. }
            | Self::ChatBanned { .. } => None,
        }
    }
}
