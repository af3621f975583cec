//! Decides when a snapshot is due, saves it, and drops the events that it covers.

use crate::base::Steps;
use crate::console::notify_operator;
use crate::history;
use parlor_storage::{JournalError, SnapshotWriter};
use std::time::Instant;
use tokio::sync::OwnedMutexGuard;

/// A snapshot is taken after more than this many events since the last one.
const TAIL: u64 = 50_000;
/// In a large world, a snapshot is taken after one event for each of this many bytes of the last snapshot. So the cost of
/// snapshots stays proportional to the number of events, and the journal to the size of the world.
const BYTES_PER_EVENT: u64 = 256;
/// The number of snapshots after which one replaces the base. To verify it, write it into the data file, compare it, and delete
/// the events costs several times as much as to save it.
const SNAPSHOTS_PER_BASE: u64 = 4;
/// The number of events after which a failed snapshot is retried. Each attempt encodes the whole world, so it is not
/// retried at once.
const RETRY: u64 = 10_000;

/// How much of the journal the snapshots cover. Locked while a snapshot is taken and saved, so that there is only one at a
/// time.
#[derive(Debug)]
pub(crate) struct Coverage {
    /// How many events the newest saved snapshot covers.
    pub(crate) covered: u64,
    /// The length of that snapshot in bytes.
    size: u64,
    /// How many events the base covers; `None` if all events are kept.
    base: Option<u64>,
    /// The minimum number of events in the journal for the next attempt.
    not_before: u64,
}

impl Coverage {
    pub(crate) fn new(covered: u64, size: u64, base: Option<u64>) -> Self {
        Self { covered, size, base, not_before: 0 }
    }

    /// Returns whether a snapshot is due: for the next start, or to drop events. The snapshot that is saved when the host
    /// closes drops no events, so those since the base count as well.
    pub(crate) fn is_due(&self, events: u64) -> bool {
        let is_start_slow = events.saturating_sub(self.covered) > self.interval();
        events >= self.not_before && (is_start_slow || self.is_base_due(events))
    }

    /// Returns whether a snapshot of that many events is to become the base.
    fn is_base_due(&self, events: u64) -> bool {
        let Some(base) = self.base else { return false };
        // The first base, and the replacement of a damaged one, come with the next snapshot.
        let snapshots = if base == 0 { 1 } else { SNAPSHOTS_PER_BASE };
        events.saturating_sub(base) > snapshots.saturating_mul(self.interval())
    }

    /// The number of events from one snapshot to the next.
    fn interval(&self) -> u64 {
        TAIL.max(self.size / BYTES_PER_EVENT)
    }

    /// Makes a snapshot due soon, which also writes a new base. For a base that can't be read.
    pub(crate) fn forget_base(&mut self) {
        self.base = self.base.map(|_| 0);
    }
}

/// A snapshot that has begun and is not saved yet.
pub(crate) struct Begun<P> {
    pub(crate) writer: Box<dyn SnapshotWriter>,
    /// Encodes the world as it was when the snapshot began. Blocks while it waits for the lock of the world.
    pub(crate) pieces: P,
}

/// Saves a snapshot, and returns its writer. Returns `None` if that fails: the operator is notified, and it is retried
/// later.
pub(crate) async fn save<P>(coverage: &mut Coverage, begun: Begun<P>) -> Option<Box<dyn SnapshotWriter>>
where
    P: Iterator<Item = Result<Vec<u8>, JournalError>> + Send + 'static,
{
    let Begun { writer, mut pieces } = begun;
    let events = writer.events();
    let started = Instant::now();
    let save = move || Ok((writer.save(&mut pieces)?, writer));
    let saved = tokio::task::spawn_blocking(save).await;
    match saved.unwrap_or_else(|error| Err(JournalError::storage(error))) {
        Ok((bytes, writer)) => {
            (coverage.covered, coverage.size) = (events, bytes);
            let milliseconds = started.elapsed().as_millis();
            tracing::info!(events, bytes, milliseconds, "a snapshot was saved");
            Some(writer)
        }
        Err(error) => {
            coverage.not_before = events + RETRY;
            notify_operator(&save_failure(&error));
            None
        }
    }
}

