//! Drops events that a verified snapshot covers (docs/decisions/0018-old-events-are-dropped.md).

use crate::base::{self, Steps};
use crate::snapshot;
use parlor_storage::journal::history::Base;
use parlor_storage::{JournalError, SnapshotWriter};

/// Replaces the events that a saved snapshot covers by a base that holds the same world, and deletes them. Blocks the
/// thread until it is done.
///
/// The snapshot is read back from the disk and verified: each row is decoded, and must encode to the same bytes again. Its
/// bytes are then written as the base, which is read back and compared with the snapshot. Neither is held in memory whole.
///
/// # Errors
///
/// [`JournalError::Closed`] if the world stops in the meantime. After any error, the remaining steps can be retried later.
pub(crate) fn replace(steps: &mut impl Steps, snapshot: &dyn SnapshotWriter) -> Result<(), JournalError> {
    // Remains of an earlier attempt.
    drop_all(steps)?;
    snapshot::verify(snapshot.read_back()?.bytes).map_err(|reason| {
        JournalError::storage(format!("the snapshot does not hold the world that it was made of: {reason}"))
    })?;
    base::write(snapshot.read_back()?.bytes, steps)?;
    if !base::holds(Base::Next, snapshot.read_back()?.bytes, steps)? {
        let reason = "it does not hold the same world as the snapshot".to_owned();
        return Err(JournalError::Base { reason });
    }
    steps.step(|history| history.adopt(snapshot.events()))?;
    drop_all(steps)
}

fn drop_all(steps: &mut impl Steps) -> Result<(), JournalError> {
    while steps.step(|history| history.drop_step())? {}
    Ok(())
}
