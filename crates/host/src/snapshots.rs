//! When a snapshot is taken, and what becomes of it.

use crate::console::tell_operator;
use parlor_storage::{JournalError, SnapshotWriter};
use tokio::sync::OwnedMutexGuard;

/// A snapshot is taken when the tail of the journal is longer than this, and than half of what the last one covered:
/// the work stays in proportion to the events, since no world is larger than they are many.
const TAIL: u64 = 50_000;
/// Events after which a snapshot that failed is tried again: each attempt makes everybody wait while the world is
/// encoded.
const RETRY: u64 = 10_000;

/// How much of the journal the snapshots cover. Locked while one is taken and saved, so that there is one at a time.
#[derive(Debug)]
pub(crate) struct Coverage {
    /// How many events the newest saved snapshot covers.
    pub(crate) covered: u64,
    /// How many events there must be before the next attempt.
    not_before: u64,
}

impl Coverage {
    pub(crate) fn new(covered: u64) -> Self {
        Self { covered, not_before: 0 }
    }

    pub(crate) fn is_due(&self, events: u64) -> bool {
        events >= self.not_before && events.saturating_sub(self.covered) > TAIL.max(self.covered / 2)
    }
}

/// A snapshot that is not saved yet.
pub(crate) struct Encoded {
    pub(crate) writer: Box<dyn SnapshotWriter>,
    /// `None` if the world could not be encoded.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Saves a snapshot. One that fails is only a slow start; it is tried again later.
pub(crate) async fn save(mut coverage: OwnedMutexGuard<Coverage>, encoded: Encoded) {
    let Encoded { writer, bytes } = encoded;
    let events = writer.events();
    let save = move || {
        let bytes = bytes.ok_or_else(|| JournalError::storage("the world could not be encoded"))?;
        writer.save(&bytes)
    };
    let saved = tokio::task::spawn_blocking(save).await;
    match saved.unwrap_or_else(|error| Err(JournalError::storage(error))) {
        Ok(()) => coverage.covered = events,
        Err(error) => {
            coverage.not_before = events + RETRY;
            let error = error.explain();
            tell_operator(&format!(
                "a snapshot could not be saved: {error}. No event is lost; the next start takes longer unless a later \
                 attempt succeeds."
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_come_in_proportion_to_the_events() {
        // Covered, no attempt before, events, due.
        for (covered, not_before, events, due) in [
            (0, 0, 50_000, false),
            (0, 0, 50_001, true),
            (200_000, 0, 300_000, false),
            (200_000, 0, 300_001, true),
            (0, 60_001, 60_000, false),
            (0, 60_001, 60_001, true),
        ] {
            let coverage = Coverage { covered, not_before };
            assert_eq!(coverage.is_due(events), due, "{coverage:?}, {events} events");
        }
    }
}
