use crate::content::{Content, GroupChange};
use crate::event::{Event, GroupEvent};
use crate::ids::{AccountId, ChannelId, ChatId, GroupId, GroupKind, Timestamp};
use crate::ops::message::Draft;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{Group, MemberStatus};

/// The owner makes a supergroup of a basic group. Its members and administrators come along; its messages stay behind.
pub struct UpgradeGroup {
    /// The owner.
    pub user: AccountId,
    /// Which.
    pub target: Target,
}

impl Command for UpgradeGroup {
    type Outcome = ChatId;

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<ChatId, Refusal> {
        let operation = GroupOperation::ChangeInfo;
        let place = self.target.place(world, Actor::from(self.user), now)?;
        let group = place.group(operation)?;
        let ChatId::Group(from) = place.chat else { return Err(Refusal::WrongChatKind(operation)) };
        place.ensure_member()?;
        if !matches!(place.status(), MemberStatus::Owner(_)) {
            return Err(Refusal::NotEnoughRights(operation));
        }
        let to = world.free_channel_id();
        let chat = ChatId::Channel(to);
        let mut new = Group::new(GroupKind::Supergroup, &group.profile.title, now.date());
        new.profile = group.profile.clone();
        new.upgraded_from = Some(from);
        events.push(GroupEvent::Created { chat, group: Box::new(new) }.into());
        let change = Content::GroupChanged(GroupChange::UpgradedTo(to));
        let mut last = Draft::new(world, place.chat, self.user, now);
        last.add(change, Default::default(), events);
        let title = group.profile.title.clone();
        let change = Content::GroupChanged(GroupChange::UpgradedFrom { group: from, title });
        let mut first = Draft::new(world, chat, self.user, now).after(&last);
        events.push(GroupEvent::Upgraded { from, to }.into());
        first.add(change, Default::default(), events);
        Ok(chat)
    }
}

pub(super) fn apply(world: &mut World, from: GroupId, to: ChannelId) {
    let (old, new) = (ChatId::Group(from), ChatId::Channel(to));
    let rows: Vec<_> = world.members(old).map(|(account, member)| (account, member.clone())).collect();
    for (account, member) in rows {
        if member.status.is_present() {
            world.open_dialog(account, new);
            world.members.insert((new, account), member);
        }
    }
    let Some(group) = world.group_mut(old) else { return };
    group.upgraded_to = Some(to);
    let (count, administrators, bots) =
        (group.member_count, group.administrators.clone(), group.bots.clone());
    if let Some(group) = world.group_mut(new) {
        (group.member_count, group.administrators, group.bots) = (count, administrators, bots);
    }
}
