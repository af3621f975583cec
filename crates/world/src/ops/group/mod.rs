//! What accounts do to groups and channels, and to who is in them.

mod ban;
mod change;
mod create;
mod delete;
mod edit;
mod find;
mod invite;
mod join;
mod join_request;
mod promote;
mod restrict;
mod sender_chat;
mod start_bot;
mod topic;
mod upgrade;

pub use ban::{BanMember, UnbanMember};
pub use create::CreateGroup;
pub use delete::DeleteGroup;
pub use edit::{EditGroup, GroupEdit};
pub use find::FoundMember;
pub use invite::{CreateInviteLink, DeleteInviteLink, EditInviteLink, ExportInviteLink, RevokeInviteLink};
pub use join::{AddMembers, JoinBy, JoinGroup, Joined, LeaveGroup};
pub use join_request::{DecideJoinRequest, WithdrawJoinRequest};
pub use promote::{PromoteMember, SetCustomTitle};
pub use restrict::RestrictMember;
pub use sender_chat::BanSenderChat;
pub use start_bot::StartBotInGroup;
pub use topic::{CreateTopic, DeleteTopic, EditTopic};
pub use upgrade::UpgradeGroup;

use crate::event::GroupEvent;
use crate::ids::{ChatId, Timestamp};
use crate::state::World;

pub(crate) fn apply(world: &mut World, at: Timestamp, event: &GroupEvent) {
    match event {
        GroupEvent::Created { chat, group } => create::apply(world, *chat, group),
        GroupEvent::MemberChanged(change) => change::apply(world, at, change),
        GroupEvent::ProfileSet { chat, profile, .. } => edit::apply(world, *chat, profile),
        GroupEvent::Upgraded { from, to } => upgrade::apply(world, *from, *to),
        GroupEvent::Deleted { chat } => delete::apply(world, *chat),
        GroupEvent::LinkSet { chat, link } => invite::apply_set(world, *chat, link),
        GroupEvent::LinkDeleted { chat, hash } => invite::apply_deleted(world, *chat, hash),
        GroupEvent::JoinAsked { chat, .. }
        | GroupEvent::JoinClosed { chat, .. }
        | GroupEvent::TopicSet { chat, .. }
        | GroupEvent::TopicDeleted { chat, .. }
        | GroupEvent::ChatBanned { chat, .. } => apply_to_lists(world, *chat, event),
    }
}

/// What is only kept in a list of the group.
fn apply_to_lists(world: &mut World, chat: ChatId, event: &GroupEvent) {
    let Some(group) = world.group_mut(chat) else { return };
    match event {
        GroupEvent::JoinAsked { pending, .. } => drop(group.pending.insert(pending.account, pending.clone())),
        GroupEvent::JoinClosed { account, .. } => drop(group.pending.remove(account)),
        GroupEvent::TopicSet { topic, .. } => drop(group.topics.insert(topic.id, (**topic).clone())),
        GroupEvent::TopicDeleted { topic, .. } => drop(group.topics.remove(topic)),
        GroupEvent::ChatBanned { sender, is_banned: true, .. } => drop(group.banned_chats.insert(*sender)),
        GroupEvent::ChatBanned { sender, is_banned: false, .. } => drop(group.banned_chats.remove(sender)),
        _ => {}
    }
}
