//! Server salts: which one is current, and which are accepted.

use super::SALT_SECONDS;
use crate::AuthKey;

/// The salts of an hour and its neighbours. Computing one hashes the whole key, so they are computed once an hour.
#[derive(Debug)]
pub(super) struct Salts {
    /// The hour.
    period: i64,
    before: i64,
    current: i64,
    after: i64,
}

impl Salts {
    pub(super) fn new(key: &AuthKey, now: i64) -> Self {
        let period = period(now);
        let [before, current, after] = [period - 1, period, period + 1].map(|period| key.salt(period));
        Self { period, before, current, after }
    }

    /// The salts at a time in milliseconds, computed anew if the hour is another one.
    pub(super) fn at(&mut self, key: &AuthKey, now: i64) -> &Self {
        if self.period != period(now) {
            *self = Self::new(key, now);
        }
        self
    }

    pub(super) fn current(&self) -> i64 {
        self.current
    }

    /// A salt is current for an hour, and accepted for an hour before and after.
    pub(super) fn accept(&self, salt: i64) -> bool {
        [self.before, self.current, self.after].contains(&salt)
    }
}

fn period(now: i64) -> i64 {
    now / 1000 / SALT_SECONDS
}
