//! Message boxes: how an account numbers its messages, and what MTProto clients of the account are told.

use super::update::Update;
use crate::ids::{AccountId, MessageId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// > Updates are stored on the server until the bot receives them either way, but not longer than 24 hours.
pub const RETENTION_SECONDS: i64 = 24 * 60 * 60;

/// Entries that a log holds at most: the oldest are dropped first, and a client that asks for them is told that its state
/// is too old.
pub const MAX_ENTRIES: usize = 100_000;

/// Logs of this length or less take no more room than they need.
const SMALL: usize = 16;

/// One account's numbering of the messages in its private chats and basic groups, or a channel's of its own. Which message has which id is in the world's
/// `message_ids`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageBox {
    pub(crate) next_id: MessageId,
    /// What happened, for MTProto clients; `None` for a bot that has never used MTProto.
    pub log: Option<Log>,
}

impl MessageBox {
    pub(crate) fn new(log: Option<Log>) -> Self {
        Self { next_id: MessageId(1), log }
    }
}

/// MTProto's counters: pts of the message box, qts of what else must not be missed (core.telegram.org/api/updates).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateState {
    /// > Each event related to a message box is identified by a unique autoincremented pts.
    pub pts: i32,
    /// For bots: blocks, join requests, reactions.
    pub qts: i32,
}

impl Default for UpdateState {
    /// > pts 0 means that a client has no state. The same goes for qts (mtcute).
    fn default() -> Self {
        Self { pts: 1, qts: 1 }
    }
}

/// How far one update moves the counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UpdateCount {
    /// > The pts_count is the number of events.
    pub pts: i32,
    /// 0 or 1.
    pub qts: i32,
}

/// The updates of one account, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    next: i64,
    state: UpdateState,
    entries: VecDeque<Entry>,
}

impl Default for Log {
    /// Positions begin with 1, so that a reader can say "after 0".
    fn default() -> Self {
        Self { next: 1, state: UpdateState::default(), entries: VecDeque::new() }
    }
}

/// One update in a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in this log, without gaps. Readers inside the server use it; clients never see it.
    pub position: i64,
    /// MTProto's counters after it.
    pub state: UpdateState,
    /// How far it moved them.
    pub count: UpdateCount,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub update: Update,
    /// The bots that do not get it, though it is in the log of a channel or supergroup in which they are.
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    pub except: Box<[AccountId]>,
}

impl Log {
    /// The position that the next entry will have.
    pub fn next(&self) -> i64 {
        self.next
    }

    /// MTProto's counters as of now.
    pub fn state(&self) -> UpdateState {
        self.state
    }

    /// The entry at a position, if it is kept.
    pub fn get(&self, position: i64) -> Option<&Entry> {
        let first = self.entries.front()?.position;
        self.entries.get(usize::try_from(position - first).ok()?)
    }

    /// The entries after these counters; `None` if some of them are no longer kept. A `qts` below 1 is that of a client
    /// that has none: it misses nothing.
    pub fn since(&self, pts: i32, qts: i32) -> Option<impl Iterator<Item = &Entry>> {
        let start = self.entries.front().map_or(self.state, |first| UpdateState {
            pts: first.state.pts - first.count.pts,
            qts: first.state.qts - first.count.qts,
        });
        let is_whole = (start.pts..=self.state.pts).contains(&pts) && (qts < 1 || qts >= start.qts);
        is_whole.then(|| self.kept_since(pts, qts))
    }

    /// The entries after these counters that are still kept.
    pub fn kept_since(&self, pts: i32, qts: i32) -> impl Iterator<Item = &Entry> {
        let missed = move |entry: &&Entry| {
            entry.count.pts > 0 && entry.state.pts > pts || entry.count.qts > 0 && entry.state.qts > qts
        };
        self.entries.iter().filter(missed)
    }

    /// The kept entries from that position on that are not older than 24 hours.
    pub fn from(&self, position: i64, now: Timestamp) -> impl Iterator<Item = &Entry> {
        let oldest = now.plus_seconds(-RETENTION_SECONDS);
        let start = self.entries.partition_point(|entry| entry.position < position);
        self.entries.range(start..).filter(move |entry| entry.at > oldest)
    }

