//! Updates that an answer contained, so that they are not pushed to its session too.

use parlor_world::state::message_box::Entry;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The maximum number of marked entries of a session.
const MAX_ENTRIES: usize = 1024;

/// Positions of log entries that were returned to a session. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct AlreadyReturned(Arc<Mutex<BTreeSet<i64>>>);

impl AlreadyReturned {
    /// Marks an entry. Called while the world is locked, so that the entry can't be pushed before it is marked.
    pub(crate) fn mark(&self, entry: &Entry) {
        let mut positions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        positions.insert(entry.position);
        // A session without a subscription never removes its marks.
        while positions.len() > MAX_ENTRIES {
            positions.pop_first();
        }
    }

    /// Removes the mark of an entry. Returns whether there was one.
    pub(crate) fn take(&self, entry: &Entry) -> bool {
        let mut positions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_marked = positions.remove(&entry.position);
        if positions.is_empty() {
            // An emptied tree keeps a node allocated.
            *positions = BTreeSet::new();
        }
        is_marked
    }
}
