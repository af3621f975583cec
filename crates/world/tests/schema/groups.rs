//! Exemplars of groups and channels.

use super::{BOT, USER};
use parlor_world::content::{GroupChange, TopicEdit};
use parlor_world::event::GroupEvent;
use parlor_world::state::group::{
    AdminRights, Administrator, Ban, Group, GroupKind, GroupProfile, InviteLink, LinkOptions, MemberChange,
    MemberStatus, Owner, PendingJoin, Permissions, Restriction, Topic,
};
use parlor_world::{AccountId, ChannelId, ChatId, GroupId, MessageId, MessageIds};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHANNEL: ChatId = ChatId::Channel(ChannelId(1_234_567_890));
pub(super) const GROUP: ChatId = ChatId::Group(GroupId(4_123_456_789));
const FRIEND: AccountId = AccountId(1_000_002);
const DATE: i64 = 1_790_000_000;

pub(super) fn link() -> InviteLink {
    InviteLink {
        hash: "AbCdEfGhIjKlMnOp".into(),
        creator: FRIEND,
        created: DATE,
        is_primary: true,
        is_revoked: true,
        options: LinkOptions {
            name: "for neighbours".into(),
            expires: Some(DATE + 60),
            limit: Some(10),
            needs_approval: true,
            subscription: Some((2_592_000, 100)),
        },
        used: 3,
    }
}

fn statuses() -> Vec<MemberStatus> {
    let title = Some("chief".into());
    let rights = AdminRights::all();
    let administrator = Administrator { rights, promoted_by: FRIEND, title: title.clone() };
    let permissions = Permissions::all().difference(Permissions::SEND_MESSAGES);
    let restriction = Restriction { permissions, is_member: true, by: FRIEND, until: Some(DATE + 60) };
    exemplars! {
        MemberStatus::Owner(_) => MemberStatus::Owner(Owner { title, is_anonymous: true }),
        MemberStatus::Administrator(_) => MemberStatus::Administrator(Box::new(administrator)),
        MemberStatus::Member => MemberStatus::Member,
        MemberStatus::Restricted(_) => MemberStatus::Restricted(restriction),
        MemberStatus::Left => MemberStatus::Left,
        MemberStatus::Banned(_) => MemberStatus::Banned(Ban { by: FRIEND, until: Some(DATE + 60) }),
    }
}

pub(super) fn member_change() -> MemberChange {
    MemberChange {
        chat: CHANNEL,
        by: FRIEND,
        account: BOT,
        old: MemberStatus::Left,
        new: MemberStatus::Member,
        link: Some(Box::new(link())),
        is_by_request: true,
    }
}

fn profile() -> GroupProfile {
    GroupProfile {
        title: "Gardeners".into(),
        description: "About plants".into(),
        username: Some("gardeners".into()),
        permissions: Permissions::SEND_MESSAGES,
        slow_mode: 30,
        auto_delete: 86_400,
        linked: Some(ChannelId(1_234_567_891)),
        has_signatures: true,
        is_forum: true,
        is_protected: true,
        join_to_send: true,
        join_by_request: true,
        has_hidden_members: true,
    }
}

fn topic() -> Topic {
    Topic {
        id: MessageId(5),
        name: "Roses".into(),
        icon_color: 7_322_096,
        icon: Some(5_368_324_170_671_202_286),
        creator: USER,
        created: DATE,
        is_closed: true,
        is_hidden: true,
    }
}

fn pending() -> PendingJoin {
    PendingJoin { account: USER, date: DATE, link: Some(link().hash) }
}

fn group() -> Group {
    Group {
        kind: GroupKind::Supergroup,
        created: DATE,
        profile: profile(),
        member_count: 3,
        version: 4,
        administrators: BTreeSet::from([FRIEND]),
        bots: BTreeSet::from([BOT]),
        last_bot: Some(BOT),
        links: BTreeMap::from([(link().hash, link())]),
        pending: BTreeMap::from([(USER, pending())]),
        topics: BTreeMap::from([(topic().id, topic())]),
        banned_chats: BTreeSet::from([ChannelId(9)]),
        upgraded_to: Some(ChannelId(1_234_567_892)),
        upgraded_from: Some(GroupId(4_123_456_789)),
        is_deleted: true,
    }
}

