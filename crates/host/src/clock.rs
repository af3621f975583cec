use parlor_world::Timestamp;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// A world's clock: the system's, moved forward or frozen by a test. It never goes back.
#[derive(Debug, Default)]
pub struct Clock {
    hands: Mutex<Hands>,
}

#[derive(Debug, Default)]
struct Hands {
    /// Milliseconds ahead of the system's clock, while running.
    ahead: i64,
    /// Where it stands, while frozen.
    frozen: Option<Timestamp>,
    /// The latest time that was told.
    last: Timestamp,
}

/// What a clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// The time.
    pub now: Timestamp,
    /// Whether it stands still.
    pub frozen: bool,
}

/// A world's time only goes forward: dates of messages would lie otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock can't go back")]
pub struct ClockError;

/// The one place that asks the machine what time it is.
#[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
fn system_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Clock {
    /// A clock that never shows a time before `earliest`: the last event of a journal.
    pub(crate) fn not_before(earliest: Timestamp) -> Self {
        Self { hands: Mutex::new(Hands { last: earliest, ..Hands::default() }) }
    }

    /// The machine's own time, in milliseconds since the epoch: for protocols that set clocks by it, whatever a test
    /// did to the world's.
    pub fn machine() -> i64 {
        system_time()
    }

    /// What it shows.
    pub fn state(&self) -> ClockState {
        self.with(|hands| ClockState { now: hands.now(), frozen: hands.frozen.is_some() })
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.with(Hands::now)
    }

    /// Moves it forward.
    pub fn advance(&self, milliseconds: i64) -> Result<ClockState, ClockError> {
        let now = self.now();
        self.set(Timestamp(now.0.saturating_add(milliseconds)))
    }

    /// Sets it to a later time.
    pub fn set(&self, to: Timestamp) -> Result<ClockState, ClockError> {
        self.with(|hands| {
            if to < hands.now() {
                return Err(ClockError);
            }
            match &mut hands.frozen {
                Some(frozen) => *frozen = to,
                None => hands.ahead = to.0.saturating_sub(system_time()),
            }
            Ok(())
        })?;
        Ok(self.state())
    }

    /// Stops it, or lets it run on from where it stands.
    pub fn freeze(&self, freeze: bool) -> ClockState {
        self.with(|hands| {
            let now = hands.now();
            hands.ahead = now.0.saturating_sub(system_time());
            hands.frozen = freeze.then_some(now);
        });
        self.state()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Hands) -> T) -> T {
        act(&mut self.hands.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hands {
    fn now(&mut self) -> Timestamp {
        let shown = self.frozen.unwrap_or_else(|| Timestamp(system_time().saturating_add(self.ahead)));
        self.last = self.last.max(shown);
        self.last
    }
}
