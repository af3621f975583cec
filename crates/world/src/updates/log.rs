use super::Update;
use crate::Timestamp;
use crate::account::UserProfile;
use crate::shared::Shared;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// > Updates are stored on the server until the bot receives them either way, but not longer than 24 hours.
pub const RETENTION_SECONDS: i64 = 24 * 60 * 60;

/// Logs up to this length take no more room than they need.
const SMALL: usize = 16;

/// A numbered queue of updates; the numbers have no gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    next: i64,
    state: Weight,
    entries: VecDeque<Entry>,
}

/// MTProto's counters, or by how much an update moves them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Weight {
    /// Of the message box.
    pub pts: i32,
    /// Of the rest that must not be missed.
    pub qts: i32,
}

/// One update with its number and time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The number in this log: a bot's `update_id`.
    pub number: i64,
    /// MTProto's counters behind it.
    pub state: Weight,
    /// By how much it moved them.
    pub weight: Weight,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub update: Update,
    /// The user as he was then, in bots' logs.
    pub profile: Option<Shared<UserProfile>>,
}

impl Log {
    pub(crate) fn new(first: i64) -> Self {
        // > pts 0 means that a client has no state. The same goes for qts (mtcute).
        Self { next: first, state: Weight { pts: 1, qts: 1 }, entries: VecDeque::new() }
    }

    /// The number that the next update will get.
    pub fn next(&self) -> i64 {
        self.next
    }

    /// MTProto's counters as of now.
    pub fn state(&self) -> Weight {
        self.state
    }

    /// Everything that is kept, newest first.
    pub fn newest(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev()
    }

    /// The updates after these counters; `None` if some of them are no longer kept. A `qts` below 1 is that of a client
    /// that keeps none: it misses nothing.
    pub fn since(&self, pts: i32, qts: i32) -> Option<impl Iterator<Item = &Entry>> {
        let start = self.entries.front().map_or(self.state, |first| Weight {
            pts: first.state.pts - first.weight.pts,
            qts: first.state.qts - first.weight.qts,
        });
        let is_whole = (start.pts..=self.state.pts).contains(&pts) && (qts < 1 || qts >= start.qts);
        is_whole.then(|| self.kept_since(pts, qts))
    }

    /// The updates after these counters that are still kept.
    pub fn kept_since(&self, pts: i32, qts: i32) -> impl Iterator<Item = &Entry> {
        let missed = move |entry: &&Entry| {
            entry.weight.pts > 0 && entry.state.pts > pts || entry.weight.qts > 0 && entry.state.qts > qts
        };
        self.entries.iter().filter(missed)
    }

    /// Assigns the next number. Must happen in the step of the event itself: a number that was handed out but not
    /// kept is a gap that no reader can ever fill.
    pub(crate) fn push(
        &mut self,
        at: Timestamp,
        update: Update,
        profile: Option<Shared<UserProfile>>,
        weight: Weight,
    ) {
        let oldest = at.plus_seconds(-RETENTION_SECONDS);
        while self.entries.front().is_some_and(|entry| entry.at <= oldest) {
            self.entries.pop_front();
        }
        // Most people's logs hold a handful: they begin with room for one entry, not for four.
        let length = self.entries.len();
        if length == self.entries.capacity() && length < SMALL {
            self.entries.reserve_exact(length.max(1));
        }
        self.state.pts = self.state.pts.saturating_add(weight.pts);
        self.state.qts = self.state.qts.saturating_add(weight.qts);
        self.entries.push_back(Entry { number: self.next, state: self.state, weight, at, update, profile });
        self.next += 1;
    }

    /// The kept updates from that number on that are not older than 24 hours.
    pub fn from(&self, number: i64, now: Timestamp) -> impl Iterator<Item = &Entry> {
        let oldest = now.plus_seconds(-RETENTION_SECONDS);
        let start = self.entries.partition_point(|entry| entry.number < number);
        self.entries.range(start..).filter(move |entry| entry.at > oldest)
    }

    /// The number of the first kept update after that time, or of the next one.
    pub fn first_after(&self, at: Timestamp) -> i64 {
        let start = self.entries.partition_point(|entry| entry.at <= at);
        self.entries.get(start).map_or(self.next, |entry| entry.number)
    }

    /// How many are waiting.
    pub fn pending(&self, now: Timestamp) -> usize {
        self.from(i64::MIN, now).count()
    }

    pub(crate) fn first_number(&self) -> Option<i64> {
        self.entries.front().map(|entry| entry.number)
    }

    pub(crate) fn contains(&self, number: i64) -> bool {
        self.entries.binary_search_by_key(&number, |entry| entry.number).is_ok()
    }

    pub(crate) fn drop_below(&mut self, number: i64) {
        let end = self.entries.partition_point(|entry| entry.number < number);
        self.entries.drain(..end);
        if self.entries.is_empty() {
            self.entries.shrink_to(64);
        }
    }

    pub(crate) fn drop_one(&mut self, number: i64) {
        if let Ok(at) = self.entries.binary_search_by_key(&number, |entry| entry.number) {
            self.entries.remove(at);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BotId, DialogId, UserId};

    /// A log of which the oldest entry, of that weight, is no longer kept.
    fn log(lost: Weight) -> Log {
        let mut log = Log::new(1);
        let dialog = DialogId { user: UserId(1), bot: BotId(2) };
        let day = RETENTION_SECONDS * 1000;
        for (at, weight) in [(0, lost), (day, Weight { pts: 1, qts: 0 }), (day, Weight { pts: 0, qts: 1 })] {
            log.push(Timestamp(at), Update::Blocked { dialog, blocked: true }, None, weight);
        }
        log
    }

    #[test]
    fn lost_updates_of_either_counter_are_not_passed_over() {
        let numbers = |log: &Log, pts, qts| {
            log.since(pts, qts).map(|entries| entries.map(|entry| entry.number).collect::<Vec<_>>())
        };
        let lost_pts = log(Weight { pts: 1, qts: 0 });
        let lost_qts = log(Weight { pts: 0, qts: 1 });
        for (log, pts, qts, expected) in [
            (&lost_pts, 1, 1, None),
            (&lost_pts, 2, 1, Some(vec![2, 3])),
            (&lost_pts, 3, 2, Some(vec![])),
            (&lost_pts, 4, 2, None),
            (&lost_qts, 1, 1, None),
            (&lost_qts, 1, 2, Some(vec![2, 3])),
            // No qts is kept by that client.
            (&lost_qts, 1, 0, Some(vec![2, 3])),
            (&lost_qts, 1, -1, Some(vec![2, 3])),
        ] {
            assert_eq!(numbers(log, pts, qts), expected, "{pts} {qts}");
        }
        assert_eq!(lost_qts.kept_since(2, 1).map(|entry| entry.number).collect::<Vec<_>>(), [3]);
    }
}
