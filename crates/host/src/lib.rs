//! **Runs a world**: one order of commands, durability before every reply, the clock, wake-ups.
//!
//! A [`Host`] owns one world and its journal. Commands come through a bounded queue and are taken in batches: each
//! is decided and applied, then the batch's events are appended to the journal once, and only then are replies
//! released and readers woken. Nothing is answered or seen before it is durable; if an append fails, the host stops.
//! Reads stand in the same queue, so they see the world as of a durable batch.
//!
//! This crate must never know a wire format or a protocol, nor decide what the world may do.
//!
//! Start with [`Host::ask`]. [`Worlds`] holds the hosts of one server; [`Faults`] and [`Inspector`] are the test
//! side's hooks that gateways honour.

mod clock;
mod faults;
mod host;
mod inspector;
mod presence;
mod snapshot;
mod watch;
mod worlds;

pub use clock::{Clock, ClockError, ClockState};
pub use faults::{Fault, FaultId, FaultKind, Faults};
pub use host::{Failure, Host, Options};
pub use inspector::{Exchange, Inspector, Note, Shown};
pub use parlor_journal::{Journal, JournalError};
pub use presence::{Presence, Present};
pub use watch::Watch;
pub use worlds::{WorldName, Worlds, WorldsFull};
