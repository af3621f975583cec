//! Leases, which decide how long a server runs that `parlor run` started: as long as a command uses it.
//!
//! A lease is an open request, so that the server notices every end of the holder, including SIGKILL.

use std::time::Duration;
use tokio::sync::watch;

/// The time after which a server without any lease ends: the command that started it was killed.
const FIRST_LEASE_TIME: Duration = Duration::from_secs(10);

/// The leases of one server.
#[derive(Debug, Clone)]
pub struct Leases(watch::Sender<State>);

#[derive(Debug, Clone, Copy)]
struct State {
    held: usize,
    ends_when_unused: bool,
    has_ended: bool,
}

impl Leases {
    /// Creates the leases of a server. [`Leases::ended`] returns only if `ends_when_unused` is true.
    pub fn new(ends_when_unused: bool) -> Self {
        Self(watch::channel(State { held: 0, ends_when_unused, has_ended: false }).0)
    }

    /// Takes a lease; `None` if the server is ending.
    pub(crate) fn take(&self) -> Option<Lease> {
        let is_taken = self.0.send_if_modified(|state| {
            state.held += usize::from(!state.has_ended);
            !state.has_ended
        });
        is_taken.then(|| Lease(self.clone()))
    }

    /// Watches the number of leases, beginning with the present one.
    pub(crate) fn watch(&self) -> Watch {
        let mut receiver = self.0.subscribe();
        receiver.mark_changed();
        Watch(receiver)
    }

    /// Waits until the last lease is released, or none was taken in time.
    pub async fn ended(&self) {
        let mut state = self.0.subscribe();
        if self.0.borrow().ends_when_unused {
            let first = state.wait_for(|state| state.held > 0 || state.has_ended);
            if tokio::time::timeout(FIRST_LEASE_TIME, first).await.is_err() {
                self.0.send_modify(|state| state.has_ended = state.held == 0);
            }
        }
        // This can't fail, since `self` owns the sender.
        let _ = state.wait_for(|state| state.has_ended).await;
    }
}

/// A lease, which keeps the server running until it is dropped.
pub(crate) struct Lease(Leases);

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| {
            state.held -= 1;
            state.has_ended = state.ends_when_unused && state.held == 0;
        });
    }
}

pub(crate) struct Watch(watch::Receiver<State>);

impl Watch {
    /// Returns the next number of leases; `None` if the server has ended.
    pub(crate) async fn next(&mut self) -> Option<usize> {
        self.0.changed().await.ok()?;
        Some(self.0.borrow_and_update().held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{Instant, timeout};

    const LONG: Duration = Duration::from_secs(1000);

    #[tokio::test(start_paused = true)]
    async fn a_server_ends_with_its_last_lease() {
        let leases = Leases::new(true);
        let first = leases.take().unwrap();
        let second = leases.take().unwrap();
        drop(first);
        assert!(timeout(LONG, leases.ended()).await.is_err(), "one lease is left");
        drop(second);
        leases.ended().await;
        assert!(leases.take().is_none(), "it is too late for another one");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_without_leases_ends_soon() {
        let leases = Leases::new(true);
        let began = Instant::now();
        leases.ended().await;
        assert_eq!(began.elapsed(), FIRST_LEASE_TIME);
        assert!(leases.take().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn other_servers_stay() {
        let leases = Leases::new(false);
        drop(leases.take());
        assert!(timeout(LONG, leases.ended()).await.is_err());
        assert!(leases.take().is_some());
    }

    #[tokio::test]
    async fn every_change_of_the_count_is_told() {
        let leases = Leases::new(true);
        let first = leases.take();
        let mut counts = leases.watch();
        assert_eq!(counts.next().await, Some(1));
        let second = leases.take();
        assert_eq!(counts.next().await, Some(2));
        drop(first);
        assert_eq!(counts.next().await, Some(1));
        drop(second);
        assert_eq!(counts.next().await, Some(0));
    }
}
