use super::change::{announce, end, ensure_editable, member_changed, target_status};
use super::join::removed_from_basic;
use crate::content::GroupChange;
use crate::event::{Event, GroupEvent};
use crate::ids::{AccountId, GroupKind, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Command, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{AdminRights, Ban, MemberChange, MemberStatus};

/// An administrator removes an account, which can't come back by itself; in a basic group it can.
pub struct BanMember {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Whom.
    pub account: AccountId,
    /// Until when, in seconds since the epoch. Less than 30 seconds or more than 366 days from now is for ever.
    pub until: i64,
}

impl Command for BanMember {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(GroupOperation::Ban)?;
        place.ensure_member()?;
        let status = target_status(&place, self.account)?;
        if group.kind == GroupKind::Basic {
            ensure_removable_from_basic(&place, self.account)?;
            events.push(member_changed(&place, self.account, removed_from_basic(&place)));
        } else {
            ensure_bannable(&place, self.account)?;
            let new = MemberStatus::Banned(Ban { by: place.actor, until: end(self.until, now) });
            if matches!(status, MemberStatus::Banned(ban) if ban.until == end(self.until, now)) {
                return Ok(());
            }
            events.push(member_changed(&place, self.account, new));
        }
        if status.is_present() {
            let gone = GroupChange::MemberRemoved(self.account);
            announce(&place, place.actor, gone, &[self.account], events);
        }
        Ok(())
    }
}

/// Whether the actor may ban or unban that account in a supergroup or channel.
fn ensure_bannable(place: &Place<'_>, account: AccountId) -> Result<(), Refusal> {
    if account == place.actor {
        return Err(Refusal::TargetIsSelf(GroupOperation::Ban));
    }
    place.has(AdminRights::RESTRICT_MEMBERS, GroupOperation::Restrict)?;
    ensure_editable(place, account, GroupOperation::Ban)
}

/// The owner removes everybody, administrators who may do so everybody else, and members those whom they added.
fn ensure_removable_from_basic(place: &Place<'_>, account: AccountId) -> Result<(), Refusal> {
    let member = place.world.member(place.chat, account);
    let member = member.filter(|member| member.status.is_present()).ok_or(Refusal::TargetNotInChat)?;
    if account == place.actor {
        return Err(Refusal::TargetIsSelf(GroupOperation::Ban));
    }
    ensure_editable(place, account, GroupOperation::Ban)?;
    let has_right = place.status().rights().contains(AdminRights::RESTRICT_MEMBERS);
    match has_right || member.added_by == Some(place.actor) {
        true => Ok(()),
        false => Err(Refusal::NotEnoughRights(GroupOperation::Restrict)),
    }
}

/// An administrator lets a banned account come back. One that is in the chat is removed, if not told otherwise.
pub struct UnbanMember {
    /// Who.
    pub actor: Actor,
    /// Where.
    pub target: Target,
    /// Whom.
    pub account: AccountId,
    /// Do nothing to who is not banned.
    pub only_if_banned: bool,
}

impl Command for UnbanMember {
    type Outcome = ();

    fn decide(&self, world: &World, now: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let place = self.target.place(world, self.actor, now)?;
        let group = place.group(GroupOperation::Unban)?;
        if group.kind == GroupKind::Basic {
            return Err(Refusal::WrongChatKind(GroupOperation::Unban));
        }
        place.ensure_member()?;
        let status = target_status(&place, self.account)?;
        if !matches!(status, MemberStatus::Banned(_)) && self.only_if_banned {
            return Ok(());
        }
        ensure_bannable(&place, self.account)?;
        match status {
            MemberStatus::Left => {}
            MemberStatus::Banned(_) => events.push(member_changed(&place, self.account, MemberStatus::Left)),
            present => remove(&place, self.account, present, events),
        }
        Ok(())
    }
}

/// > if the user is a member of the chat they will also be removed from the chat
///
/// They are banned and unbanned, and others see both.
fn remove(place: &Place<'_>, account: AccountId, old: &MemberStatus, events: &mut Vec<Event>) {
    let banned = MemberStatus::Banned(Ban { by: place.actor, until: None });
    let (chat, by) = (place.chat, place.actor);
    for (old, new) in [(old.clone(), banned.clone()), (banned, MemberStatus::Left)] {
        let change = MemberChange { chat, by, account, old, new, link: None, is_by_request: false };
        events.push(GroupEvent::MemberChanged(Box::new(change)).into());
    }
    if old.is_present() {
        announce(place, by, GroupChange::MemberRemoved(account), &[account], events);
    }
}
