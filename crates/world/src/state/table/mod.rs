//! Ordered maps whose rows stay packed until they are used, and that can be captured while they go on changing.

mod capture;
mod key;
mod leaf;
mod packed;
#[cfg(test)]
mod tests;

pub(crate) use key::TableKey;
pub use packed::Packed;

use capture::Capture;
use leaf::Leaf;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Bound, RangeBounds};

/// What a row may hold.
pub(crate) trait TableValue: Clone + Serialize + DeserializeOwned {}

impl<V: Clone + Serialize + DeserializeOwned> TableValue for V {}

/// An ordered map in leaves of some tens of rows (docs/decisions/0025-packed-tables.md).
#[derive(Clone)]
pub(crate) struct Table<K, V> {
    /// By the key that each leaf begins with; the first one begins with [`TableKey::least`]. None is empty.
    leaves: BTreeMap<K, Leaf<K, V>>,
    len: usize,
    capture: Capture<K, V>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { leaves: BTreeMap::new(), len: 0, capture: Capture::default() }
    }
}

impl<K: TableKey, V: TableValue> Table<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (_, leaf) = leaf_for(&self.leaves, key)?;
        let rows = leaf.rows();
        let (_, value) = rows.get(find(rows, key).ok()?)?;
        Some(value)
    }

    pub(crate) fn contains_key<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.get(key).is_some()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.leaves.values().flat_map(|leaf| leaf.rows().iter().map(|(key, value)| (key, value)))
    }

    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// The rows of a range; unpacks only those that are asked for.
    pub(crate) fn range(&self, range: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let (start, end) = (range.start_bound().cloned(), range.end_bound().cloned());
        let first = match &start {
            Bound::Included(key) | Bound::Excluded(key) => leaf_for(&self.leaves, key),
            Bound::Unbounded => None,
        };
        let first = first.map_or(Bound::Unbounded, |(start, _)| Bound::Included(start.clone()));
        // A range that ends before its start has no leaves either.
        let is_empty = match (&first, &end) {
            (Bound::Included(first), Bound::Included(end) | Bound::Excluded(end)) => first > end,
            _ => false,
        };
        let leaves = (!is_empty).then(|| self.leaves.range((first, end.clone()))).into_iter().flatten();
        leaves.flat_map(move |(_, leaf)| {
            let rows = leaf.rows();
            let from = rows.partition_point(|(key, _)| match &start {
                Bound::Included(start) => key < start,
                Bound::Excluded(start) => key <= start,
                Bound::Unbounded => false,
            });
            let to = rows.partition_point(|(key, _)| match &end {
                Bound::Included(end) => key <= end,
                Bound::Excluded(end) => key < end,
                Bound::Unbounded => true,
            });
            rows.get(from..to).unwrap_or_default().iter().map(|(key, value)| (key, value))
        })
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let (start, leaf) = self.leaves.range_mut(..=key).next_back()?;
        let at = find(leaf.rows(), key).ok()?;
        self.capture.before_write(start, Some(leaf));
        leaf.rows_mut().get_mut(at).map(|(_, value)| value)
    }

    /// The row, made if it does not exist.
    pub(crate) fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let Self { leaves, capture, len } = self;
        let rows = rows_for(leaves, capture, &key);
        let at = find(rows, &key).unwrap_or_else(|at| {
            rows.insert(at, (key, make()));
            *len += 1;
            at
        });
        &mut rows[at].1
    }

    /// Makes the row if it does not exist. If it does, this is no change.
    pub(crate) fn ensure(&mut self, key: K, make: impl FnOnce() -> V) {
        if !self.contains_key(&key) {
            self.insert(key, make());
        }
    }

    /// Adds a row, or replaces the one with the same key.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        let Self { leaves, capture, len } = self;
        let rows = rows_for(leaves, capture, &key);
        match find(rows, &key) {
            Ok(at) => rows[at].1 = value,
            Err(at) => {
                rows.insert(at, (key, value));
                *len += 1;
            }
        }
    }

    pub(crate) fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let Self { leaves, capture, len } = self;
        let (start, leaf) = leaves.range_mut::<Q, _>(up_to(key)).next_back()?;
        let at = find(leaf.rows(), key).ok()?;
        capture.before_write(start, Some(leaf));
        let rows = leaf.rows_mut();
        let (removed, value) = rows.remove(at);
        *len -= 1;
        if rows.is_empty() || removed == *start && removed != K::least() {
            let (start, rest) = (start.clone(), std::mem::take(rows));
            end_leaf(leaves, capture, &start, rest);
        }
        Some(value)
    }

    /// Removes the rows for which `keep` says no.
    pub(crate) fn retain(&mut self, keep: impl Fn(&K, &V) -> bool) {
        let gone: Vec<K> =
            self.iter().filter(|(key, value)| !keep(key, value)).map(|(key, _)| key.clone()).collect();
        gone.iter().for_each(|key| drop(self.remove(key)));
    }

    /// Adds a leaf of another table with the same rows.
    pub(super) fn restore(&mut self, start: K, packed: Packed) {
        self.len += packed.len();
        self.leaves.insert(start, Leaf::from_packed(packed));
    }

    /// Begins to capture the table as it is now. A capture that was begun before is given up.
    pub(super) fn begin_capture(&mut self) {
        self.capture.begin();
    }

    /// Captures more leaves while there is room for rows, and takes up the room. Room is left when all are captured, or
    /// no capture is under way.
    pub(super) fn capture(&mut self, room: &mut usize, each: &mut dyn FnMut(&K, &Packed)) {
        self.capture.advance(&mut self.leaves, room, each);
    }
}

