//! The ids of received messages, by which repetitions are detected.

use std::collections::VecDeque;

/// Received message ids that a session stores to detect repetitions: the window.
pub(super) const MAX_SEEN: usize = 512;

/// The ids of the latest messages with their sequence numbers, at most [`MAX_SEEN`].
// Sorted by id. Ids mostly arrive in order, so that insertions are appends; most sessions hold a few, for which this is a
// quarter of the size of a tree.
#[derive(Debug, Default)]
pub(super) struct SeenIds(VecDeque<(i64, i32)>);

impl SeenIds {
    pub(super) fn contains(&self, id: i64) -> bool {
        self.position(id).is_ok()
    }

    /// Stores an id. The lowest one is dropped if there are too many.
    pub(super) fn insert(&mut self, id: i64, sequence: i32) {
        match self.position(id) {
            Ok(at) => self.0[at].1 = sequence,
            Err(at) => self.0.insert(at, (id, sequence)),
        }
        while self.0.len() > MAX_SEEN {
            self.0.pop_front();
        }
    }

    /// The sequence number of a message.
    pub(super) fn sequence(&self, id: i64) -> Option<i32> {
        self.position(id).ok().map(|at| self.0[at].1)
    }

    /// The lowest and the highest id.
    pub(super) fn bounds(&self) -> Option<(i64, i64)> {
        Some((self.0.front()?.0, self.0.back()?.0))
    }

    /// Whether a message is older than every stored id, so that a repetition would not be detected.
    pub(super) fn precedes_window(&self, id: i64) -> bool {
        self.0.len() == MAX_SEEN && self.bounds().is_some_and(|(lowest, _)| id < lowest)
    }

    /// The sequence numbers of the content-related messages right before and after an id.
    pub(super) fn neighbours(&self, id: i64) -> (Option<i32>, Option<i32>) {
        let (Ok(at) | Err(at)) = self.position(id);
        let odd = |(_, sequence): &(i64, i32)| (*sequence & 1 == 1).then_some(*sequence);
        (self.0.range(..at).rev().find_map(odd), self.0.range(at..).find_map(odd))
    }

    /// Drops the ids below `lowest` except the last content-related one, whose sequence number the next has to exceed, and
    /// gives the memory back.
    pub(super) fn drop_before(&mut self, lowest: i64) {
        let last_odd = self.0.iter().rev().find(|(_, sequence)| sequence & 1 == 1).map(|(id, _)| *id);
        self.0.retain(|(id, _)| *id >= lowest || Some(*id) == last_odd);
        self.0.shrink_to_fit();
    }

    fn position(&self, id: i64) -> Result<usize, usize> {
        // Most ids are higher than all others.
        match self.0.back() {
            Some((last, _)) if *last < id => Err(self.0.len()),
            _ => self.0.binary_search_by_key(&id, |(id, _)| *id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_whatever_order_they_arrive() {
        let mut seen = SeenIds::default();
        for (id, sequence) in [(8, 3), (4, 1), (12, 4), (16, 5)] {
            seen.insert(id, sequence);
        }
        assert!([4, 8, 12, 16].iter().all(|id| seen.contains(*id)));
        assert!(![0, 5, 20].iter().any(|id| seen.contains(*id)));
        assert_eq!(seen.bounds(), Some((4, 16)));
        assert_eq!(seen.sequence(12), Some(4));
        for (id, expected) in [
            (0, (None, Some(1))),
            (6, (Some(1), Some(3))),
            (14, (Some(3), Some(5))),
            (12, (Some(3), Some(5))),
            (20, (Some(5), None)),
        ] {
            assert_eq!(seen.neighbours(id), expected, "{id}");
        }
    }

    #[test]
    fn the_lowest_ids_leave_the_window() {
        let mut seen = SeenIds::default();
        for n in 1..=MAX_SEEN as i64 + 1 {
            assert!(!seen.precedes_window(n * 4), "the window is not full");
            seen.insert(n * 4, 0);
        }
        assert_eq!(seen.bounds(), Some((8, (MAX_SEEN as i64 + 1) * 4)));
        assert!(seen.precedes_window(4) && !seen.precedes_window(8));
    }

    #[test]
    fn old_ids_are_dropped_but_for_the_last_sequence_number() {
        let mut seen = SeenIds::default();
        (1..=400).for_each(|n| seen.insert(n * 4, 2 * n as i32 + 1));
        seen.insert(401 * 4, 802);
        seen.drop_before(1_000_000);
        assert_eq!(seen.bounds(), Some((1600, 1600)));
        assert_eq!(seen.neighbours(2000), (Some(801), None));
        assert!(seen.0.capacity() < 8, "{}", seen.0.capacity());
    }
}
