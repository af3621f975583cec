use crate::batch::{Batch, Effects};
use crate::clock::{Clock, ClockStart};
use crate::console::tell_operator;
use crate::faults::Faults;
use crate::inspector::Inspector;
use crate::presence::Presence;
use crate::restore::restore;
use crate::snapshot;
use crate::snapshots::{self, Coverage, Encoded};
use crate::tokens::Tokens;
use crate::watch::{Bells, Watch};
use parlor_storage::{History, Journal, JournalError, Verified};
use parlor_world::account::Token;
use parlor_world::updates::Update;
use parlor_world::{AccountId, BotId, Change, Command, Refusal, Rules, Timestamp, World};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedMutexGuard, Semaphore, broadcast, oneshot, watch};

/// Events that may wait for the journal; the next commands wait for room.
const PENDING: usize = 4096;
/// Looks and commands at a time: all of them, when nobody may look.
const PASSES: u32 = 4096;
/// Live updates ("typing…") that a slow reader may fall behind before it misses some.
const LIVE: usize = 256;
/// Changed accounts that a slow reader may fall behind before it must look at all of them.
const CHANGES: usize = 256;

/// One world with its journal, clock and readers. Cheap to clone; all clones are the same world.
#[derive(Clone)]
pub struct Host(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    id: u64,
    state: Mutex<State>,
    /// The way to the state: closed while a snapshot is taken, so that those who wait hold no thread up.
    gate: Semaphore,
    journal: Mutex<Box<dyn Journal>>,
    /// Held while a snapshot is taken and saved: there is one at a time.
    snapshots: Arc<tokio::sync::Mutex<Coverage>>,
    blocks: bool,
    /// The longest time that one caller held the state, in nanoseconds.
    longest_hold: AtomicU64,
    stopped: AtomicBool,
    births: AtomicU64,
    opened: Timestamp,
    end: watch::Sender<Option<Arc<str>>>,
    ended: watch::Sender<bool>,
    clock: Clock,
    bells: Bells,
    live: broadcast::Sender<Update>,
    /// The tokens that work, as of the last durable batch: looked up by every request, changed by few.
    tokens: Tokens,
    faults: Faults,
    inspector: Inspector,
    changes: broadcast::Sender<Change>,
    presence: Presence,
}

struct State {
    /// With everything that was decided: ahead of the journal by the batch, and by what is just being appended.
    world: World,
    batch: Batch,
    /// Somebody appends already, and will take the batch next.
    committing: bool,
}

/// How a host is to run its world.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Switches for the world.
    pub rules: Rules,
    /// The key of the world if the journal is empty: the only randomness it takes in.
    pub key: [u8; 16],
    /// Where the world's clock starts.
    pub clock: ClockStart,
}

/// Why a command was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The world says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The host has stopped: the journal failed, or the world was dropped.
    #[error("this world has stopped")]
    Stopped,
}

