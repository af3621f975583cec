use parlor_world::AccountId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// A reader's bell: rings after every durable batch that concerned the account.
///
/// Take it first, then look at the world, then wait: what happens in between rings too.
#[derive(Debug)]
pub struct Watch(watch::Receiver<()>);

impl Watch {
    /// Waits for the next ring since the last call. Returns false when the host is gone.
    pub async fn ring(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }
}

/// The bells of a world; an account has one only while somebody listens.
#[derive(Debug, Default)]
pub(crate) struct Bells(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    bells: HashMap<AccountId, watch::Sender<()>>,
    is_silenced: bool,
}

impl Bells {
    pub(crate) fn watch(&self, account: AccountId) -> Watch {
        let mut state = self.lock();
        if state.is_silenced {
            // Without a sender: a reader that comes after the end must not wait for ever.
            return Watch(watch::channel(()).1);
        }
        let bell = state.bells.entry(account).or_insert_with(|| watch::channel(()).0);
        Watch(bell.subscribe())
    }

    pub(crate) fn ring(&self, accounts: impl Iterator<Item = AccountId>) {
        let bells = &mut self.lock().bells;
        if bells.is_empty() {
            return;
        }
        for account in accounts {
            if bells.get(&account).is_some_and(|bell| bell.send(()).is_err()) {
                bells.remove(&account);
            }
        }
    }

    /// Everybody's last ring: the host has stopped.
    pub(crate) fn silence(&self) {
        let mut state = self.lock();
        state.bells.clear();
        state.is_silenced = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_world::UserId;

    #[tokio::test]
    async fn readers_do_not_wait_for_a_host_that_has_stopped() {
        let bells = Bells::default();
        let account = AccountId::User(UserId(1));
        let mut before = bells.watch(account);
        bells.silence();
        assert!(!before.ring().await);
        assert!(!bells.watch(account).ring().await);
    }
}
