use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;
use std::ops::Deref;

/// An ordered map that can be captured as it is at one moment while it goes on changing: what changes is copied first,
/// unless it was captured already. Reads are the map's own.
#[derive(Clone)]
pub(crate) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    capture: Option<Capture<K, V>>,
}

#[derive(Clone)]
struct Capture<K, V> {
    /// Rows up to here were captured.
    done: Bound<K>,
    /// Rows after that as they were when the capture began; `None` for those that did not exist.
    saved: BTreeMap<K, Option<V>>,
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    /// A table with these rows.
    pub(super) fn from_rows(rows: BTreeMap<K, V>) -> Self {
        Self { rows, capture: None }
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.before_write(key);
        self.rows.get_mut(key)
    }

    /// The row, made if it does not exist.
    pub(crate) fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        self.before_write(&key);
        self.rows.entry(key).or_insert_with(make)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.before_write(&key);
        self.rows.insert(key, value);
    }

    pub(crate) fn remove<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        let (key, _) = self.rows.get_key_value(key)?;
        let key = key.clone();
        self.before_write(&key);
        self.rows.remove::<K>(&key)
    }

    /// Removes the rows for which `keep` says no.
    pub(crate) fn retain(&mut self, keep: impl Fn(&K, &V) -> bool) {
        let gone: Vec<K> =
            self.rows.iter().filter(|(key, value)| !keep(key, value)).map(|(key, _)| key.clone()).collect();
        gone.iter().for_each(|key| drop(self.remove(key)));
    }

    fn before_write(&mut self, key: &K) {
        let Some(capture) = &mut self.capture else { return };
        let is_captured = match &capture.done {
            Bound::Included(done) => key <= done,
            Bound::Excluded(_) | Bound::Unbounded => false,
        };
        if !is_captured && !capture.saved.contains_key(key) {
            capture.saved.insert(key.clone(), self.rows.get(key).cloned());
        }
    }

    /// Begins to capture the table as it is now. A capture that was begun before is given up.
    pub(super) fn begin_capture(&mut self) {
        self.capture = Some(Capture { done: Bound::Unbounded, saved: BTreeMap::new() });
    }

    /// Captures up to `limit` more rows. Returns how many; fewer than `limit` means that all are captured, or that no
    /// capture is under way.
    pub(super) fn capture(&mut self, limit: usize, each: &mut dyn FnMut(&K, &V)) -> usize {
        let Some(capture) = &mut self.capture else { return 0 };
        let mut count = 0;
        while count < limit {
            let from = match &capture.done {
                Bound::Included(done) => Bound::Excluded(done.clone()),
                start => start.clone(),
            };
            let present = self.rows.range((from.clone(), Bound::Unbounded)).next();
            let saved = capture.saved.range((from, Bound::Unbounded)).next();
            let (key, value) = match (present, saved) {
                (None, None) => {
                    self.capture = None;
                    return count;
                }
                (Some((key, value)), Some((saved, _))) if key < saved => (key.clone(), Some(value)),
                (Some((key, value)), None) => (key.clone(), Some(value)),
                (_, Some((saved, value))) => (saved.clone(), value.as_ref()),
            };
            if let Some(value) = value {
                each(&key, value);
                count += 1;
            }
            capture.saved.remove(&key);
            capture.done = Bound::Included(key);
        }
        count
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), capture: None }
    }
}

impl<K, V> Deref for Table<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &BTreeMap<K, V> {
        &self.rows
    }
}

/// Tables are equal when their rows are.
impl<K: PartialEq, V: PartialEq> PartialEq for Table<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Act {
        Insert(u8, u16),
        Change(u8, u16),
        Remove(u8),
        Retain(u8),
        Capture(usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        let key = 0..20u8;
        prop_oneof![
            (key.clone(), any::<u16>()).prop_map(|(key, value)| Act::Insert(key, value)),
            (key.clone(), any::<u16>()).prop_map(|(key, value)| Act::Change(key, value)),
            key.clone().prop_map(Act::Remove),
            key.prop_map(Act::Retain),
            (1..5usize).prop_map(Act::Capture),
        ]
    }

    proptest! {
        /// Whatever happens meanwhile, what is captured is the table of the moment when the capture began.
        #[test]
        fn a_capture_is_of_one_moment(
            before in prop::collection::btree_map(0..20u8, any::<u16>(), 0..20),
            acts in prop::collection::vec(act(), 0..60),
        ) {
            let mut table = Table::from_rows(before.clone());
            table.begin_capture();
            let mut captured = Vec::new();
            for act in acts.into_iter().chain([Act::Capture(100)]) {
                match act {
                    Act::Insert(key, value) => table.insert(key, value),
                    Act::Change(key, value) => {
                        if let Some(row) = table.get_mut(&key) {
                            *row = value;
                        }
                    }
                    Act::Remove(key) => drop(table.remove(&key)),
                    Act::Retain(key) => table.retain(|other, _| *other != key),
                    Act::Capture(limit) => {
                        table.capture(limit, &mut |key, value| captured.push((*key, *value)));
                    }
                }
            }
            prop_assert_eq!(captured, before.into_iter().collect::<Vec<_>>());
            prop_assert!(table.capture.is_none());
        }
    }
}
