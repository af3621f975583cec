use crate::ids::{AccountId, ChannelId, GroupId};
use crate::serde_default::is_default;
use serde::{Deserialize, Serialize};

/// What a service message tells of a group or channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupChange {
    /// A basic group was made, with these members beside its owner.
    Created { title: Box<str>, members: Box<[AccountId]> },
    /// A supergroup or channel was made.
    ChannelCreated { title: Box<str> },
    /// The sender added these.
    MembersAdded(Box<[AccountId]>),
    /// The sender joined by an invite link of that administrator.
    JoinedByLink { creator: AccountId },
    /// The sender was let in after asking.
    JoinedByRequest,
    /// That account left, or the sender removed it.
    MemberRemoved(AccountId),
    /// The title is now this.
    TitleChanged(Box<str>),
    /// Messages vanish after so many seconds; 0 is never.
    AutoDeleteChanged(u32),
    /// A basic group became that supergroup: its last message.
    UpgradedTo(ChannelId),
    /// A supergroup was that basic group: its first message.
    UpgradedFrom { group: GroupId, title: Box<str> },
    /// A topic was made; its id is this message's.
    TopicCreated {
        name: Box<str>,
        icon_color: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        icon: Option<i64>,
    },
    /// A topic has another name, icon or state; what did not change is absent. An icon of 0 is none.
    TopicEdited(TopicEdit),
}

/// What changed about a topic.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TopicEdit {
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub icon: Option<i64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_closed: Option<bool>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub is_hidden: Option<bool>,
}

impl GroupChange {
    /// Whether a bot that did it gets the message as an update, unlike its other messages.
    ///
    /// The Bot API server keeps these from its list of own messages that are left out.
    pub fn is_told_to_author(&self) -> bool {
        matches!(
            self,
            Self::TitleChanged(_) | Self::MemberRemoved(_) | Self::TopicCreated { .. } | Self::TopicEdited(_)
        )
    }

    /// The accounts that it names beside its sender.
    pub fn accounts(&self) -> &[AccountId] {
        match self {
            Self::Created { members, .. } => members,
            Self::MembersAdded(members) => members,
            Self::MemberRemoved(account) | Self::JoinedByLink { creator: account } => {
                std::slice::from_ref(account)
            }
            _ => &[],
        }
    }
}
