use super::names::{accept_profile, assign_phone, assign_username};
use crate::event::{AccountEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::account::{ProfilePatch, UserProfile};

/// Changes fields of a user's profile.
pub struct EditUser {
    /// The user.
    pub user: AccountId,
    /// Only what changes. Empty texts count as absent.
    pub patch: ProfilePatch,
}

impl Command for EditUser {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let user = world.active_user(self.user)?;
        let profile = accept_profile(world, self.patch.apply(&user.profile), Some(self.user))?;
        if user.profile != profile {
            events.push(AccountEvent::UserChanged { user: self.user, profile }.into());
        }
        Ok(())
    }
}

pub(super) fn apply(world: &mut World, at: Timestamp, id: AccountId, profile: &UserProfile) {
    let Some(user) = world.user_mut(id) else { return };
    let old = std::mem::replace(&mut user.profile, profile.clone());
    let version = user.profile_version;
    user.profile_version += 1;
    assign_username(world, id, old.username.as_deref(), profile.username.as_deref());
    assign_phone(world, id, old.phone.as_deref(), profile.phone.as_deref());
    world.old_profiles.retire(at, id, version, old);
}
