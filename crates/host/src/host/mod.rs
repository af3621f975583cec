//! Runs a world: executes commands, appends batches of events to the journal, and notifies readers.

mod commit;
mod inner;
mod verify;

use crate::broadcast::Broadcast;
use crate::clock::{Clock, ClockStart};
use crate::faults::Faults;
use crate::inspector::Inspector;
use crate::notify::{Notifiers, Subscription};
use crate::presence::Presence;
use crate::restore::restore;
use crate::tokens::Tokens;
use commit::Committer;
use inner::{Append, Inner, MAX_PERMITS, State};
use parlor_storage::{Journal, JournalError};
use parlor_world::event::UpdatesEvent;
use parlor_world::ops::updates::ConfirmUpdates;
use parlor_world::state::account::Token;
use parlor_world::state::update::ActionShown;
use parlor_world::{AccountId, Change, Command, Effects, Event, Recorded, Refusal, Rules, Timestamp, World};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::sync::{Semaphore, broadcast, watch};

/// How many chat actions ("typing…") a slow reader can lag behind before it misses some.
const LIVE: usize = 256;
/// How many changes of accounts a slow reader can lag behind before it must read all accounts again.
const CHANGES: usize = 256;

/// One world with its journal, clock and readers. Cheap to clone; all clones share the world.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

/// Options for running a world.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The rules of the world.
    pub rules: Rules,
    /// The key of the world if the journal is empty. It is the world's only source of randomness.
    pub key: [u8; 16],
    /// Where the world's clock starts.
    pub clock: ClockStart,
}

/// The reason why a command was not executed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The world refused the command.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The host has stopped: the journal failed, or the world was dropped.
    #[error("this world has stopped")]
    Stopped,
}

impl Host {
    /// Opens the world that a journal holds, or creates a new one if the journal is empty.
    ///
    /// # Errors
    ///
    /// If the journal can't be read or appended to.
    pub fn open(mut journal: Box<dyn Journal>, options: Options) -> Result<Self, JournalError> {
        let started = Instant::now();
        let (coverage, mut world) = restore(&mut *journal, options.key)?;
        world.rules = options.rules;
        let opened = world.last();
        let last = (!journal.is_empty()).then_some(opened);
        let clock = Clock::starting(options.clock, last);
        if journal.is_empty() {
            let genesis = world.genesis(clock.now());
            journal.append(0, std::slice::from_ref(&genesis))?;
            world.apply(&genesis, &mut Effects::default());
        }
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let blocks = journal.blocks();
        let changes = Arc::new(Broadcast::new(CHANGES));
        let tokens = tokens(&world);
        let milliseconds = started.elapsed().as_millis();
        tracing::info!(
            events = journal.len(),
            from_snapshot = coverage.covered,
            milliseconds,
            "opened a world"
        );
        Ok(Self(Arc::new(Inner {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            inspector: Inspector::new(tokens.clone()),
            tokens,
            state: Mutex::new(State::new(world)),
            snapshots: Arc::new(tokio::sync::Mutex::new(coverage)),
            access: Semaphore::new(MAX_PERMITS as usize),
            journal: Mutex::new(journal),
            blocks,
            committer: Committer::default(),
            stopped: AtomicBool::new(false),
            generation: AtomicU64::new(1),
            opened,
            end: watch::channel(None).0,
            ended: watch::channel(false).0,
            clock,
            notifiers: Notifiers::default(),
            live: Broadcast::new(LIVE),
            faults: Faults::default(),
            presence: Presence::new(changes.clone()),
            changes,
        })))
    }

    /// Executes a command, calls `view` on the resulting world under the same lock, and returns once the events are
    /// durable: they then survive a power failure.
    ///
    /// Waits while too many events are not durable yet.
    ///
    /// # Errors
    /// [`Failure::Refused`] if the world refuses the command, [`Failure::Stopped`] if the host has stopped.
    pub async fn execute_with<C, T>(
        &self,
        command: C,
        view: impl FnOnce(&World, Timestamp, C::Outcome) -> T,
    ) -> Result<T, Failure>
    where
        C: Command,
    {
        self.execute_with_effects(command, |world, now, outcome, _| view(world, now, outcome)).await
    }

    /// Like [`Host::execute_with`], with the effects of the command as another argument of `view`.
    ///
    /// # Errors
    /// The same as [`Host::execute_with`].
    pub async fn execute_with_effects<C, T>(
        &self,
        command: C,
        view: impl FnOnce(&World, Timestamp, C::Outcome, &Effects) -> T,
    ) -> Result<T, Failure>
    where
        C: Command,
    {
        let listeners = || self.0.notifiers.listeners();
        let answer = self.0.with_state(|state, now| state.execute(&command, now, listeners, view));
        answer.await?.map_err(Failure::Refused)
    }

