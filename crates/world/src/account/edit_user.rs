use super::create_user::{check_phone, claim, claim_phone, free};
use super::{ProfilePatch, UserProfile, check_names, check_username, normalize};
use crate::shared::Shared;
use crate::{AccountId, Command, Event, Refusal, Timestamp, UserId, World};

/// Changes fields of a user's profile.
pub struct EditUser {
    /// The user.
    pub user: UserId,
    /// Only what changes. Empty texts count as absent.
    pub patch: ProfilePatch,
}

impl Command for EditUser {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let user = world.living_user(self.user)?;
        let mut profile = self.patch.apply(&user.profile);
        normalize(&mut profile);
        check_names(&profile)?;
        if let Some(username) = &profile.username {
            check_username(username, false)?;
            free(world, username, Some(AccountId::User(self.user)))?;
        }
        check_phone(world, &mut profile, Some(self.user))?;
        if *user.profile != profile {
            events.push(Event::UserChanged { user: self.user, profile });
        }
        Ok(())
    }
}

/// A person deletes the account.
pub struct DeleteUser {
    /// Who.
    pub user: UserId,
}

impl Command for DeleteUser {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.living_user(self.user)?;
        events.push(Event::UserDeleted { user: self.user });
        Ok(())
    }
}

pub(crate) fn apply_user_changed(world: &mut World, id: UserId, profile: &UserProfile) {
    let Some(user) = world.users.get_mut(&id) else { return };
    let old = std::mem::replace(&mut user.profile, Shared::new(profile.clone()));
    claim(world, AccountId::User(id), old.username.as_deref(), profile.username.as_deref());
    claim_phone(world, id, old.phone.as_deref(), profile.phone.as_deref());
}

pub(crate) fn apply_user_deleted(world: &mut World, id: UserId) {
    let Some(user) = world.users.get_mut(&id) else { return };
    user.deleted = true;
    let old = std::mem::take(&mut user.profile);
    claim(world, AccountId::User(id), old.username.as_deref(), None);
    claim_phone(world, id, old.phone.as_deref(), None);
    world.end_authorizations(AccountId::User(id));
}
