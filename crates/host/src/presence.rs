//! Whose programs are there just now: what tells a developer at one glance whether the bot is running.

use parlor_world::{AccountId, BotId, Change};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::Instant;

/// Between two polls a program is still there: it works on what it got.
const BETWEEN_POLLS: Duration = Duration::from_secs(3);

/// The bots of one world whose programs poll or hold a connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Presence {
    places: Arc<Mutex<HashMap<BotId, Place>>>,
    changes: broadcast::Sender<Change>,
}

/// The programs of one bot.
#[derive(Debug)]
struct Place {
    programs: usize,
    /// When the last one hung up.
    left: Instant,
    /// Somebody waits to see whether one comes back: one waits, however often the bot polls.
    awaited: bool,
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
        let place = places.entry(bot).or_insert_with(|| {
            let _ = self.changes.send(Change::Account(AccountId::Bot(bot)));
            Place { programs: 0, left: Instant::now(), awaited: false }
        });
        place.programs += 1;
        Present { presence: self.clone(), bot }
    }

    /// Whether a program of that bot is there.
    pub fn is_running(&self, bot: BotId) -> bool {
        self.places().contains_key(&bot)
    }

    /// A program hangs up; true if nobody waits yet to see whether one comes back.
    fn leave(&self, bot: BotId) -> bool {
        let mut places = self.places();
        let Some(place) = places.get_mut(&bot) else { return false };
        place.programs -= 1;
        place.left = Instant::now();
        place.programs == 0 && !std::mem::replace(&mut place.awaited, true)
    }

    async fn await_return(self, bot: BotId) {
        let mut end = Instant::now() + BETWEEN_POLLS;
        loop {
            tokio::time::sleep_until(end).await;
            let mut places = self.places();
            let Some(place) = places.get_mut(&bot) else { return };
            end = place.left + BETWEEN_POLLS;
            if place.programs > 0 {
                place.awaited = false;
                return;
            }
            if end <= Instant::now() {
                places.remove(&bot);
                let _ = self.changes.send(Change::Account(AccountId::Bot(bot)));
                return;
            }
        }
    }

    fn places(&self) -> MutexGuard<'_, HashMap<BotId, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        // Without a runtime the server is ending: nobody looks any more.
        if self.presence.leave(self.bot)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(self.presence.clone().await_return(self.bot));
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
