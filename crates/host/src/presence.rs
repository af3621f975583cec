//! Tracks which bots have a connected program, so that the page can show whether a bot is running.

use crate::broadcast::Broadcast;
use parlor_world::{AccountId, Change};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a program counts as running after it disconnects: between two polls, it processes the updates it received.
const BETWEEN_POLLS: Duration = Duration::from_secs(3);

/// The bots of one world whose programs poll or hold a connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Presence {
    bots: Arc<Mutex<HashMap<AccountId, BotPresence>>>,
    changes: Arc<Broadcast<Change>>,
}

/// The programs of one bot.
#[derive(Debug)]
struct BotPresence {
    programs: usize,
    /// When the last one disconnected.
    left: Instant,
    /// Whether a task waits for the grace period to end. At most one does, however often the bot polls.
    awaited: bool,
}

/// A running program; dropped when it disconnects.
#[derive(Debug)]
pub struct PresenceGuard {
    presence: Presence,
    bot: AccountId,
}

impl Presence {
    pub(crate) fn new(changes: Arc<Broadcast<Change>>) -> Self {
        Self { bots: Arc::default(), changes }
    }

    /// Registers a program that begins to poll, or has logged in. It counts as connected until the guard is dropped.
    pub fn enter(&self, bot: AccountId) -> PresenceGuard {
        let mut bots = self.bots();
        let bot_presence = bots.entry(bot).or_insert_with(|| {
            self.changes.send(Change::Account(bot));
            BotPresence { programs: 0, left: Instant::now(), awaited: false }
        });
        bot_presence.programs += 1;
        PresenceGuard { presence: self.clone(), bot }
    }

    /// Returns whether a program of a bot is running.
    pub fn is_running(&self, bot: AccountId) -> bool {
        self.bots().contains_key(&bot)
    }

    /// Unregisters a program. Returns true if a task must be started that waits for the grace period to end.
    fn leave(&self, bot: AccountId) -> bool {
        let mut bots = self.bots();
        let Some(bot_presence) = bots.get_mut(&bot) else { return false };
        bot_presence.programs -= 1;
        bot_presence.left = Instant::now();
        bot_presence.programs == 0 && !std::mem::replace(&mut bot_presence.awaited, true)
    }

    /// Waits for the grace period to end, and removes the bot unless a program has connected again.
    async fn await_return(self, bot: AccountId) {
        let mut end = Instant::now() + BETWEEN_POLLS;
        loop {
            tokio::time::sleep_until(end).await;
            let mut bots = self.bots();
            let Some(bot_presence) = bots.get_mut(&bot) else { return };
            end = bot_presence.left + BETWEEN_POLLS;
            if bot_presence.programs > 0 {
                bot_presence.awaited = false;
                return;
            }
            if end <= Instant::now() {
                bots.remove(&bot);
                self.changes.send(Change::Account(bot));
                return;
            }
        }
    }

    fn bots(&self) -> MutexGuard<'_, HashMap<AccountId, BotPresence>> {
        self.bots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PresenceGuard {
    fn drop(&mut self) {
        // Without a runtime the server is stopping, so the state no longer matters.
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
    async fn a_program_counts_as_running_between_its_polls_and_not_after_the_grace_period() {
        let changes = Arc::new(Broadcast::new(16));
        let mut received = changes.subscribe();
        let presence = Presence::new(changes);
        let bot = AccountId(7);
        drop(presence.enter(bot));
        drop(presence.enter(bot));
        assert!(presence.is_running(bot));
        assert_eq!(received.recv().await, Ok(Change::Account(bot)));
        // The virtual clock advances while all tasks wait.
        assert_eq!(received.recv().await, Ok(Change::Account(bot)));
        assert!(!presence.is_running(bot));
        assert!(received.is_empty());
    }
}
