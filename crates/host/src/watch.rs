use parlor_world::AccountId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
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
pub(crate) struct Bells(Mutex<HashMap<AccountId, watch::Sender<()>>>);

impl Bells {
    pub(crate) fn watch(&self, account: AccountId) -> Watch {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bell = bells.entry(account).or_insert_with(|| watch::channel(()).0);
        Watch(bell.subscribe())
    }

    pub(crate) fn ring(&self, accounts: impl Iterator<Item = AccountId>) {
        let mut bells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
