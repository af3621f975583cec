use super::leaf::Leaf;
use super::packed::Packed;
use super::{TableKey, TableValue};
use std::collections::BTreeMap;
use std::ops::Bound;

/// A table as it was at one moment: a leaf is copied before it changes, unless it was captured already.
#[derive(Clone)]
pub(super) struct Capture<K, V>(Option<UnderWay<K, V>>);

#[derive(Clone)]
struct UnderWay<K, V> {
    /// Leaves up to here were captured.
    done: Bound<K>,
    /// Leaves after that as they were when the capture began; `None` for those that did not exist.
    saved: BTreeMap<K, Option<Leaf<K, V>>>,
}

impl<K, V> Default for Capture<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: TableKey, V: TableValue> Capture<K, V> {
    pub(super) fn begin(&mut self) {
        self.0 = Some(UnderWay { done: Bound::Unbounded, saved: BTreeMap::new() });
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.0.is_some()
    }

    /// Must be called before a leaf changes, comes into being (`None`) or goes.
    pub(super) fn before_write(&mut self, start: &K, leaf: Option<&Leaf<K, V>>) {
        let Some(UnderWay { done, saved }) = &mut self.0 else { return };
        let is_captured = match done {
            Bound::Included(done) => start <= done,
            Bound::Excluded(_) | Bound::Unbounded => false,
        };
        if !is_captured && !saved.contains_key(start) {
            saved.insert(start.clone(), leaf.map(Leaf::copy));
        }
    }

    /// Captures more of these leaves; see [`super::Table::capture`].
    pub(super) fn advance(
        &mut self,
        leaves: &mut BTreeMap<K, Leaf<K, V>>,
        room: &mut usize,
        each: &mut dyn FnMut(&K, &Packed),
    ) {
        while *room > 0 {
            let Some(UnderWay { done, saved }) = &mut self.0 else { return };
            let from = match done {
                Bound::Included(done) => Bound::Excluded(&*done),
                _ => Bound::Unbounded,
            };
            let present = leaves.range_mut((from, Bound::Unbounded)).next();
            let first_saved = saved.first_key_value().map(|(start, _)| start);
            let (start, rows) = match present {
                Some((start, leaf)) if first_saved.is_none_or(|saved| start < saved) => {
                    each(start, leaf.pack());
                    (start.clone(), leaf.len())
                }
                _ => {
                    let Some((start, leaf)) = saved.pop_first() else {
                        self.0 = None;
                        return;
                    };
                    let rows = leaf.map_or(0, |mut leaf| {
                        each(&start, leaf.pack());
                        leaf.len()
                    });
                    (start, rows)
                }
            };
            *done = Bound::Included(start);
            *room = room.saturating_sub(rows);
        }
    }
}
