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
use std::fmt;

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

    /// Verifies the batches from event `from` on, which must be the first of its batch, and stops after a piece that
    /// takes a few milliseconds at most.
    ///
    /// # Errors
    ///
    /// When the file can't be read on from there. Damaged batches are in [`Verified`].
    fn verify(&mut self, from: u64) -> Result<Verified, JournalError>;

    /// Returns a writer for a snapshot of the world after all events so far.
    fn snapshot_writer(&self) -> Box<dyn SnapshotWriter>;

    /// The newest snapshot: how many events it covers, and its bytes.
    ///
    /// # Errors
    ///
    /// When there is one that is damaged or belongs to another journal. All events are still there.
    fn latest_snapshot(&mut self) -> Result<Option<(u64, Vec<u8>)>, JournalError>;

    /// Whether calls wait for a disk, so that they belong on a thread that may block.
    fn blocks(&self) -> bool;

    /// Ends the use of the journal in good order. Nothing can be appended afterwards.
    fn close(&mut self) -> Result<(), JournalError>;
}

/// Writes one snapshot, while the journal is appended to.
pub trait SnapshotWriter: Send {
    /// How many events the snapshot covers.
    fn events(&self) -> u64;

    /// Replaces the older snapshot with this one, or fails and leaves the older one in its place.
    fn save(&self, state: &[u8]) -> Result<(), JournalError>;
}

/// What [`Journal::verify`] has found in one piece of the journal.
#[derive(Debug, Default)]
pub struct Verified {
    /// The event after the piece; [`Journal::len`] at the end of the journal.
    pub next: u64,
    /// How many batches are whole.
    pub whole: u64,
    /// What is wrong with the others.
    pub damages: Vec<JournalError>,
}

/// Why a journal can't be used, in words for the person who runs the server.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// No name of a file that can hold a journal.
    #[error("{name} can't be used as a data file: {reason}")]
    Name { name: String, reason: String },
    /// Not a Parlor data file at all.
    #[error("{file} is not a Parlor data file: {reason}")]
    Foreign { file: String, reason: String },
    /// Made by a later version.
    #[error("{file} was made by a newer version of Parlor (format {found}; this one reads up to {known})")]
    Newer { file: String, found: i64, known: i64 },
    /// Somebody else has it open.
    #[error("{file} is in use by another program; is Parlor running already?")]
    Busy { file: String },
    /// Events that had been confirmed are missing.
    #[error("{0}")]
    Lost(Loss),
    /// An event can't be read.
    #[error("the journal is damaged at event {event}: {reason}")]
    Damaged { event: u64, reason: String },
    /// A snapshot can't be used.
    #[error("the snapshot {file} can't be used: {reason}")]
    Snapshot { file: String, reason: String },
    /// Another writer.
    #[error("the journal has {found} events where {expected} were expected: another program wrote to it")]
    Fenced { expected: u64, found: u64 },
    /// The disk failed, or is full.
    #[error("the journal could not be written or read: {0}")]
    Storage(String),
}

/// The journal's newest events are missing: a file that they were in was removed, cut or damaged after a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The data file.
    pub file: String,
    /// The number of the first event that is not there.
    pub first: u64,
    /// How many events are known to have been confirmed from there on, if any are known.
    pub known: Option<u64>,
    /// What is wrong with the file's write-ahead log.
    pub log: &'static str,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, first, known, log } = self;
        write!(f, "Parlor did not end normally when it last used {file}, and {file}-wal {log}. ")?;
        match known {
            Some(1) => write!(f, "1 event that had been confirmed is missing: number {first}."),
            Some(known) => {
                let last = first + known - 1;
                write!(f, "{known} events that had been confirmed are missing: numbers {first} to {last}.")
            }
            None => write!(f, "Events from number {first} on may be missing."),
        }
    }
}
