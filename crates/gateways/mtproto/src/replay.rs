//! Records which requests of a key were executed, so that none is executed twice, on whatever connection it arrives.
//!
//! The session of a connection knows only the messages of that connection, and an attacker may send a recorded frame again
//! on another one. Only ids of the last 300 seconds are stored, since older messages are refused by their time. A restart
//! loses them, so ids from before the restart are refused too ([`Executed::new`]).

use std::collections::{BTreeSet, HashMap};

/// The maximum number of requests of one session that are stored; lower ids are refused.
const MAX_REQUESTS: usize = 512;
/// The maximum number of sessions of one key that are stored. When a session is removed, the key's lowest id rises to the
/// newest id of that session.
const MAX_SESSIONS: usize = 64;
/// > If a client message is more than 300 seconds old or 30 seconds in the future, it is ignored.
const WINDOW_SECONDS: i64 = 330;

/// Whether a request may be executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The request is new and may be executed.
    New,
    /// The request was executed before.
    Repeated,
    /// The request is so old that it is unknown whether it was executed.
    TooOld,
}

/// The ids of the executed requests of a key's sessions.
#[derive(Debug)]
pub(crate) struct Executed {
    sessions: HashMap<i64, Session>,
    /// A session that is not stored starts with this lowest id.
    lowest: i64,
}

#[derive(Debug)]
struct Session {
    ids: BTreeSet<i64>,
    lowest: i64,
}

impl Executed {
    /// Creates an empty record that refuses ids up to `lowest`.
    pub(crate) fn new(lowest: i64) -> Self {
        Self { sessions: HashMap::new(), lowest }
    }

    /// Decides whether a request may be executed, and records it.
    pub(crate) fn admit(&mut self, session: i64, request: i64) -> Admission {
        if !self.sessions.contains_key(&session) {
            self.remove_sessions(request);
        }
        let lowest = self.lowest;
        let session =
            self.sessions.entry(session).or_insert_with(|| Session { ids: BTreeSet::new(), lowest });
        session.admit(request)
    }

    /// Removes the ids that are refused by their time now (`now` is in milliseconds), and frees their memory.
    pub(crate) fn trim(&mut self, now: i64) {
        let oldest = (now / 1000 - WINDOW_SECONDS) << 32;
        self.sessions.retain(|_, session| session.newest() >= oldest);
        self.sessions.values_mut().for_each(|session| session.ids = session.ids.split_off(&oldest));
        self.sessions.shrink_to_fit();
    }

    /// Removes sessions until there is room for another one.
    fn remove_sessions(&mut self, request: i64) {
        let oldest = request - (WINDOW_SECONDS << 32);
        self.sessions.retain(|_, session| session.newest() >= oldest);
        while self.sessions.len() >= MAX_SESSIONS {
            let first = self.sessions.iter().min_by_key(|(_, session)| session.newest()).map(|(id, _)| *id);
            let removed = first.and_then(|id| self.sessions.remove(&id));
            self.lowest = self.lowest.max(removed.map_or(i64::MIN, |session| session.newest()));
        }
    }
}

impl Session {
    fn newest(&self) -> i64 {
        self.ids.last().copied().unwrap_or(self.lowest)
    }

    fn admit(&mut self, request: i64) -> Admission {
        if self.ids.contains(&request) {
            return Admission::Repeated;
        }
        if request <= self.lowest {
            return Admission::TooOld;
        }
        self.ids.insert(request);
        if self.ids.len() > MAX_REQUESTS {
            self.lowest = self.ids.pop_first().unwrap_or(self.lowest);
        }
        Admission::New
    }
}

/// Returns an id below every id that a client generates at the given time, in milliseconds. The upper half of an id is the
/// second; clients fill the lower half with fractions of a second in different units, and Pyrogram 2.0 with a counter that
/// begins at 0 in each second. So a frame that was recorded in the second of a restart may still be accepted as new.
pub(crate) fn lowest_id(now: i64) -> i64 {
    ((now / 1000) << 32) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: i64 = 1_790_000_000 << 32;

    #[test]
    fn a_request_is_executed_once() {
        let mut executed = Executed::new(ID);
        assert_eq!(executed.admit(1, ID + 4), Admission::New);
        assert_eq!(executed.admit(1, ID + 4), Admission::Repeated);
        assert_eq!(executed.admit(2, ID + 4), Admission::New, "another session has ids of its own");
        assert_eq!(executed.admit(1, ID), Admission::TooOld, "it is from before a restart");
    }

    #[test]
    fn requests_that_are_no_longer_stored_are_refused() {
        let mut executed = Executed::new(0);
        for n in 1..=MAX_REQUESTS as i64 + 1 {
            assert_eq!(executed.admit(1, ID + 4 * n), Admission::New);
        }
        assert_eq!(executed.admit(1, ID + 4), Admission::TooOld);
        assert_eq!(executed.admit(1, ID + 8), Admission::Repeated);
        // One session too many: the oldest is removed, and none of its requests can be executed again.
        let mut executed = Executed::new(0);
        for n in 1..=MAX_SESSIONS as i64 + 1 {
            assert_eq!(executed.admit(n, ID + 4 * n), Admission::New);
        }
        assert_eq!(executed.sessions.len(), MAX_SESSIONS);
        assert_eq!(executed.admit(1, ID + 4), Admission::TooOld);
    }

    #[test]
    fn expired_sessions_are_removed() {
        let mut executed = Executed::new(0);
        executed.admit(1, ID);
        executed.admit(2, ID + ((WINDOW_SECONDS + 1) << 32));
        assert_eq!(executed.sessions.len(), 1);
        assert_eq!(executed.lowest, 0);
    }

    #[test]
    fn only_expired_ids_are_trimmed() {
        let mut executed = Executed::new(0);
        let second = |seconds: i64| ID + (seconds << 32);
        for (session, at) in [(1, 0), (2, 0), (2, 100), (2, 200)] {
            executed.admit(session, second(at));
        }
        executed.trim((1_790_000_000 + 100 + WINDOW_SECONDS) * 1000);
        assert_eq!(executed.sessions.len(), 1);
        assert_eq!(executed.admit(2, second(100)), Admission::Repeated);
        assert_eq!(executed.admit(2, second(200)), Admission::Repeated);
        assert_eq!(executed.sessions.get(&2).map(|session| session.ids.len()), Some(2));
    }

    #[test]
    fn the_ids_of_every_client_are_above_the_lowest_id_of_their_time() {
        for milliseconds in [0, 1, 500, 999] {
            let lowest = lowest_id(1_790_000_000_000 + milliseconds);
            let telethon = ID | (milliseconds * 1_000_000) << 2;
            let mtcute = ID | (milliseconds << 22);
            let pyrogram = ID;
            assert!([telethon, mtcute, pyrogram].iter().all(|id| *id > lowest), "{milliseconds}");
        }
    }
}
