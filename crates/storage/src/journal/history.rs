//! Dropping old events. A **base**, the state of the world after the journal's first events, takes their place, so that
//! the journal grows with what is in the world and not with everything that ever happened
//! (docs/decisions/0018-old-events-are-dropped.md).
//!
//! A base is written in pieces, so that appends are never held up for long, and takes effect at once, when
//! [`History::adopt`] is called. Until then the older base and all events after it are there: a crash at any point
//! leaves a journal that can be replayed.

use super::JournalError;

/// The length of a piece of a base, in bytes; the last one may be shorter. Writing one takes a few milliseconds.
pub const PIECE: usize = 256 << 10;

/// One of the two bases that a journal may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// The base in effect.
    Current,
    /// The base that is being written.
    Next,
}

/// The part of a journal that may be dropped. Every call takes a few milliseconds at most.
pub trait History {
    /// Whether events are kept although a base covers them.
    fn is_kept(&self) -> bool;

    /// Sets whether events are kept from now on. Events that are already dropped can't be restored.
    fn set_kept(&mut self, is_kept: bool);

    /// Returns the number of the first event that was not dropped; [`Journal::len`](super::Journal::len) if none is left.
    fn first(&self) -> u64;

    /// Returns how many events the current base covers; 0 without one.
    fn base(&self) -> u64;

    /// Reads a piece of a base, counted from 0; `None` after the last.
    ///
    /// # Errors
    ///
    /// [`JournalError::Base`] when the piece is damaged or missing; [`JournalError::Storage`].
    fn read_piece(&mut self, base: Base, number: u64) -> Result<Option<Vec<u8>>, JournalError>;

    /// Appends a piece to the next base.
    ///
    /// # Errors
    ///
    /// [`JournalError::Closed`]; [`JournalError::Storage`] when the disk fails or is full. Events can still be appended
    /// then.
    fn add_piece(&mut self, piece: &[u8]) -> Result<(), JournalError>;

    /// Makes the next base, which covers the first `events` events, the current one.
    ///
    /// # Errors
    ///
    /// [`JournalError::Base`] when no piece was added, or no batch ends after `events` events;
    /// [`JournalError::Closed`]; [`JournalError::Storage`]. The older base is still in effect then.
    fn adopt(&mut self, events: u64) -> Result<(), JournalError>;

    /// Deletes some of what is no longer needed: pieces of other bases than the current one, an unfinished next base
    /// included, and events that the current base covers, unless they are kept. Returns whether there may be more.
    ///
    /// # Errors
    ///
    /// [`JournalError::Closed`]; [`JournalError::Storage`]. What was not deleted can be deleted later.
    fn drop_step(&mut self) -> Result<bool, JournalError>;
}
