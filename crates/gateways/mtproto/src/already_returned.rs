//! Updates that an answer contained, so that they are not pushed to its session too.

use parlor_world::ids::BoxId;
use parlor_world::state::message_box::Entry;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The maximum number of marked entries of a session.
const MAX_ENTRIES: usize = 1024;

/// Log entries that were returned to a session, by their logs and positions. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct AlreadyReturned(Arc<Mutex<BTreeSet<(BoxId, i64)>>>);

impl AlreadyReturned {
    /// Marks an entry. Called while the world is locked, so that no push can come in between.
    pub(crate) fn mark(&self, log: BoxId, entry: &Entry) {
        let mut positions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        positions.insert((log, entry.position));
        // A session that is pushed nothing never takes its marks away.
        while positions.len() > MAX_ENTRIES {
            positions.pop_first();
        }
    }

    /// Takes the mark of an entry away. Returns whether there was one.
    pub(crate) fn take(&self, log: BoxId, entry: &Entry) -> bool {
        let mut positions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_marked = positions.remove(&(log, entry.position));
        if positions.is_empty() {
            // An emptied tree keeps a node allocated.
            *positions = BTreeSet::new();
        }
        is_marked
    }
}
