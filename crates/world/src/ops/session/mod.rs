//! Accounts log in over MTProto, and out.

mod code;
mod sign_in;

pub use code::{Login, SendCode, check_code};
pub use sign_in::{SetClientInfo, SignIn, SignOut, SignUp};

use crate::event::SessionEvent;
use crate::ids::{AccountId, Timestamp};
use crate::state::World;

pub(crate) fn apply(world: &mut World, at: Timestamp, event: &SessionEvent) {
    match event {
        SessionEvent::CodeSent { phone, code, hash } => code::apply(world, at, phone, code, hash),
        SessionEvent::SignedIn { key, secret, account, client } => {
            sign_in::apply(world, at, *key, secret, *account, client);
        }
        SessionEvent::ClientInfoSet { key, client } => {
            if let Some(session) = world.sessions.get_mut(key) {
                session.client = client.clone();
            }
        }
        SessionEvent::SignedOut { key } => drop(world.sessions.remove(key)),
    }
}

/// Logs an account out everywhere.
pub(crate) fn end_sessions(world: &mut World, account: AccountId) {
    world.sessions.retain(|_, session| session.account != account);
}
