//! Drops events that a verified snapshot covers (docs/decisions/0017).

use crate::base::{self, Steps};
use crate::host::{Host, Inner};
use crate::snapshot;
use parlor_storage::journal::history::History;
use parlor_storage::{JournalError, SnapshotWriter};
use std::sync::Arc;
use std::time::Duration;

/// A pause after each step, which takes a few milliseconds: the world's appends come first.
const REST: Duration = Duration::from_millis(2);

/// Replaces the events that a saved snapshot covers by a base that holds the same world, and deletes them. Blocks for
/// as long as it takes; the world runs on meanwhile.
///
/// The snapshot is read back from the disk and decoded, and what is decoded is written as the base. The base is read
/// back and decoded in its turn, and must give the snapshot's bytes again: then both can be read, and are the same.
///
/// # Errors
///
/// [`JournalError::Closed`] when the world stops meanwhile. After any error, what was not done can be done later.
pub(crate) fn replace(inner: &Arc<Inner>, snapshot: &dyn SnapshotWriter) -> Result<(), JournalError> {
    let mut steps = BetweenAppends(inner);
    // What an earlier attempt left.
    drop_all(&mut steps)?;
    let undecodable = || JournalError::storage("the snapshot can't be decoded");
    let world = snapshot::decode(&snapshot.read_back()?).ok_or_else(undecodable)?;
    base::write(&world, &mut steps)?;
    // Two worlds beside the running one would take too much memory.
    drop(world);
    if !base::matches(&snapshot.read_back()?, &mut steps)? {
        let reason = "it does not hold the same world as the snapshot".to_owned();
        return Err(JournalError::Base { reason });
    }
    steps.step(|history| history.adopt(snapshot.events()))?;
    drop_all(&mut steps)
}

impl Host {
    /// Returns the number of the first event that was not dropped; 0 if the journal keeps all events, or none.
    pub fn first_event(&self) -> u64 {
        self.0.with_history(|history| Ok(history.first())).unwrap_or(0)
    }
}

fn drop_all(steps: &mut impl Steps) -> Result<(), JournalError> {
    while steps.step(|history| history.drop_step())? {}
    Ok(())
}

/// The history of a running world, on a thread that may block.
struct BetweenAppends<'a>(&'a Arc<Inner>);

impl Steps for BetweenAppends<'_> {
    fn step<T>(
        &mut self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let done = self.0.with_history(act)?;
        // The lock is not fair: without a pause this thread would take it again before an append that waits for it.
        #[expect(clippy::disallowed_methods, reason = "nothing says when the appends are done")]
        std::thread::sleep(REST);
        Ok(done)
    }
}
