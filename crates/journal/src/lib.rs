//! **Where it is kept**: the [`Journal`] port and its backends.
//!
//! A journal is the list of a world's events, with now and then a snapshot of the world so that start-up need not
//! replay everything. It knows the world's event types and nothing of what they mean; it must never interpret
//! them, answer anybody, or lose an event whose append it confirmed.
//!
//! Start with [`Journal`]; [`conformance`] says in code what every backend must do.

pub mod conformance;
mod memory;
mod sqlite;

pub use memory::Memory;
pub use sqlite::Sqlite;

use parlor_world::Recorded;

/// The port. Sequence numbers count events: the first event of a journal is number 0.
pub trait Journal: Send {
    /// Appends a batch behind the event `expected` - 1, all or nothing, and returns once it would survive a power
    /// cut. Another `expected` than [`Journal::len`] is refused: somebody else has written.
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError>;

    /// How many events there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands over all events from number `from` on, in order.
    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError>;

    /// Keeps the state of the world after the first `events` events; older snapshots may go.
    fn save_snapshot(&mut self, events: u64, state: &[u8]) -> Result<(), JournalError>;

    /// The newest snapshot: how many events it covers, and its bytes. A damaged one is no snapshot.
    fn latest_snapshot(&mut self) -> Result<Option<(u64, Vec<u8>)>, JournalError>;

    /// Whether calls wait for a disk, so that they belong on a thread that may block.
    fn blocks(&self) -> bool;
}

/// Why a journal can't be used, in words for the person who runs the server.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Not a Parlor data file at all.
    #[error("{file} is not a Parlor data file: {reason}")]
    Foreign { file: String, reason: String },
    /// Made by a later version.
    #[error("{file} was made by a newer version of Parlor (format {found}; this one reads up to {known})")]
    Newer { file: String, found: i64, known: i64 },
    /// Somebody else has it open.
    #[error("{file} is in use by another program; is Parlor running already?")]
    Busy { file: String },
    /// An event can't be read.
    #[error("the journal is damaged at event {event}: {reason}")]
    Damaged { event: u64, reason: String },
    /// Another writer.
    #[error("the journal has {found} events where {expected} were expected: another program wrote to it")]
    Fenced { expected: u64, found: u64 },
    /// The disk failed, or is full.
    #[error("the journal could not be written or read: {0}")]
    Storage(String),
}
