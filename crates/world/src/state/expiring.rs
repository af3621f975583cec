use super::table::{Table, TableKey, TableValue};
use crate::ids::Timestamp;
use std::collections::VecDeque;

/// Values that are forgotten some time after they were put in: at the next insertion, in the order of their times.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expiring<K: TableKey, V: TableValue> {
    rows: Table<K, (Timestamp, V)>,
    order: VecDeque<(Timestamp, K)>,
}

impl<K: TableKey, V: TableValue> Default for Expiring<K, V> {
    fn default() -> Self {
        Self { rows: Table::default(), order: VecDeque::new() }
    }
}

impl<K: TableKey + Copy, V: TableValue> Expiring<K, V> {
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.rows.get_mut(key).map(|(_, value)| value)
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// Adds a value, and forgets those that are at least `seconds` old. A key is used once.
    pub(crate) fn insert(&mut self, at: Timestamp, seconds: i64, key: K, value: V) {
        let oldest = at.plus_seconds(-seconds);
        while let Some((_, old)) = self.order.pop_front_if(|(time, _)| *time <= oldest) {
            self.rows.remove(&old);
        }
        self.order.push_back((at, key));
        self.rows.insert(key, (at, value));
    }

    pub(super) fn rows_mut(&mut self) -> &mut Table<K, (Timestamp, V)> {
        &mut self.rows
    }

    /// Puts the keys in the order of their times again, after rows were restored.
    pub(super) fn restore_order(&mut self) {
        let mut order: Vec<_> = self.rows.iter().map(|(key, (at, _))| (*at, *key)).collect();
        order.sort_unstable_by_key(|(at, key)| (*at, *key));
        self.order = order.into();
    }
}