/// The leaf to which that key belongs.
fn leaf_for<'t, K, V, Q>(leaves: &'t BTreeMap<K, Leaf<K, V>>, key: &Q) -> Option<(&'t K, &'t Leaf<K, V>)>
where
    K: Borrow<Q> + Ord,
    Q: Ord + ?Sized,
{
    // Looking at a map's end costs a fraction of a search, and most rows that are used are the newest.
    let last = leaves.last_key_value()?;
    if last.0.borrow() <= key { Some(last) } else { leaves.range::<Q, _>(up_to(key)).next_back() }
}

/// The rows of the leaf to which that key belongs, which are about to change. A new leaf begins if the key begins one.
fn rows_for<'t, K: TableKey, V: TableValue>(
    leaves: &'t mut BTreeMap<K, Leaf<K, V>>,
    capture: &mut Capture<K, V>,
    key: &K,
) -> &'t mut Vec<(K, V)> {
    if !key.begins_leaf() {
        let start = leaf_for(leaves, key).map(|(start, _)| start.clone());
        return rows_of(leaves, capture, start);
    }
    if !leaves.contains_key(key) {
        let rows = split_off(leaves, capture, key);
        capture.before_write(key, None);
        leaves.insert(key.clone(), Leaf::from_rows(rows));
    }
    rows_of(leaves, capture, Some(key.clone()))
}

/// The rows of the leaf that begins there, or of the first leaf, which are about to change.
fn rows_of<'t, K: TableKey, V: TableValue>(
    leaves: &'t mut BTreeMap<K, Leaf<K, V>>,
    capture: &mut Capture<K, V>,
    start: Option<K>,
) -> &'t mut Vec<(K, V)> {
    let start = start.unwrap_or_else(K::least);
    if capture.is_under_way() {
        capture.before_write(&start, leaves.get(&start));
    }
    leaves.entry(start).or_insert_with(|| Leaf::from_rows(Vec::new())).rows_mut()
}

/// Removes the rows from that key on from the leaf before it.
fn split_off<K: TableKey, V: TableValue>(
    leaves: &mut BTreeMap<K, Leaf<K, V>>,
    capture: &mut Capture<K, V>,
    key: &K,
) -> Vec<(K, V)> {
    let Some((start, leaf)) = leaves.range_mut(..key).next_back() else { return Vec::new() };
    let at = leaf.rows().partition_point(|(other, _)| other < key);
    if at == leaf.len() {
        return Vec::new();
    }
    capture.before_write(start, Some(leaf));
    if at > 0 {
        return leaf.rows_mut().split_off(at);
    }
    let start = start.clone();
    leaves.remove(&start).map_or_else(Vec::new, |mut leaf| std::mem::take(leaf.rows_mut()))
}

/// Removes a leaf, and moves the rows that are left to the leaf before it.
fn end_leaf<K: TableKey, V: TableValue>(
    leaves: &mut BTreeMap<K, Leaf<K, V>>,
    capture: &mut Capture<K, V>,
    start: &K,
    rest: Vec<(K, V)>,
) {
    leaves.remove(start);
    if !rest.is_empty() {
        let before = leaves.range(..start).next_back().map(|(start, _)| start.clone());
        rows_of(leaves, capture, before).extend(rest);
    }
}

fn up_to<Q: ?Sized>(key: &Q) -> (Bound<&Q>, Bound<&Q>) {
    (Bound::Unbounded, Bound::Included(key))
}

fn find<K: Borrow<Q>, V, Q: Ord + ?Sized>(rows: &[(K, V)], key: &Q) -> Result<usize, usize> {
    rows.binary_search_by(|(other, _)| other.borrow().cmp(key))
}

/// Tables are equal when their rows are.
impl<K: TableKey, V: TableValue + PartialEq> PartialEq for Table<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: TableKey + fmt::Debug, V: TableValue + fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