    /// Confirms updates and calls `view`, without waiting until the confirmation is durable: it is appended with the next
    /// command, or after a short delay. After a crash the confirmation may be lost, and the updates are delivered again
    /// (docs/decisions/0026-confirmations-are-not-awaited.md). Everything else that `view` sees is durable when this
    /// returns.
    ///
    /// # Errors
    /// The same as [`Host::execute_with`].
    pub async fn confirm_updates<T>(
        &self,
        command: ConfirmUpdates,
        view: impl FnOnce(&World, Timestamp, i64) -> T,
    ) -> Result<T, Failure> {
        let answer = self.0.with_state_appending(|state, now| {
            let start = state.batch.events.len();
            let view = |world: &World, now, from, _: &Effects| view(world, now, from);
            let answer = state.execute(&command, now, BTreeSet::new, view);
            let is_setting = |recorded: &Recorded| {
                matches!(recorded.event, Event::Updates(UpdatesEvent::AllowedSet { .. }))
            };
            let has_setting = state.batch.events[start..].iter().any(is_setting);
            (answer, if has_setting { Append::Now } else { Append::Soon })
        });
        answer.await?.map_err(Failure::Refused)
    }

    /// Executes a command and returns its outcome. See [`Host::execute_with`].
    ///
    /// # Errors
    /// The same as [`Host::execute_with`].
    pub async fn execute<C>(&self, command: C) -> Result<C::Outcome, Failure>
    where
        C: Command,
    {
        self.execute_with(command, |_, _, outcome| outcome).await
    }

    /// Calls `view` on the world. Everything that `view` sees is durable when this returns.
    ///
    /// # Errors
    /// [`Failure::Stopped`] if the host has stopped.
    pub async fn read<T>(&self, view: impl FnOnce(&World, Timestamp) -> T) -> Result<T, Failure> {
        self.0.with_state(|state, now| view(&state.world, now)).await
    }

    /// Looks up accounts. Unlike [`Host::read`], it does not wait for confirmations of updates, which change no account.
    /// Otherwise a request that looks up accounts before its command would cause two appends instead of one.
    ///
    /// # Errors
    /// [`Failure::Stopped`] if the host has stopped.
    pub async fn find<T>(&self, view: impl FnOnce(&World) -> T) -> Result<T, Failure> {
        self.0.with_state_appending(|state, _| (view(&state.world), Append::Soon)).await
    }

    /// Returns the number of the first event that was not dropped; 0 if the journal keeps all events, or none.
    pub fn first_event(&self) -> u64 {
        self.0.with_history(|history| Ok(history.first())).unwrap_or(0)
    }

    /// Returns a number that is unique among the worlds of this process.
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// Returns the time of the last event that was in the journal when this host opened it.
    pub fn opened_at(&self) -> Timestamp {
        self.0.opened
    }

    /// Returns a number that increases with every reset of the world. A client's data from an earlier generation is
    /// invalid.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::SeqCst)
    }

    /// Returns the bot whose current token this is.
    pub fn bot_by_token(&self, token: &Token) -> Option<AccountId> {
        self.0.tokens.contains(token).then_some(token.bot)
    }

    /// Subscribes to notifications about an account.
    pub fn subscribe(&self, account: AccountId) -> Subscription {
        self.0.notifiers.subscribe(account)
    }

    /// Subscribes to chat actions, which are shown and not stored.
    pub fn live(&self) -> broadcast::Receiver<ActionShown> {
        self.0.live.subscribe()
    }

    /// Returns the world's clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Returns the injected faults.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Returns the recorded requests of bots, with their answers.
    pub fn inspector(&self) -> &Inspector {
        &self.0.inspector
    }

    /// Returns which bots have a running program.
    pub fn presence(&self) -> &Presence {
        &self.0.presence
    }

    /// Subscribes to changes of profiles, settings and running programs, for readers that list accounts.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Waits until the host has stopped because its journal failed; returns the reason.
    pub async fn failed(&self) -> Arc<str> {
        let mut end = self.0.end.subscribe();
        match end.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(reason)) => reason.clone(),
            _ => "the host is gone".into(),
        }
    }

    /// Waits until the world has ended for any reason; returns immediately if it already has.
    pub async fn ended(&self) {
        // This can't fail, since the sender lives as long as this host.
        let _ = self.0.ended.subscribe().wait_for(|ended| *ended).await;
    }

    /// Closes the world: refuses further commands, and saves a last snapshot, so that the next start need not replay events.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

fn tokens(world: &World) -> Tokens {
    Tokens::new(world.bots().filter_map(|bot| Some((bot.id, bot.secret.clone()?))))
}
