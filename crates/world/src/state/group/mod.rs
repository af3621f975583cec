//! Groups and channels: what all their members share.

mod invite;
mod member;
mod rights;
mod topic;

pub use invite::{InviteLink, LinkOptions, PendingJoin};
pub(crate) use member::LEFT;
pub use member::{Administrator, Ban, Member, MemberChange, MemberStatus, Owner, Restriction};
pub use rights::{AdminRights, Permissions};
pub use topic::{GENERAL, ICON_COLORS, Topic};

pub use crate::ids::GroupKind;
use crate::ids::{AccountId, ChannelId, GroupId, MessageId};
use crate::serde_default::{is_default, is_false};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Members that a basic group has at most.
pub const MAX_GROUP_MEMBERS: u32 = 200;
/// Bots that a basic group or supergroup has at most.
pub const MAX_BOTS: usize = 20;
/// Administrators that a chat has at most, its owner included.
pub const MAX_ADMINISTRATORS: usize = 50;
/// Requests to join that wait at most.
pub const MAX_PENDING_JOINS: usize = 10_000;
/// Invite links that are kept of a chat, revoked ones included.
pub const MAX_INVITE_LINKS: usize = 1_000;
/// Topics that a forum has at most.
pub const MAX_TOPICS: usize = 10_000;

/// A group or channel. Who is in it is in the world's `members`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Which kind.
    pub kind: GroupKind,
    /// When it was made, in seconds since the epoch.
    pub created: i64,
    /// What administrators can change.
    pub profile: GroupProfile,
    /// How many are in it.
    pub member_count: u32,
    /// How often its members or profile changed: MTProto's `version` of a basic group.
    pub version: i32,
    /// Its owner and administrators.
    pub administrators: BTreeSet<AccountId>,
    /// The bots in it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub bots: BTreeSet<AccountId>,
    /// The bot that wrote last, or came last: a command without a username is for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_bot: Option<AccountId>,
    /// Invite links by their hashes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<Box<str>, InviteLink>,
    /// Who waits to be let in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<AccountId, PendingJoin>,
    /// The topics of a forum; General is there once it was changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub topics: BTreeMap<MessageId, Topic>,
    /// Chats that may not write here.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub banned_chats: BTreeSet<ChannelId>,
    /// The supergroup that this basic group became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgraded_to: Option<ChannelId>,
    /// The basic group that this supergroup was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upgraded_from: Option<GroupId>,
    /// Its owner deleted it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_deleted: bool,
}

/// What administrators can change about a group or channel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupProfile {
    /// 1 to 128 characters.
    pub title: Box<str>,
    /// Up to 255 characters.
    #[serde(default, skip_serializing_if = "is_default")]
    pub description: Box<str>,
    /// The username of a public chat, without `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Box<str>>,
    /// What members may do who are no administrators.
    #[serde(default, skip_serializing_if = "is_default")]
    pub permissions: Permissions,
    /// Seconds that members of a supergroup wait between two messages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub slow_mode: u32,
    /// Seconds after which messages vanish; 0 is never.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auto_delete: u32,
    /// A channel's discussion group, or a supergroup's channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked: Option<ChannelId>,
    /// The posts of a channel name their authors.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_signatures: bool,
    /// A supergroup with topics.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_forum: bool,
    /// Its messages can't be forwarded or saved.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_protected: bool,
    /// Only members may write in the discussion group.
    #[serde(default, skip_serializing_if = "is_false")]
    pub join_to_send: bool,
    /// Who wants to join a public supergroup asks.
    #[serde(default, skip_serializing_if = "is_false")]
    pub join_by_request: bool,
    /// Only administrators see who is in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_hidden_members: bool,
}

impl Group {
    /// A group with nobody in it.
    pub(crate) fn new(kind: GroupKind, title: &str, created: i64) -> Self {
        Self {
            kind,
            created,
            profile: GroupProfile { title: title.into(), ..GroupProfile::default() },
            member_count: 0,
            version: 0,
            administrators: BTreeSet::new(),
            bots: BTreeSet::new(),
            last_bot: None,
            links: BTreeMap::new(),
            pending: BTreeMap::new(),
            topics: BTreeMap::new(),
            banned_chats: BTreeSet::new(),
            upgraded_to: None,
            upgraded_from: None,
            is_deleted: false,
        }
    }

    /// Whether it is a channel, in which only administrators write.
    pub fn is_channel(&self) -> bool {
        self.kind == GroupKind::Channel
    }

    /// A topic of a forum; General is there before anybody changed it.
    pub fn topic(&self, id: MessageId) -> Option<Topic> {
        let general = || Topic {
            id: GENERAL,
            name: "General".into(),
            icon_color: ICON_COLORS[0],
            icon: None,
            creator: self.administrators.first().copied().unwrap_or(AccountId(0)),
            created: self.created,
            is_closed: false,
            is_hidden: false,
        };
        let kept = self.topics.get(&id).cloned();
        kept.or_else(|| (id == GENERAL).then(general))
    }

    /// The primary link of an administrator, if it has one.
    pub fn primary_link(&self, of: AccountId) -> Option<&InviteLink> {
        self.links.values().find(|link| link.is_primary && !link.is_revoked && link.creator == of)
    }

    /// How many wait who asked by that link.
    pub fn pending_by(&self, hash: &str) -> usize {
        self.pending.values().filter(|pending| pending.link.as_deref() == Some(hash)).count()
    }
}
