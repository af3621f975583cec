use crate::{Command, Event, Refusal, Timestamp, UserId, World};
use serde::{Deserialize, Serialize};

/// What the server keeps of a two-step password: SRP's verifier, from which the password can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// The first salt.
    pub salt1: Vec<u8>,
    /// The second salt.
    pub salt2: Vec<u8>,
    /// 256 bytes.
    pub verifier: Vec<u8>,
    /// Shown to whoever is asked; may be empty.
    pub hint: String,
}

/// A person sets a two-step password, or (none) removes it.
pub struct SetPassword {
    /// Who.
    pub user: UserId,
    /// The new one.
    pub password: Option<Password>,
}

impl Command for SetPassword {
    type Outcome = ();

    fn decide(&self, world: &World, _: Timestamp, events: &mut Vec<Event>) -> Result<(), Refusal> {
        world.living_user(self.user)?;
        events.push(Event::PasswordSet { user: self.user, password: self.password.clone() });
        Ok(())
    }
}

pub(crate) fn apply_password(world: &mut World, user: UserId, password: Option<&Password>) {
    if let Some(user) = world.users.get_mut(&user) {
        user.password = password.cloned().map(Box::new);
    }
}
