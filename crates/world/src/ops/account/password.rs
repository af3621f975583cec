use crate::event::{AccountEvent, Event};
use crate::ids::{AccountId, Timestamp};
use crate::ops::Command;
use crate::refusal::Refusal;
use crate::state::World;
use crate::state::session::Password;

/// A user sets a two-step password, or (`None`) removes it.
pub struct SetPassword {
    /// Who.
    pub user: AccountId,
    /// The new one.
    pub password: Option<Password>,
}

impl Command for SetPassword {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.active_user(self.user)?;
        let (user, password) = (self.user, self.password.clone());
        events.push(AccountEvent::PasswordSet { user, password }.into());
        Ok(())
    }
}

pub(super) fn apply(world: &mut World, user: AccountId, password: Option<&Password>) {
    if let Some(user) = world.user_mut(user) {
        user.password = password.cloned().map(Box::new);
    }
}
