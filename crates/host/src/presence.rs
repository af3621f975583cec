//! Whose programs are there just now: what tells a developer at one glance whether the bot is running.

use parlor_world::{AccountId, BotId, Change};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;

/// Between two polls a program is still there: it works on what it got.
const BETWEEN_POLLS: Duration = Duration::from_secs(3);

/// The bots of one world whose programs poll or hold a connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Presence {
    places: Arc<Mutex<HashMap<BotId, usize>>>,
    changes: broadcast::Sender<Change>,
}

/// A program that is there; dropped when it hangs up.
#[derive(Debug)]
pub struct Present {
    presence: Presence,
    bot: BotId,
}

impl Presence {
    pub(crate) fn new(changes: broadcast::Sender<Change>) -> Self {
        Self { places: Arc::default(), changes }
    }

    /// A program begins to poll, or has logged in.
    pub fn enter(&self, bot: BotId) -> Present {
        let mut places = self.places();
        let place = places.entry(bot).or_default();
        *place += 1;
        if *place == 1 {
            let _ = self.changes.send(Change::Account(AccountId::Bot(bot)));
        }
        Present { presence: self.clone(), bot }
    }

    /// Whether a program of that bot is there.
    pub fn is_running(&self, bot: BotId) -> bool {
        self.places().contains_key(&bot)
    }

    fn leave(&self, bot: BotId) {
        let mut places = self.places();
        let Some(place) = places.get_mut(&bot) else { return };
        *place -= 1;
        if *place == 0 {
            places.remove(&bot);
            let _ = self.changes.send(Change::Account(AccountId::Bot(bot)));
        }
    }

    fn places(&self) -> MutexGuard<'_, HashMap<BotId, usize>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let (presence, bot) = (self.presence.clone(), self.bot);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                tokio::time::sleep(BETWEEN_POLLS).await;
                presence.leave(bot);
            })),
            Err(_) => presence.leave(bot),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_program_is_there_between_its_polls_and_gone_when_it_stays_away() {
        let (changes, mut heard) = broadcast::channel(16);
        let presence = Presence::new(changes);
        let bot = BotId(7);
        drop(presence.enter(bot));
        drop(presence.enter(bot));
        assert!(presence.is_running(bot));
        assert_eq!(heard.recv().await, Ok(Change::Account(AccountId::Bot(bot))));
        // The virtual clock goes on while everybody waits.
        assert_eq!(heard.recv().await, Ok(Change::Account(AccountId::Bot(bot))));
        assert!(!presence.is_running(bot));
        assert!(heard.is_empty());
    }
}
