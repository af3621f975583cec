use parlor_world::Timestamp;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// A world's clock: the system clock, which a test may move forward or freeze. It never goes back.
#[derive(Debug, Default)]
pub struct Clock {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Milliseconds ahead of the system clock, while running.
    ahead: i64,
    /// The time at which the clock is frozen; `None` while it is running.
    frozen: Option<Timestamp>,
    /// The latest time that was read.
    last: Timestamp,
}

/// Where the clock of a world starts when its journal is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockStart {
    /// At the machine's time.
    #[default]
    System,
    /// At the time of the journal's last event, from which it continues: nothing expires because of the time in between.
    Journal,
}

/// The state of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockState {
    /// The time.
    pub now: Timestamp,
    /// Whether it is frozen.
    pub frozen: bool,
}

/// A request to move a clock back. A world's time only goes forward, since dates of messages would be out of order
/// otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock can't go back")]
pub struct ClockError;

/// Returns the machine's time, in milliseconds since the epoch. No other code reads the system clock.
#[expect(clippy::disallowed_methods, reason = "the only place that reads the system clock")]
fn system_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Clock {
    /// Creates the clock of a world whose last event was at `last`; it never shows an earlier time. `last` is `None` for a
    /// new world, whose clock starts at the machine's time.
    pub(crate) fn starting(start: ClockStart, last: Option<Timestamp>) -> Self {
        let ahead = match (start, last) {
            (ClockStart::Journal, Some(last)) => last.0.saturating_sub(system_time()),
            _ => 0,
        };
        Self { state: Mutex::new(State { ahead, last: last.unwrap_or_default(), ..State::default() }) }
    }

    /// Returns the machine's time, in milliseconds since the epoch. For protocols that synchronise clocks: a test that
    /// moves the world's clock must not affect them.
    pub fn machine() -> i64 {
        system_time()
    }

    /// Returns the time, and whether the clock is frozen.
    pub fn state(&self) -> ClockState {
        self.with(|state| ClockState { now: state.now(), frozen: state.frozen.is_some() })
    }

    /// Returns the time.
    pub fn now(&self) -> Timestamp {
        self.with(State::now)
    }

    /// Moves the clock forward.
    ///
    /// # Errors
    /// [`ClockError`] if `milliseconds` is negative.
    pub fn advance(&self, milliseconds: i64) -> Result<ClockState, ClockError> {
        let now = self.now();
        self.set(Timestamp(now.0.saturating_add(milliseconds)))
    }

    /// Sets the clock to a later time.
    ///
    /// # Errors
    /// [`ClockError`] if the clock already shows a later time.
    pub fn set(&self, to: Timestamp) -> Result<ClockState, ClockError> {
        self.with(|state| {
            if to < state.now() {
                return Err(ClockError);
            }
            match &mut state.frozen {
                Some(frozen) => *frozen = to,
                None => state.ahead = to.0.saturating_sub(system_time()),
            }
            Ok(())
        })?;
        Ok(self.state())
    }

    /// Freezes the clock, or lets it continue from its present time.
    pub fn freeze(&self, freeze: bool) -> ClockState {
        self.with(|state| {
            let now = state.now();
            state.ahead = now.0.saturating_sub(system_time());
            state.frozen = freeze.then_some(now);
        });
        self.state()
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn now(&mut self) -> Timestamp {
        let shown = self.frozen.unwrap_or_else(|| Timestamp(system_time().saturating_add(self.ahead)));
        self.last = self.last.max(shown);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_starts_at_the_chosen_time() {
        let old = Timestamp(1_790_000_000_000);
        let minute = 60_000;
        let running = Clock::starting(ClockStart::Journal, Some(old)).now();
        assert!((old.0..old.0 + minute).contains(&running.0), "{running:?}");
        for (start, last) in [(ClockStart::Journal, None), (ClockStart::System, Some(old))] {
            let before = system_time();
            let now = Clock::starting(start, last).now().0;
            assert!((before..before + minute).contains(&now), "{start:?}: {now}");
        }
        // A journal from another machine may be ahead of this machine's time.
        let future = Timestamp(system_time() + minute * 1000);
        for start in [ClockStart::System, ClockStart::Journal] {
            assert!(Clock::starting(start, Some(future)).now() >= future);
        }
    }
}
