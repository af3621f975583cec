use crate::answer::ApiError;
use parlor_host::Host;
use parlor_world::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// The requests that wait in `getUpdates`: at most one per bot.
#[derive(Debug, Default)]
pub(crate) struct Pollers(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    by_bot: HashMap<(u64, AccountId), (u64, oneshot::Sender<ApiError>)>,
}

/// The slot of one waiting request; freed when dropped.
pub(crate) struct PollSlot {
    pollers: Arc<Mutex<Waiting>>,
    key: (u64, AccountId),
    number: u64,
    end: oneshot::Receiver<ApiError>,
}

impl Pollers {
    /// Takes the slot of a bot. A request that holds it ends with an error, as on the official server.
    pub(crate) fn take(&self, host: &Host, bot: AccountId) -> PollSlot {
        let (sender, end) = oneshot::channel();
        let key = (host.id(), bot);
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.next += 1;
        let number = waiting.next;
        if let Some((_, earlier)) = waiting.by_bot.insert(key, (number, sender)) {
            let _ = earlier.send(ApiError::conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running",
            ));
        }
        PollSlot { pollers: self.0.clone(), key, number, end }
    }

    /// Ends the waiting request of a bot with an error, if there is one.
    pub(crate) fn abort(&self, host: &Host, bot: AccountId, error: ApiError) {
        let removed = self.0.lock().unwrap_or_else(PoisonError::into_inner).by_bot.remove(&(host.id(), bot));
        if let Some((_, waiting)) = removed {
            let _ = waiting.send(error);
        }
    }
}

impl PollSlot {
    /// Waits until another request takes the slot; returns the reason.
    pub(crate) async fn lost(&mut self) -> ApiError {
        match (&mut self.end).await {
            Ok(error) => error,
            Err(_) => ApiError::internal("restart"),
        }
    }
}

impl Drop for PollSlot {
    fn drop(&mut self) {
        let mut waiting = self.pollers.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.by_bot.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            waiting.by_bot.remove(&self.key);
        }
    }
}
