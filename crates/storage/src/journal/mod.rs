//! The list of a world's events: the port, its backends, and the suite that every backend passes.

pub mod conformance;
mod error;
pub mod history;
mod memory;
mod sqlite;

pub use error::{JournalError, Loss};
pub use history::History;
pub use memory::Memory;
pub use sqlite::Sqlite;

use parlor_world::Recorded;
use std::io::BufRead;

/// The port. Sequence numbers count events: the first event of a journal is number 0.
pub trait Journal: Send {
    /// Appends a batch after event `expected` - 1, all or nothing, and returns once it would survive a power cut.
    ///
    /// # Errors
    ///
    /// [`JournalError::Fenced`] when `expected` differs from [`Journal::len`]; [`JournalError::Closed`];
    /// [`JournalError::Storage`] when the disk fails or is full: the batch may then be on it or not.
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError>;

    /// Returns the number of events.
    fn len(&self) -> u64;

    /// Whether there are no events.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `each` with every event from number `from` on, in order.
    ///
    /// # Errors
    ///
    /// [`JournalError::Dropped`] when event `from` was dropped; [`JournalError::Damaged`] at the first event that can't be
    /// read or is missing.
    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError>;

    /// Verifies batches from event `from` on, which must be the first of its batch, and stops after a piece that
    /// takes a few milliseconds at most.
    ///
    /// # Errors
    ///
    /// When the file can't be read on from there. Damaged batches are in [`Verified`].
    fn verify(&mut self, from: u64) -> Result<Verified, JournalError>;

    /// Returns a writer for a snapshot of the world after all events so far.
    fn snapshot_writer(&self) -> Box<dyn SnapshotWriter>;

    /// Opens the newest snapshot; its checksum is verified.
    ///
    /// # Errors
    ///
    /// [`JournalError::Snapshot`] when there is one that is damaged or belongs to another journal.
    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError>;

    /// Returns access to old events, which may be dropped; `None` if this journal never drops any.
    fn history(&mut self) -> Option<&mut dyn History> {
        None
    }

    /// Whether calls wait for a disk, so that they belong on a thread that may block.
    fn blocks(&self) -> bool;

    /// Ends the use of the journal in good order. Nothing can be appended afterwards.
    ///
    /// # Errors
    ///
    /// [`JournalError::Storage`]. No event is lost by it.
    fn close(&mut self) -> Result<(), JournalError>;
}

/// A snapshot, piece by piece.
pub type Pieces<'p> = &'p mut dyn Iterator<Item = Result<Vec<u8>, JournalError>>;

/// A snapshot that can be read.
pub struct Snapshot {
    /// How many events it covers.
    pub events: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Its bytes, which are not in memory if they are in a file.
    pub bytes: Box<dyn BufRead + Send>,
}

/// Writes one snapshot while events are appended.
pub trait SnapshotWriter: Send {
    /// Returns how many events the snapshot covers.
    fn events(&self) -> u64;

    /// Replaces the older snapshot with this one, which comes in pieces. Returns its length in bytes.
    ///
    /// # Errors
    ///
    /// When the disk fails or is full, or the first error among the pieces; the older snapshot is still there then.
    fn save(&self, pieces: Pieces<'_>) -> Result<u64, JournalError>;

    /// Opens the saved snapshot; its checksum is verified.
    ///
    /// # Errors
    ///
    /// [`JournalError::Snapshot`] when it is damaged or another one has replaced it; [`JournalError::File`].
    fn read_back(&self) -> Result<Snapshot, JournalError>;
}

/// What [`Journal::verify`] has found in one piece of the journal.
#[derive(Debug, Default)]
pub struct Verified {
    /// The event after the piece; [`Journal::len`] at the end of the journal.
    pub next: u64,
    /// How many batches are intact.
    pub whole: u64,
    /// What is wrong with the others.
    pub damages: Vec<JournalError>,
}
