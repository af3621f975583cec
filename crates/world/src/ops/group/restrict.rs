use super::change::{end, member_changed, target_status};
use crate::event::Event;
use crate::ids::{AccountId, GroupKind, Timestamp};
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, MemberStatus, Permissions, Restriction};

/// An administrator of a supergroup limits what an account may do there. All permissions lift it.
pub struct RestrictMember {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Whom.
    pub account: AccountId,
    /// What it may do.
    pub permissions: Permissions,
    /// As [`super::BanMember::until`].
    pub until: i64,
}

impl Command for RestrictMember {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(GroupOperation::Restrict)?;
        if group.kind != GroupKind::Supergroup {
            return Err(Refusal::WrongChatKind(GroupOperation::Restrict));
        }
        place.ensure_member()?;
        let status = target_status(&place, self.account)?;
        if self.account == place.actor {
            return Err(Refusal::TargetIsSelf(GroupOperation::Restrict));
        }
        place.has(AdminRights::RESTRICT_MEMBERS, GroupOperation::Restrict)?;
        match status {
            MemberStatus::Owner(_) => return Err(Refusal::TargetIsOwner(GroupOperation::Restrict)),
            MemberStatus::Administrator(_) => return Err(Refusal::TargetIsAdministrator),
            _ => {}
        }
        let is_member = status.is_present();
        let new = match (self.permissions.is_all(), is_member) {
            (true, true) => MemberStatus::Member,
            (true, false) => MemberStatus::Left,
            (false, _) => MemberStatus::Restricted(Restriction {
                permissions: self.permissions,
                is_member,
                by: place.actor,
                until: end(self.until, now),
            }),
        };
        if *status != new {
            events.push(member_changed(&place, self.account, new));
        }
        Ok(())
    }
}
