//! What an account may learn of the members of a chat.

use crate::ids::{AccountId, ChatId, Timestamp};
use crate::ops::actor::Place;
use crate::ops::{Actor, Target};
use crate::refusal::{GroupOperation, Refusal};
use crate::state::World;
use crate::state::group::{GroupKind, MemberStatus};

/// An account, and what it is in the chat.
pub type FoundMember<'w> = (AccountId, &'w MemberStatus);

/// In a private chat both accounts are members.
static MEMBER: MemberStatus = MemberStatus::Member;

impl World {
    /// What an account is in a chat.
    ///
    /// # Errors
    /// As of every command with this target; [`Refusal::MembersHidden`]; [`Refusal::TargetUnknown`] for an account that the actor has
    /// never met.
    pub fn find_member(
        &self,
        actor: Actor,
        target: &Target,
        account: AccountId,
        now: Timestamp,
    ) -> Result<(ChatId, &MemberStatus), Refusal> {
        let place = target.place(self, actor, now)?;
        if place.chat.is_private() {
            let is_one = place.chat.pair().any(|member| member == account);
            return if is_one { Ok((place.chat, &MEMBER)) } else { Err(Refusal::TargetNotInChat) };
        }
        ensure_listed(&place)?;
        if account != place.actor {
            ensure_shown(&place)?;
        }
        Ok((place.chat, super::change::target_status(&place, account)?))
    }

    /// The owner and the administrators of a chat, by account.
    ///
    /// # Errors
    /// As of every command with this target; [`Refusal::WrongChatKind`] of a private chat.
    pub fn find_administrators(
        &self,
        actor: Actor,
        target: &Target,
        now: Timestamp,
    ) -> Result<(ChatId, Vec<FoundMember<'_>>), Refusal> {
        let place = target.place(self, actor, now)?;
        let group = place.group(GroupOperation::ListMembers)?;
        ensure_listed(&place)?;
        if group.is_channel() {
            ensure_shown(&place)?;
        }
        let status = |account: &AccountId| (*account, self.status(place.chat, *account, now));
        Ok((place.chat, group.administrators.iter().map(status).collect()))
    }

    /// How many are in a chat.
    ///
    /// # Errors
    /// As of every command with this target.
    pub fn find_member_count(&self, actor: Actor, target: &Target, now: Timestamp) -> Result<u32, Refusal> {
        let place = target.place(self, actor, now)?;
        ensure_listed(&place)?;
        let of_pair = u32::try_from(place.chat.pair().count()).unwrap_or(2);
        Ok(place.group.map_or(of_pair, |group| group.member_count))
    }
}

/// An upgraded or left basic group has no list of members; a public chat shows it to everybody.
fn ensure_listed(place: &Place<'_>) -> Result<(), Refusal> {
    match place.group {
        Some(group) if group.kind == GroupKind::Basic => place.ensure_member(),
        _ => Ok(()),
    }
}

/// Administrators see who is in a channel, or in a group that hides its members.
fn ensure_shown(place: &Place<'_>) -> Result<(), Refusal> {
    let is_hidden = place.group.is_some_and(|group| group.is_channel() || group.profile.has_hidden_members);
    if is_hidden && !place.status().is_administrator() { Err(Refusal::MembersHidden) } else { Ok(()) }
}
