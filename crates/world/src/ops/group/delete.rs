use crate::event::{Event, GroupEvent};
use crate::ids::{AccountId, ChatId, Timestamp};
use crate::ops::account::assign_username;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::MemberStatus;

/// The owner deletes a group or channel.
pub struct DeleteGroup {
    /// The owner.
    pub user: AccountId,
    /// Which.
    pub target: Target,
}

impl Command for DeleteGroup {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, Actor::from(self.user), now)?;
        place.group(GroupOperation::Leave)?;
        place.ensure_member()?;
        if !matches!(place.status(), MemberStatus::Owner(_)) {
            return Err(Refusal::NotEnoughRights(GroupOperation::Leave));
        }
        events.push(GroupEvent::Deleted { chat: place.chat }.into());
        Ok(())
    }
}

pub(super) fn apply(world: &mut World, chat: ChatId) {
    let Some(group) = world.group_mut(chat) else { return };
    group.is_deleted = true;
    group.pending.clear();
    let username = group.profile.username.take();
    if let ChatId::Channel(id) = chat {
        assign_username(world, id, username.as_deref(), None);
    }
}