impl Host {
    /// Opens the world that the journal holds; an empty journal begins a new one.
    ///
    /// # Errors
    ///
    /// When the journal can't be read, or not be appended to.
    pub fn open(mut journal: Box<dyn Journal>, options: Options) -> Result<Self, JournalError> {
        let started = Instant::now();
        let (coverage, mut world) = restore(&mut *journal, options.key)?;
        world.rules = options.rules;
        let opened = world.last();
        let last = (!journal.is_empty()).then_some(opened);
        let clock = Clock::starting(options.clock, last);
        if journal.is_empty() {
            let birth = world.birth(clock.now());
            journal.append(0, std::slice::from_ref(&birth))?;
            world.apply(&birth);
        }
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let blocks = journal.blocks();
        let changes = broadcast::channel(CHANGES).0;
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
            state: Mutex::new(State { world, batch: Batch::default(), committing: false }),
            snapshots: Arc::new(tokio::sync::Mutex::new(coverage)),
            gate: Semaphore::new(PASSES as usize),
            journal: Mutex::new(journal),
            blocks,
            longest_hold: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            births: AtomicU64::new(1),
            opened,
            end: watch::channel(None).0,
            ended: watch::channel(false).0,
            clock,
            bells: Bells::default(),
            live: broadcast::channel(LIVE).0,
            faults: Faults::default(),
            presence: Presence::new(changes.clone()),
            changes,
        })))
    }

    /// Has a command decided, looked at, and made durable: `view` sees the world right after.
    ///
    /// When this returns, the events would survive a power cut. Waits while too many events are not durable yet.
    pub async fn ask<C, T>(
        &self,
        command: C,
        view: impl FnOnce(&World, Timestamp, C::Outcome) -> T,
    ) -> Result<T, Failure>
    where
        C: Command,
    {
        let answer = self.visit(|state, now| {
            let start = state.batch.events.len();
            let outcome = state.world.handle(&command, now, &mut state.batch.events)?;
            state.batch.decided(start, &state.world);
            Ok(view(&state.world, now, outcome))
        });
        answer.await?.map_err(Failure::Refused)
    }

    /// As [`Host::ask`], when only the outcome matters.
    pub async fn tell<C>(&self, command: C) -> Result<C::Outcome, Failure>
    where
        C: Command,
    {
        self.ask(command, |_, _, outcome| outcome).await
    }

    /// Looks at the world. What it sees is durable when this returns.
    pub async fn look<T>(&self, view: impl FnOnce(&World, Timestamp) -> T) -> Result<T, Failure> {
        self.visit(|state, now| view(&state.world, now)).await
    }

    /// Tells this world from the others that the process runs.
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// The time of the last event from before this host opened the journal: whatever is later happened since.
    pub fn opened_at(&self) -> Timestamp {
        self.0.opened
    }

    /// How often the world began anew: what was known of an older one is no longer true.
    pub fn births(&self) -> u64 {
        self.0.births.load(Ordering::SeqCst)
    }

    /// The bot whose token this is just now.
    pub fn bot_by_token(&self, token: &Token) -> Option<BotId> {
        self.0.tokens.contains(token).then_some(token.bot)
    }

    /// A bell for one account.
    pub fn watch(&self, account: AccountId) -> Watch {
        self.0.bells.watch(account)
    }

    /// What is shown and forgotten: chat actions.
    pub fn live(&self) -> broadcast::Receiver<Update> {
        self.0.live.subscribe()
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Faults that a test ordered.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What the bots' programs asked and were told.
    pub fn inspector(&self) -> &Inspector {
        &self.0.inspector
    }

    /// Whose programs are there just now.
    pub fn presence(&self) -> &Presence {
        &self.0.presence
    }

    /// The accounts whose profile, settings or programs change: for those who list accounts.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Waits until the host has stopped because its journal failed; says why.
    pub async fn failed(&self) -> Arc<str> {
        let mut end = self.0.end.subscribe();
        match end.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(reason)) => reason.clone(),
            _ => "the host is gone".into(),
        }
    }

    /// Waits until the world has ended, for whatever reason; returns at once if it has already.
    pub async fn ended(&self) {
        // It can't fail: the sender lives as long as this host.
        let _ = self.0.ended.subscribe().wait_for(|ended| *ended).await;
    }

    /// Returns the longest time that one command or view held the world's lock since this was last asked.
    pub fn take_longest_hold(&self) -> Duration {
        Duration::from_nanos(self.0.longest_hold.swap(0, Ordering::Relaxed))
    }

    /// Ends the world: no more commands. With a last snapshot, so that the next start need not replay.
    pub async fn close(&self) {
        let inner = &self.0;
        // Nobody comes in any more; what was decided becomes durable.
        let Ok(_passes) = inner.gate.acquire_many(PASSES).await else { return };
        let settled = {
            let mut state = inner.state();
            state.committing.then(|| state.batch.wait())
        };
        if let Some(settled) = settled {
            let _ = settled.await;
        }
        if !inner.stopped.swap(true, Ordering::SeqCst) {
            let mut coverage = inner.snapshots.lock().await;
            let is_behind = inner.blocks && inner.events() > coverage.covered;
            if is_behind && let Some(encoded) = inner.encode().await {
                snapshots::save(&mut coverage, encoded).await;
            }
            inner.close_journal().await;
            tracing::info!("closed a world");
        }
        inner.end_all();
    }

    /// Does something with the state; what comes of it is handed out once all that it may have seen is durable.
    async fn visit<T>(&self, act: impl FnOnce(&mut State, Timestamp) -> T) -> Result<T, Failure> {
        let inner = &self.0;
        let mut act = Some(act);
        loop {
            let pass = inner.gate.acquire().await.map_err(|_| Failure::Stopped)?;
            let (answer, durable) = {
                let mut state = inner.state();
                let held_since = Instant::now();
                if inner.stopped.load(Ordering::SeqCst) {
                    return Err(Failure::Stopped);
                }
                let answer = match act.take_if(|_| state.batch.events.len() < PENDING) {
                    Some(act) => {
                        // If it panics, the world is in doubt: it stops rather than go on with half a change.
                        let guard = StopOnPanic(inner);
                        let answer = act(&mut state, inner.clock.now());
                        std::mem::forget(guard);
                        Some(answer)
                    }
                    None => None,
                };
                let durable = inner.settle(&mut state);
                let held = u64::try_from(held_since.elapsed().as_nanos()).unwrap_or(u64::MAX);
                inner.longest_hold.fetch_max(held, Ordering::Relaxed);
                (answer, durable)
            };
            drop(pass);
            if let Some(durable) = durable {
                durable.await.map_err(|_| Failure::Stopped)?;
            }
            if let Some(answer) = answer {
                return if inner.stopped.load(Ordering::SeqCst) { Err(Failure::Stopped) } else { Ok(answer) };
            }
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn journal(&self) -> MutexGuard<'_, Box<dyn Journal>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many events the journal holds.
    pub(crate) fn events(&self) -> u64 {
        self.journal().len()
    }

    /// Verifies a piece of the journal, after the events that the base covers if they were dropped.
    pub(crate) fn verify_from(&self, event: u64) -> Result<Verified, JournalError> {
        let mut journal = self.journal();
        let start = journal.history().map_or(0, |history| history.first().min(history.base()));
        journal.verify(event.max(start))
    }

    /// Calls `act` on the journal's older part.
    ///
    /// # Errors
    ///
    /// [`JournalError::Closed`] when the host has stopped.
    pub(crate) fn with_history<T>(
        &self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(JournalError::Closed);
        }
        act(self.journal().history().ok_or(JournalError::Closed)?)
    }

    /// Has a new base written, since the current one can't be read.
    pub(crate) async fn renew_base(&self) {
        self.snapshots.lock().await.forget_base();
    }

    /// Makes durable what was decided: at once, or with others; then it says when.
    fn settle(self: &Arc<Self>, state: &mut State) -> Option<oneshot::Receiver<()>> {
        let State { batch, committing, .. } = state;
        if !*committing && (!self.blocks || batch.events.is_empty()) {
            if self.append(batch) {
                self.publish(batch);
            }
            batch.clear();
            return None;
        }
        let durable = batch.wait();
        if !std::mem::replace(committing, true) {
            tokio::spawn(self.clone().commit());
        }
        Some(durable)
    }

    /// Appends batch after batch, until nothing is left. The disk is waited for where that holds nobody up; the readers
    /// are woken here, where they run.
    async fn commit(self: Arc<Self>) {
        loop {
            // Whoever is just looking is not waited for: the next round will do.
            let snapshot = self
                .coverage_if_due()
                .and_then(|coverage| Some((coverage, self.gate.try_acquire_many(PASSES).ok()?)));
            let batch = {
                let mut state = self.state();
                let batch = std::mem::take(&mut state.batch);
                state.committing = !batch.is_empty() || snapshot.is_some();
                // What a command left that failed halfway is kept nowhere.
                if !state.committing || self.stopped.load(Ordering::SeqCst) {
                    return;
                }
                batch
            };
            let inner = self.clone();
            let appended = tokio::task::spawn_blocking(move || inner.append(&batch).then_some(batch)).await;
            let Ok(Some(batch)) = appended else {
                self.stop("the journal failed unexpectedly");
                // Nobody waits any longer, and nobody comes: they would see that the host has stopped.
                return self.state().batch.clear();
            };
            self.publish(&batch);
            batch.release();
            if let Some((coverage, passes)) = snapshot {
                let encoded = self.encode().await;
                // It is written while the world goes on.
                drop(passes);
                if let Some(encoded) = encoded {
                    tokio::spawn(snapshots::save_and_drop(self.clone(), coverage, encoded));
                }
            }
        }
    }

    /// False if the host has stopped over it.
    fn append(&self, batch: &Batch) -> bool {
        if batch.events.is_empty() {
            return true;
        }
        let mut journal = self.journal();
        let expected = journal.len();
        match journal.append(expected, &batch.events) {
            Ok(()) => true,
            Err(error) => {
                // The world holds what the journal does not: nobody may see it.
                self.stop(&error.explain());
                false
            }
        }
    }

    /// Tells the readers of what has become durable.
    fn publish(&self, batch: &Batch) {
        let Effects { concerned, changes, live, tokens } = &batch.effects;
        let begins_anew = changes.contains(&Change::Everything);
        if begins_anew || !tokens.is_empty() {
            self.tokens.update(begins_anew, tokens);
            if begins_anew {
                self.births.fetch_add(1, Ordering::SeqCst);
            }
        }
        live.iter().for_each(|update| drop(self.live.send(update.clone())));
        changes.iter().for_each(|change| drop(self.changes.send(*change)));
        if !concerned.is_empty() {
            self.bells.ring(concerned.iter().copied());
        }
    }

    /// `None` while another snapshot is being saved.
    fn coverage_if_due(&self) -> Option<OwnedMutexGuard<Coverage>> {
        let events = self.events();
        let coverage = self.snapshots.clone().try_lock_owned().ok()?;
        coverage.is_due(events).then_some(coverage)
    }

    /// Encodes the world, with the writer for this snapshot. The gate is closed and nothing is pending meanwhile.
    async fn encode(self: &Arc<Self>) -> Option<Encoded> {
        let inner = self.clone();
        let encoded = tokio::task::spawn_blocking(move || {
            let state = inner.state();
            let writer = inner.journal().snapshot_writer();
            Encoded { writer, bytes: snapshot::encode(&state.world) }
        });
        encoded.await.ok()
    }

    async fn close_journal(self: &Arc<Self>) {
        let inner = self.clone();
        let closed = tokio::task::spawn_blocking(move || inner.journal().close()).await;
        if let Ok(Err(error)) = closed {
            tell_operator(&format!("{}. No event is lost.", error.explain()));
        }
    }

    fn stop(&self, reason: &str) {
        if !self.stopped.swap(true, Ordering::SeqCst) {
            tracing::info!(reason, "a world has stopped");
            self.end.send_replace(Some(reason.into()));
        }
        self.end_all();
    }

    /// Lets everybody who waits for this world go on.
    fn end_all(&self) {
        self.gate.close();
        self.bells.silence();
        self.ended.send_replace(true);
    }
}

fn tokens(world: &World) -> Tokens {
    Tokens::new(world.bots().filter_map(|bot| Some((bot.id, bot.secret.clone()?))))
}

struct StopOnPanic<'a>(&'a Inner);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        self.0.stop("a command failed unexpectedly");
    }
}