pub(super) fn groups() -> Vec<GroupEvent> {
    let (chat, by, hash) = (CHANNEL, FRIEND, link().hash);
    exemplars! {
        GroupEvent::Created { .. } => GroupEvent::Created { chat, group: Box::new(group()) },
        GroupEvent::MemberChanged(_) => GroupEvent::MemberChanged(Box::new(member_change())),
        GroupEvent::ProfileSet { .. } => GroupEvent::ProfileSet { chat, by, profile: Box::new(profile()) },
        GroupEvent::LinkSet { .. } => GroupEvent::LinkSet { chat, link: Box::new(link()) },
        GroupEvent::LinkDeleted { .. } => GroupEvent::LinkDeleted { chat, hash },
        GroupEvent::JoinAsked { .. } => GroupEvent::JoinAsked { chat, pending: pending() },
        GroupEvent::JoinClosed { .. } => GroupEvent::JoinClosed { chat, account: USER, approved: true },
        GroupEvent::TopicSet { .. } => GroupEvent::TopicSet { chat, topic: Box::new(topic()) },
        GroupEvent::TopicDeleted { .. } => GroupEvent::TopicDeleted { chat, topic: MessageId(5) },
        GroupEvent::ChatBanned { .. } => {
            GroupEvent::ChatBanned { chat, sender: ChannelId(9), is_banned: true }
        },
        GroupEvent::Upgraded { .. } => {
            GroupEvent::Upgraded { from: GroupId(4_123_456_789), to: ChannelId(1_234_567_892) }
        },
        GroupEvent::Deleted { .. } => GroupEvent::Deleted { chat },
    }
}

fn changes() -> Vec<GroupChange> {
    let title: Box<str> = "Gardeners".into();
    let edit =
        TopicEdit { name: Some("Roses".into()), icon: Some(1), is_closed: Some(true), is_hidden: Some(true) };
    exemplars! {
        GroupChange::Created { .. } => GroupChange::Created { title: title.clone(), members: [USER].into() },
        GroupChange::ChannelCreated { .. } => GroupChange::ChannelCreated { title: title.clone() },
        GroupChange::MembersAdded(_) => GroupChange::MembersAdded([USER].into()),
        GroupChange::JoinedByLink { .. } => GroupChange::JoinedByLink { creator: FRIEND },
        GroupChange::JoinedByRequest => GroupChange::JoinedByRequest,
        GroupChange::MemberRemoved(_) => GroupChange::MemberRemoved(USER),
        GroupChange::TitleChanged(_) => GroupChange::TitleChanged(title.clone()),
        GroupChange::AutoDeleteChanged(_) => GroupChange::AutoDeleteChanged(86_400),
        GroupChange::UpgradedTo(_) => GroupChange::UpgradedTo(ChannelId(1_234_567_892)),
        GroupChange::UpgradedFrom { .. } => GroupChange::UpgradedFrom { group: GroupId(4_123_456_789), title },
        GroupChange::TopicCreated { .. } => {
            GroupChange::TopicCreated { name: "Roses".into(), icon_color: 7_322_096, icon: Some(1) }
        },
        GroupChange::TopicEdited(_) => GroupChange::TopicEdited(edit),
    }
}

/// Enums inside of groups, and the ids of messages in each kind of chat.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct InGroups {
    statuses: Vec<MemberStatus>,
    kinds: Vec<GroupKind>,
    changes: Vec<GroupChange>,
    chats: Vec<ChatId>,
    ids: Vec<MessageIds>,
    no_rights: (AdminRights, Permissions),
}

pub(super) fn in_groups() -> InGroups {
    let ids = [(USER, MessageId(3)), (BOT, MessageId(4))];
    InGroups {
        statuses: statuses(),
        kinds: exemplars! {
            GroupKind::Basic => GroupKind::Basic,
            GroupKind::Supergroup => GroupKind::Supergroup,
            GroupKind::Channel => GroupKind::Channel,
        },
        changes: changes(),
        chats: exemplars! {
            ChatId::Private(..) => ChatId::Private(USER, BOT),
            ChatId::Group(_) => GROUP,
            ChatId::Channel(_) => CHANNEL,
        },
        ids: exemplars! {
            MessageIds::Private(..) => MessageIds::Private(MessageId(3), MessageId(4)),
            MessageIds::Group(_) => MessageIds::Group(ids.into()),
            MessageIds::Channel(_) => MessageIds::Channel(MessageId(5)),
        },
        no_rights: (AdminRights::empty(), Permissions::empty()),
    }
}
