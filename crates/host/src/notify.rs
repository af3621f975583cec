use parlor_world::AccountId;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Notifies a reader after each durable batch that affects its account.
///
/// Subscribe first, then read the world, then wait: a change between the read and the wait is notified too.
#[derive(Debug)]
pub struct Subscription(watch::Receiver<()>);

impl Subscription {
    /// Waits for the next notification since the last call. Returns false when the host has stopped.
    pub async fn notified(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }
}

/// The subscriptions of a world. An account has a channel only while it has subscribers.
#[derive(Debug, Default)]
pub(crate) struct Notifiers(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    channels: HashMap<AccountId, watch::Sender<()>>,
    is_closed: bool,
}

impl Notifiers {
    pub(crate) fn subscribe(&self, account: AccountId) -> Subscription {
        let mut state = self.lock();
        if state.is_closed {
            // The sender is dropped at once, so that a reader that subscribes after the end does not wait for ever.
            return Subscription(watch::channel(()).1);
        }
        let channel = state.channels.entry(account).or_insert_with(|| watch::channel(()).0);
        Subscription(channel.subscribe())
    }

    /// The accounts for which somebody listens.
    pub(crate) fn listeners(&self) -> BTreeSet<AccountId> {
        self.lock().channels.keys().copied().collect()
    }

    pub(crate) fn notify(&self, accounts: impl Iterator<Item = AccountId>) {
        let channels = &mut self.lock().channels;
        if channels.is_empty() {
            return;
        }
        for account in accounts {
            if channels.get(&account).is_some_and(|channel| channel.send(()).is_err()) {
                channels.remove(&account);
            }
        }
    }

    /// Ends all subscriptions, when the host stops.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.channels.clear();
        state.is_closed = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn readers_do_not_wait_for_a_host_that_has_stopped() {
        let notifiers = Notifiers::default();
        let account = AccountId(1);
        let mut before = notifiers.subscribe(account);
        notifiers.close();
        assert!(!before.notified().await);
        assert!(!notifiers.subscribe(account).notified().await);
    }
}