    /// The position of the first kept entry after that time, or of the next one.
    pub fn first_after(&self, at: Timestamp) -> i64 {
        let start = self.entries.partition_point(|entry| entry.at <= at);
        self.entries.get(start).map_or(self.next, |entry| entry.position)
    }

    /// Appends an update with the counters that were recorded for it. Returns its position.
    pub(crate) fn push(
        &mut self,
        at: Timestamp,
        state: UpdateState,
        count: UpdateCount,
        update: Update,
        except: &[AccountId],
    ) -> i64 {
        let oldest = at.plus_seconds(-RETENTION_SECONDS);
        while self.entries.pop_front_if(|entry| entry.at <= oldest).is_some() {}
        if self.entries.len() >= MAX_ENTRIES {
            self.entries.pop_front();
        }
        // Most logs hold a handful: they begin with room for one entry, not for four.
        let length = self.entries.len();
        if length == self.entries.capacity() && length < SMALL {
            self.entries.reserve_exact(length.max(1));
        }
        let position = self.next;
        self.state = state;
        self.entries.push_back(Entry { position, state, count, at, update, except: except.into() });
        self.next += 1;
        position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ChatId;

    /// A log of which the oldest entry, with that count, is no longer kept.
    fn log(lost: UpdateCount) -> Log {
        let mut log = Log::default();
        let (by, other) = (AccountId(1), AccountId(2));
        let day = RETENTION_SECONDS * 1000;
        let counts =
            [(0, lost), (day, UpdateCount { pts: 1, qts: 0 }), (day, UpdateCount { pts: 0, qts: 1 })];
        for (at, count) in counts {
            let state = UpdateState { pts: log.state.pts + count.pts, qts: log.state.qts + count.qts };
            let update = Update::BlockChanged { chat: ChatId::private(by, other), by, is_blocked: true };
            log.push(Timestamp(at), state, count, update, &[]);
        }
        log
    }

    #[test]
    fn lost_updates_of_either_counter_are_not_passed_over() {
        let positions = |log: &Log, pts, qts| {
            log.since(pts, qts).map(|entries| entries.map(|entry| entry.position).collect::<Vec<_>>())
        };
        let lost_pts = log(UpdateCount { pts: 1, qts: 0 });
        let lost_qts = log(UpdateCount { pts: 0, qts: 1 });
        for (log, pts, qts, expected) in [
            (&lost_pts, 1, 1, None),
            (&lost_pts, 2, 1, Some(vec![2, 3])),
            (&lost_pts, 3, 2, Some(vec![])),
            (&lost_pts, 4, 2, None),
            (&lost_qts, 1, 1, None),
            (&lost_qts, 1, 2, Some(vec![2, 3])),
            // That client has no qts.
            (&lost_qts, 1, 0, Some(vec![2, 3])),
            (&lost_qts, 1, -1, Some(vec![2, 3])),
        ] {
            assert_eq!(positions(log, pts, qts), expected, "{pts} {qts}");
        }
        assert_eq!(lost_qts.kept_since(2, 1).map(|entry| entry.position).collect::<Vec<_>>(), [3]);
        assert_eq!(lost_qts.get(3).map(|entry| entry.count.qts), Some(1));
        assert_eq!((lost_qts.get(1), lost_qts.get(4)), (None, None));
    }

    #[test]
    fn a_log_keeps_a_limited_number_of_entries() {
        let mut log = Log::default();
        let update = Update::BlockChanged {
            chat: ChatId::private(AccountId(1), AccountId(2)),
            by: AccountId(1),
            is_blocked: true,
        };
        for _ in 0..=MAX_ENTRIES {
            log.push(Timestamp(0), UpdateState::default(), UpdateCount::default(), update.clone(), &[]);
        }
        assert_eq!((log.get(1), log.from(0, Timestamp(0)).count()), (None, MAX_ENTRIES));
    }
}
