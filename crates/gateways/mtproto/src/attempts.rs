//! Limits wrong codes and passwords, per target and per client address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long wrong attempts count, from the first of them.
const WINDOW: Duration = Duration::from_secs(10 * 60);
/// The number of wrong attempts after which a code expires.
const MAX_PER_CODE: u32 = 5;
/// The maximum number of wrong codes for a phone number.
const MAX_PER_PHONE: u32 = 10;
/// The maximum number of wrong passwords for an account.
const MAX_PER_ACCOUNT: u32 = 10;
/// The maximum number of wrong attempts from one address.
const MAX_PER_ADDRESS: u32 = 50;
/// The maximum number of subjects that are stored; a new one replaces the oldest.
const MAX_SUBJECTS: usize = 10_000;

/// A subject whose wrong attempts are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// A code, by its hash.
    Code(String),
    /// A phone number of a world.
    Phone(u64, String),
    /// An account's password, in a world.
    Account(u64, i64),
    /// The client's address. All WebSocket clients count as one (`None`), because their address is unknown.
    Address(Option<IpAddr>),
}

impl Subject {
    fn limit(&self) -> u32 {
        match self {
            Self::Code(_) => MAX_PER_CODE,
            Self::Phone(..) => MAX_PER_PHONE,
            Self::Account(..) => MAX_PER_ACCOUNT,
            Self::Address(_) => MAX_PER_ADDRESS,
        }
    }
}

/// Wrong attempts of the last minutes.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<Subject, (u32, Instant)>>);

impl Attempts {
    /// Returns the seconds to wait if any of these subjects had too many wrong attempts.
    pub(crate) fn wait(&self, subjects: &[Subject], now: Instant) -> Option<u64> {
        let attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = subjects.iter().filter_map(|subject| {
            let (count, first) = attempts.get(subject)?;
            let left = WINDOW.checked_sub(now.saturating_duration_since(*first))?;
            (*count >= subject.limit()).then(|| left.as_secs().max(1))
        });
        wait.max()
    }

    /// Counts a wrong attempt.
    pub(crate) fn count(&self, subjects: impl IntoIterator<Item = Subject>, now: Instant) {
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.retain(|_, (_, first)| now.saturating_duration_since(*first) < WINDOW);
        for subject in subjects {
            if attempts.len() >= MAX_SUBJECTS && !attempts.contains_key(&subject) {
                let oldest =
                    attempts.iter().min_by_key(|(_, (_, first))| *first).map(|(oldest, _)| oldest.clone());
                oldest.map(|oldest| attempts.remove(&oldest));
            }
            attempts.entry(subject).or_insert((0, now)).0 += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_subject_has_its_limit_for_a_while() {
        let now = Instant::now();
        for subject in [
            Subject::Code("hash".to_owned()),
            Subject::Phone(1, "123".to_owned()),
            Subject::Account(1, 2),
            Subject::Address(None),
        ] {
            let attempts = Attempts::default();
            for _ in 1..subject.limit() {
                attempts.count([subject.clone()], now);
            }
            assert_eq!(attempts.wait(std::slice::from_ref(&subject), now), None, "{subject:?}");
            attempts.count([subject.clone()], now);
            assert_eq!(attempts.wait(std::slice::from_ref(&subject), now), Some(600), "{subject:?}");
            let later = now + WINDOW + Duration::from_secs(1);
            assert_eq!(attempts.wait(std::slice::from_ref(&subject), later), None, "{subject:?}");
        }
    }

    #[test]
    fn the_number_of_subjects_is_limited() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for n in 0..MAX_SUBJECTS as u64 + 10 {
            attempts.0.lock().unwrap().insert(Subject::Account(n, 0), (1, now));
            if n as usize >= MAX_SUBJECTS {
                attempts.0.lock().unwrap().remove(&Subject::Account(n, 0));
                attempts.count([Subject::Account(n, 0)], now);
            }
        }
        assert_eq!(attempts.0.lock().unwrap().len(), MAX_SUBJECTS);
    }
}
