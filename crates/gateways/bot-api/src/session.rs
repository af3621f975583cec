use parlor_host::Host;
use parlor_world::{AccountId, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// > After a successful call, you […] will not be able to log in back to the cloud Bot API server for 10 minutes.
const LOGGED_OUT_SECONDS: i64 = 10 * 60;

/// The bots that have called `logOut` or `close`.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<(u64, AccountId), Ended>>);

#[derive(Debug, Clone, Copy)]
enum Ended {
    LoggedOut { until: Timestamp },
    Closed,
}

impl Sessions {
    pub(crate) fn log_out(&self, host: &Host, bot: AccountId) {
        let until = host.clock().now().plus_seconds(LOGGED_OUT_SECONDS);
        self.with(|ended| ended.insert((host.id(), bot), Ended::LoggedOut { until }));
    }

    /// Closes a bot. Returns false if it was already closed and has sent no request since.
    pub(crate) fn close(&self, host: &Host, bot: AccountId) -> bool {
        !matches!(self.with(|ended| ended.insert((host.id(), bot), Ended::Closed)), Some(Ended::Closed))
    }

    /// Returns whether a bot's request is admitted. Any request except `close` reopens a closed bot.
    pub(crate) fn admits(&self, host: &Host, bot: AccountId, is_close: bool) -> bool {
        self.with(|all| match all.get(&(host.id(), bot)) {
            Some(Ended::LoggedOut { until }) if host.clock().now() < *until => false,
            Some(Ended::Closed) if is_close => true,
            None => true,
            Some(_) => all.remove(&(host.id(), bot)).is_some(),
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<(u64, AccountId), Ended>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
