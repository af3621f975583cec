use super::packed::Packed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::{Cell, OnceCell};

/// Rows that follow one another in a table: packed, unpacked, or both.
#[derive(Debug, Clone)]
pub(super) struct Leaf<K, V> {
    /// The rows as they are; `None` after a change.
    packed: Option<Packed>,
    /// Empty until a row is needed.
    rows: OnceCell<Vec<(K, V)>>,
    /// Whether a row was needed since the leaf was last packed.
    is_used: Cell<bool>,
}

impl<K, V> Leaf<K, V> {
    pub(super) fn from_rows(rows: Vec<(K, V)>) -> Self {
        Self { packed: None, rows: rows.into(), is_used: Cell::new(true) }
    }

    pub(super) fn from_packed(packed: Packed) -> Self {
        Self { packed: Some(packed), rows: OnceCell::new(), is_used: Cell::new(false) }
    }

    #[cfg(test)]
    pub(super) fn is_unpacked(&self) -> bool {
        self.rows.get().is_some()
    }
}

impl<K: Clone + Serialize + DeserializeOwned, V: Clone + Serialize + DeserializeOwned> Leaf<K, V> {
    /// How many rows it has; does not unpack them.
    pub(super) fn len(&self) -> usize {
        self.packed.as_ref().map_or_else(|| self.rows().len(), Packed::len)
    }

    pub(super) fn rows(&self) -> &[(K, V)] {
        self.is_used.set(true);
        self.rows.get_or_init(|| self.packed.as_ref().map_or_else(Vec::new, unpack))
    }

    /// The rows, which are about to change.
    #[expect(clippy::expect_used, reason = "`OnceCell::get_mut_or_init` is not stable yet")]
    pub(super) fn rows_mut(&mut self) -> &mut Vec<(K, V)> {
        self.rows();
        self.packed = None;
        self.rows.get_mut().expect("rows that were just unpacked")
    }

    /// A copy of the leaf as it is, at the least cost.
    pub(super) fn copy(&self) -> Self {
        match &self.packed {
            Some(packed) => Self::from_packed(packed.clone()),
            None => Self::from_rows(self.rows().to_vec()),
        }
    }

    /// Packs the rows, and forgets the unpacked ones if they were not used since they were last packed.
    pub(super) fn pack(&mut self) -> &Packed {
        let Self { packed, rows, is_used } = self;
        if !is_used.replace(false) && packed.is_some() {
            rows.take();
        }
        packed.get_or_insert_with(|| Packed::pack(rows.get().map_or(&[], Vec::as_slice)))
    }
}

/// What was packed can be unpacked: a snapshot with a wrong checksum, or of another version, was refused when it was read.
#[expect(
    clippy::expect_used,
    reason = "the host stops the world, which is better than to go on without rows"
)]
fn unpack<R: DeserializeOwned>(packed: &Packed) -> Vec<R> {
    packed.unpack().expect("packed rows of a snapshot that was verified")
}