/// Saves a snapshot and, if a base is due, drops the events that it covers. If that fails, the operator is notified, and
/// it is retried later.
pub(crate) async fn save_and_drop<P>(
    mut steps: impl Steps + Send + 'static,
    mut coverage: OwnedMutexGuard<Coverage>,
    begun: Begun<P>,
) where
    P: Iterator<Item = Result<Vec<u8>, JournalError>> + Send + 'static,
{
    let events = begun.writer.events();
    let is_base_due = coverage.is_base_due(events);
    let Some(writer) = save(&mut coverage, begun).await else { return };
    if !is_base_due {
        return;
    }
    let replaced = tokio::task::spawn_blocking(move || history::replace(&mut steps, &*writer)).await;
    match replaced.unwrap_or_else(|error| Err(JournalError::storage(error))) {
        Ok(()) => coverage.base = Some(events),
        // The world was closed; the steps continue after the next start.
        Err(JournalError::Closed) => (),
        Err(error) => {
            coverage.not_before = events + RETRY;
            notify_operator(&drop_failure(&error));
        }
    }
}

fn save_failure(error: &JournalError) -> String {
    format!(
        "a snapshot could not be saved: {}. No event is lost; the next start takes longer unless a later attempt \
         succeeds.",
        error.explain()
    )
}

fn drop_failure(error: &JournalError) -> String {
    format!(
        "old events could not be dropped: {}. No event is lost; the data file keeps growing until a later attempt \
         succeeds.",
        error.explain()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_come_in_proportion_to_the_events_and_the_world() {
        let mega = 1 << 20;
        // Covered, size, base, no attempt before, events, due.
        for (covered, size, base, not_before, events, due) in [
            (0, 0, None, 0, 50_000, false),
            (0, 0, None, 0, 50_001, true),
            (1_000_000_000, mega, None, 0, 1_000_050_001, true),
            (200_000, 100 * mega, None, 0, 609_600, false),
            (200_000, 100 * mega, None, 0, 609_601, true),
            (0, 0, None, 60_001, 60_000, false),
            (0, 0, None, 60_001, 60_001, true),
            // The snapshot that is saved at the end drops no events.
            (240_000, mega, Some(45_000), 0, 245_000, false),
            (240_000, mega, Some(45_000), 0, 245_001, true),
            (90_000, mega, Some(45_000), 0, 140_000, false),
            (90_000, mega, Some(45_000), 0, 140_001, true),
        ] {
            let coverage = Coverage { covered, size, base, not_before };
            assert_eq!(coverage.is_due(events), due, "{coverage:?}, {events} events");
        }
    }

    #[test]
    fn a_base_is_written_with_the_first_snapshot_and_then_with_every_fourth() {
        for (base, events, due) in [
            (Some(0), 50_000, false),
            (Some(0), 50_001, true),
            (Some(50_001), 250_001, false),
            (Some(50_001), 250_002, true),
            (None, 1_000_000, false),
        ] {
            let coverage = Coverage::new(0, 0, base);
            assert_eq!(coverage.is_base_due(events), due, "{base:?}, {events} events");
        }
    }

    #[test]
    fn a_damaged_base_is_written_again_unless_events_are_kept() {
        let mut coverage = Coverage::new(90_000, 0, Some(90_000));
        coverage.forget_base();
        assert!(coverage.is_due(90_000) && coverage.is_base_due(90_000));
        let mut coverage = Coverage::new(90_000, 0, None);
        coverage.forget_base();
        assert!(!coverage.is_due(90_000));
    }

    #[test]
    fn messages_about_failures_name_the_cause_and_the_consequence() {
        let full = JournalError::storage("the disk is full");
        assert_eq!(
            save_failure(&full),
            "a snapshot could not be saved: the journal could not be written or read: the disk is full. No event is \
             lost; the next start takes longer unless a later attempt succeeds."
        );
        assert_eq!(
            drop_failure(&full),
            "old events could not be dropped: the journal could not be written or read: the disk is full. No event \
             is lost; the data file keeps growing until a later attempt succeeds."
        );
    }
}
