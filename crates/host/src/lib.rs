//! **Runs a world**: one order of commands, durability before every reply, the clock, wake-ups.
//!
//! A [`Host`] owns one world and its journal. Callers decide and read under one lock; an answer is released once the
//! batch of events that it may have seen is in the journal. Nothing is answered or seen before it is durable; if an append
//! fails, the host stops.
//!
//! This crate must never know a wire format or a protocol, nor decide what the world may do.
//!
//! Start with [`Host::execute_with`]. [`Worlds`] holds the hosts of one server; [`Faults`] and [`Inspector`] are the test
//! side's hooks that gateways honour.

mod base;
mod batch;
mod broadcast;
mod clock;
mod console;
mod faults;
mod history;
mod host;
mod inspector;
mod notify;
mod presence;
mod random;
mod restore;
mod snapshot;
mod snapshots;
mod tokens;
mod worlds;

pub use clock::{Clock, ClockError, ClockStart, ClockState};
pub use console::{OPERATOR, tell_operator};
pub use faults::{Fault, FaultId, FaultKind, Faults};
pub use host::{Failure, Host, Options};
pub use inspector::{Exchange, Inspector, Note, Shown};
pub use notify::Subscription;
pub use parlor_storage::{Journal, JournalError};
pub use presence::{Presence, PresenceGuard};
pub use random::{NoRandomness, random};
pub use restore::verify_base;
pub use worlds::{WorldName, Worlds, WorldsFull};
