use super::names::{accept_profile, assign_phone, assign_username, check_id, next_id};
use crate::event::{AccountEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::account::{User, UserProfile};

/// Ids of users that the caller did not choose start here.
const FIRST_USER: AccountId = AccountId(1_000_001);

/// A user registers.
pub struct CreateUser {
    /// Chosen by the caller, or made.
    pub id: Option<AccountId>,
    /// Empty texts count as absent.
    pub profile: UserProfile,
}

impl Command for CreateUser {
    type Outcome = AccountId;

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<AccountId, Refusal> {
        let profile = accept_profile(world, self.profile.clone(), None)?;
        let user = match self.id {
            Some(id) => check_id(world, id)?,
            None => next_id(world, FIRST_USER),
        };
        events.push(AccountEvent::UserCreated { user, profile }.into());
        Ok(user)
    }
}

pub(super) fn apply(world: &mut World, id: AccountId, profile: &UserProfile) {
    assign_username(world, id, None, profile.username.as_deref());
    assign_phone(world, id, None, profile.phone.as_deref());
    let user = User { id, profile: profile.clone(), profile_version: 0, is_deleted: false, password: None };
    world.users.insert(id, Box::new(user));
}
