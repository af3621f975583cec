//! Telegram's limits on speed, when the host switches them on.
//!
//! > In a single chat, avoid sending more than one message per second. We may allow short bursts that go over this
//! > limit, but eventually you'll begin receiving 429 errors. […] the API will not allow bulk notifications to more
//! > than ~30 users per second (core.telegram.org/bots/faq)
//!
//! The exact limits are not published; these are the documented rates with a burst of our choosing.

use crate::ids::Timestamp;
use crate::refusal::Refusal;

/// A rate with room for a burst.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// Milliseconds that one message costs.
    cost: i64,
    /// Milliseconds of debt that are tolerated.
    burst: i64,
}

/// One message a second, a burst of three more.
pub(crate) const PER_CHAT: Limit = Limit { cost: 1000, burst: 3000 };
/// Between two bots: a message a second, a burst of thirty. Applies always: nobody else stops bots that answer each other.
pub(crate) const BETWEEN_BOTS: Limit = Limit { cost: 1000, burst: 30_000 };
/// Thirty messages a second, one second's worth at once.
pub(crate) const OVERALL: Limit = Limit { cost: 33, burst: 1000 };

/// The generic cell rate algorithm: the time at which the sender is back within its rate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct RateLimiter(Timestamp);

impl RateLimiter {
    /// Says whether one more message fits, or how long to wait.
    pub(crate) fn check(self, limit: Limit, now: Timestamp) -> Result<(), Refusal> {
        let debt = self.0.0.saturating_sub(now.0);
        if debt <= limit.burst {
            return Ok(());
        }
        let wait = (debt - limit.burst + 999) / 1000;
        Err(Refusal::FloodWait(u32::try_from(wait.max(1)).unwrap_or(u32::MAX)))
    }

    /// Counts one message.
    pub(crate) fn record(&mut self, limit: Limit, now: Timestamp) {
        self.0 = Timestamp(self.0.max(now).0.saturating_add(limit.cost));
    }
}
