//! Which bots' programs are connected: shows a developer at a glance whether the bot is running.

use crate::broadcast::Broadcast;
use parlor_world::{AccountId, Change};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Between two polls a program is still there: it works on what it got.
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
    /// When the last one hung up.
    left: Instant,
    /// A task waits to see whether one comes back; there is one such task, however often the bot polls.
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

    /// A program begins to poll, or has logged in.
    pub fn enter(&self, bot: AccountId) -> PresenceGuard {
        let mut bots = self.bots();
        let bot_presence = bots.entry(bot).or_insert_with(|| {
            self.changes.send(Change::Account(bot));
            BotPresence { programs: 0, left: Instant::now(), awaited: false }
        });
        bot_presence.programs += 1;
        PresenceGuard { presence: self.clone(), bot }
    }

    /// Whether a program of that bot is running.
    pub fn is_running(&self, bot: AccountId) -> bool {
        self.bots().contains_key(&bot)
    }

    /// A program hangs up; true if no task waits yet to see whether one comes back.
    fn leave(&self, bot: AccountId) -> bool {
        let mut bots = self.bots();
        let Some(bot_presence) = bots.get_mut(&bot) else { return false };
        bot_presence.programs -= 1;
        bot_presence.left = Instant::now();
        bot_presence.programs == 0 && !std::mem::replace(&mut bot_presence.awaited, true)
    }

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
    async fn a_program_is_there_between_its_polls_and_gone_when_it_stays_away() {
        let changes = Arc::new(Broadcast::new(16));
        let mut heard = changes.subscribe();
        let presence = Presence::new(changes);
        let bot = AccountId(7);
        drop(presence.enter(bot));
        drop(presence.enter(bot));
        assert!(presence.is_running(bot));
        assert_eq!(heard.recv().await, Ok(Change::Account(bot)));
        // The virtual clock advances while all tasks wait.
        assert_eq!(heard.recv().await, Ok(Change::Account(bot)));
        assert!(!presence.is_running(bot));
        assert!(heard.is_empty());
    }
}
