use super::expiring::Expiring;
use super::message_box::RETENTION_SECONDS;
use super::table::{TableKey, TableValue};
use crate::ids::Timestamp;

/// Replaced versions of something, by key and version number. Updates refer to a version instead of holding a copy; no
/// update is kept for longer than [`RETENTION_SECONDS`], so neither is a version after it was replaced.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Versions<K: TableKey, V: TableValue>(pub(super) Expiring<(K, u32), V>);

impl<K: TableKey, V: TableValue> Default for Versions<K, V> {
    fn default() -> Self {
        Self(Expiring::default())
    }
}

impl<K: TableKey + Copy, V: TableValue> Versions<K, V> {
    pub(crate) fn get(&self, key: K, version: u32) -> Option<&V> {
        self.0.get(&(key, version))
    }

    /// Keeps a version that was replaced at that time.
    pub(crate) fn retire(&mut self, at: Timestamp, key: K, version: u32, value: V) {
        self.0.insert(at, RETENTION_SECONDS, (key, version), value);
    }
}
