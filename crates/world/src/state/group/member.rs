use super::invite::InviteLink;
use super::rights::{AdminRights, Permissions};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::serde_default::{is_default, is_false};
use serde::{Deserialize, Serialize};

/// A member of a group or channel, or who is banned from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// What it is there.
    pub status: MemberStatus,
    /// When it came, in seconds since the epoch.
    pub joined: i64,
    /// Who added it; `None` if it joined by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_by: Option<AccountId>,
    /// It is a bot that had privacy mode switched off when it came.
    ///
    /// > a change of the mode takes effect when the bot is added again (core.telegram.org/bots/features)
    #[serde(default, skip_serializing_if = "is_false")]
    pub reads_all: bool,
    /// In a supergroup or channel: the position in its log at which the account came. Earlier entries are not pushed to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub entered: i64,
}

/// What an account is in a group or channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Made the chat, or was given it.
    Owner(Owner),
    /// Has rights that others lack.
    Administrator(Box<Administrator>),
    /// As most.
    Member,
    /// May do less than others; supergroups only.
    Restricted(Restriction),
    /// Not there.
    Left,
    /// Must not come back.
    Banned(Ban),
}

/// The owner's own settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owner {
    /// Shown instead of "owner".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Box<str>>,
    /// Writes in the name of the group.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_anonymous: bool,
}

/// An administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrator {
    /// What it may do.
    pub rights: AdminRights,
    /// Who made it one: only that administrator and the owner may change it.
    pub promoted_by: AccountId,
    /// Shown instead of "admin".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Box<str>>,
}

/// What a member is restricted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// What it may do, if all members may.
    pub permissions: Permissions,
    /// Whether it is there, or left and stays restricted.
    pub is_member: bool,
    /// Who restricted it.
    pub by: AccountId,
    /// Until when, in seconds since the epoch; `None` is for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// Who was banned, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Who banned it.
    pub by: AccountId,
    /// Until when, in seconds since the epoch; `None` is for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// A change of what an account is in a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberChange {
    /// Where.
    pub chat: ChatId,
    /// Who did it; the account itself when it joins or leaves.
    pub by: AccountId,
    /// Whose.
    pub account: AccountId,
    /// What it was.
    pub old: MemberStatus,
    /// What it is from now on.
    pub new: MemberStatus,
    /// The invite link by which it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Box<InviteLink>>,
    /// An administrator approved its request to join.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_by_request: bool,
}

/// Not there: what everybody is who has no entry.
pub(crate) static LEFT: MemberStatus = MemberStatus::Left;
static MEMBER: MemberStatus = MemberStatus::Member;

impl MemberStatus {
    /// What is left of it at that time: bans and restrictions end.
    pub fn at(&self, now: Timestamp) -> &Self {
        let is_over = |until: Option<i64>| until.is_some_and(|until| until <= now.date());
        match self {
            Self::Banned(ban) if is_over(ban.until) => &LEFT,
            Self::Restricted(restriction) if is_over(restriction.until) => match restriction.is_member {
                true => &MEMBER,
                false => &LEFT,
            },
            status => status,
        }
    }

    /// Whether it is in the chat.
    pub fn is_present(&self) -> bool {
        match self {
            Self::Owner(_) | Self::Administrator(_) | Self::Member => true,
            Self::Restricted(restriction) => restriction.is_member,
            Self::Left | Self::Banned(_) => false,
        }
    }

    /// Whether it is the owner or an administrator.
    pub fn is_administrator(&self) -> bool {
        matches!(self, Self::Owner(_) | Self::Administrator(_))
    }

    /// The rights of an administrator; none for others.
    pub fn rights(&self) -> AdminRights {
        match self {
            Self::Owner(owner) if owner.is_anonymous => AdminRights::all(),
            Self::Owner(_) => AdminRights::all().difference(AdminRights::ANONYMOUS),
            Self::Administrator(administrator) => administrator.rights,
            _ => AdminRights::empty(),
        }
    }

    /// The title of an administrator.
    pub fn title(&self) -> Option<&str> {
        match self {
            Self::Owner(owner) => owner.title.as_deref(),
            Self::Administrator(administrator) => administrator.title.as_deref(),
            _ => None,
        }
    }

    /// What a member may do where all may do `all`; administrators may do everything of it.
    pub fn permissions(&self, all: Permissions) -> Permissions {
        match self {
            Self::Owner(_) | Self::Administrator(_) => Permissions::all(),
            Self::Member => all,
            Self::Restricted(restriction) => restriction.permissions.intersection(all),
            Self::Left | Self::Banned(_) => Permissions::empty(),
        }
    }
}
