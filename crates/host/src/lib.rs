//! **Runs a world**: executes commands one after the other, makes their events durable before they are answered, keeps
//! the clock, and notifies readers.
//!
//! A [`Host`] owns one world and its journal. Commands and reads run under one lock. An answer is released once every event
//! that it may depend on is in the journal; if an append fails, the host stops.
//!
//! This crate must never know a wire format or a protocol, nor decide what the world may do.
//!
//! Start with [`Host::execute_with`]. [`Worlds`] holds the hosts of one server. [`Faults`] and [`Inspector`] serve tests and
//! debugging: gateways apply the injected faults and record every request.

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
pub use console::{OPERATOR, notify_operator};
pub use faults::{Fault, FaultId, FaultKind, Faults};
pub use host::{Failure, Host, Options};
pub use inspector::{DisplayText, Exchange, Inspector, RecordedExchange};
pub use notify::Subscription;
pub use parlor_storage::{Journal, JournalError};
pub use presence::{Presence, PresenceGuard};
pub use random::{NoRandomness, random};
pub use restore::verify_base;
pub use worlds::{WorldName, Worlds, WorldsFull};
