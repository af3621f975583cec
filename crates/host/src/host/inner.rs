//! The state of a running world, and access to it.

use super::Failure;
use super::commit::Committer;
use crate::batch::Batch;
use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::console::notify_operator;
use crate::faults::Faults;
use crate::inspector::Inspector;
use crate::notify::Notifiers;
use crate::presence::Presence;
use crate::snapshot::Encoder;
use crate::snapshots::{self, Begun, Coverage};
use crate::tokens::Tokens;
use parlor_storage::{History, Journal, JournalError, Verified};
use parlor_world::state::update::ActionShown;
use parlor_world::{AccountId, Change, Command, Effects, Refusal, Timestamp, World};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, watch};

/// The maximum number of concurrent reads and commands. Taking a snapshot acquires all of these permits.
pub(super) const MAX_PERMITS: u32 = 4096;
/// The maximum number of events that wait for the journal. Above it, further commands wait.
const PENDING: usize = 4096;
/// Rows of a snapshot that are encoded while the state is locked once.
const ROWS: usize = 500;

pub(super) struct Inner {
    pub(super) id: u64,
    pub(super) state: Mutex<State>,
    /// Admits callers to the state. A snapshot acquires all permits; callers wait for it asynchronously, so that they
    /// block no thread.
    pub(super) access: Semaphore,
    pub(super) journal: Mutex<Box<dyn Journal>>,
    /// Locked while a snapshot is taken and saved, so that there is only one at a time.
    pub(super) snapshots: Arc<tokio::sync::Mutex<Coverage>>,
    /// Whether appends to the journal block, as they do on a disk.
    pub(super) blocks: bool,
    pub(super) committer: Committer,
    pub(super) stopped: AtomicBool,
    pub(super) generation: AtomicU64,
    pub(super) opened: Timestamp,
    pub(super) end: watch::Sender<Option<Arc<str>>>,
    pub(super) ended: watch::Sender<bool>,
    pub(super) clock: Clock,
    pub(super) notifiers: Notifiers,
    pub(super) live: Broadcast<ActionShown>,
    /// The valid tokens as of the last durable batch. Kept beside the world, so that a request is authorized without its
    /// lock.
    pub(super) tokens: Tokens,
    pub(super) faults: Faults,
    pub(super) inspector: Inspector,
    pub(super) changes: Arc<Broadcast<Change>>,
    pub(super) presence: Presence,
}

pub(super) struct State {
    /// The world with all decided events. It is ahead of the journal by `batch`, and by the batch that is being appended.
    pub(super) world: World,
    pub(super) batch: Batch,
    /// Whether a batch is being appended; `batch` is then appended next. Otherwise `batch` holds only confirmations.
    pub(super) committing: bool,
    /// Whether a task will append the confirmations after [`CONFIRM_DELAY`](super::commit).
    pub(super) has_timer: bool,
}

/// When the events of a command are appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Append {
    /// Immediately; the answer waits for it.
    Now,
    /// With the next command, or after a short delay; the answer does not wait for it.
    Soon,
}

impl State {
    pub(super) fn new(world: World) -> Self {
        Self { world, batch: Batch::default(), committing: false, has_timer: false }
    }

    /// Decides and applies a command; its events join the batch. Of the members of a channel in which something happened,
    /// the `listeners` are notified.
    pub(super) fn execute<C: Command, T>(
        &mut self,
        command: &C,
        now: Timestamp,
        listeners: impl FnOnce() -> BTreeSet<AccountId>,
        view: impl FnOnce(&World, Timestamp, C::Outcome, &Effects) -> T,
    ) -> Result<T, Refusal> {
        let start = self.batch.events.len();
        let mut effects = Effects::default();
        let outcome = self.world.handle(command, now, &mut self.batch.events, &mut effects)?;
        let answer = view(&self.world, now, outcome, &effects);
        if !effects.channels.is_empty() {
            effects.affected.extend(self.world.among_members(&effects.channels, &listeners(), now));
        }
        self.batch.add(start, effects);
        Ok(answer)
    }
}

impl Inner {
    /// Closes the world: refuses further commands, and saves a last snapshot, so that the next start need not replay events.
    pub(super) async fn close(self: &Arc<Self>) {
        // Waits for the admitted requests and admits no new ones; then the decided events become durable.
        let Ok(_permits) = self.access.acquire_many(MAX_PERMITS).await else { return };
        let durable = self.flush(&mut self.state());
        if let Some(durable) = durable {
            let _ = durable.await;
        }
        if !self.stopped.swap(true, Ordering::SeqCst) {
            let mut coverage = self.snapshots.lock().await;
            let is_behind = self.blocks && self.events() > coverage.covered;
            if is_behind {
                let begun = self.begin_snapshot();
                snapshots::save(&mut coverage, begun).await;
            }
            self.close_journal().await;
            tracing::info!("closed a world");
        }
        self.end_all();
    }

    /// Calls `act` on the state, and returns its answer once every event that the answer may depend on is durable.
    pub(super) async fn with_state<T>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut State, Timestamp) -> T,
    ) -> Result<T, Failure> {
        self.with_state_appending(|state, now| (act(state, now), Append::Now)).await
    }

    /// Like [`Inner::with_state`]; `act` also returns when its events must be appended.
    pub(super) async fn with_state_appending<T>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut State, Timestamp) -> (T, Append),
    ) -> Result<T, Failure> {
        let mut act = Some(act);
        loop {
            let permit = self.access.acquire().await.map_err(|_| Failure::Stopped)?;
            let (answer, durable) = {
                let mut state = self.state();
                // `cargo xtask bench worst` measures this span; it costs nothing when tracing is off.
                let _held = tracing::trace_span!("world held").entered();
                if self.stopped.load(Ordering::SeqCst) {
                    return Err(Failure::Stopped);
                }
                let answer = match act.take_if(|_| state.batch.events.len() < PENDING) {
                    Some(act) => {
                        // If a command panics, the state may be inconsistent, so the world stops.
                        let guard = StopOnPanic(self);
                        let answer = act(&mut state, self.clock.now());
                        std::mem::forget(guard);
                        Some(answer)
                    }
                    None => None,
                };
                let (answer, append) = answer.unzip();
                let durable = match append {
                    Some(Append::Soon) => self.flush_soon(&mut state),
                    _ => self.flush(&mut state),
                };
                (answer, durable)
            };
            drop(permit);
            if let Some(durable) = durable {
                durable.await.map_err(|_| Failure::Stopped)?;
            }
            if let Some(answer) = answer {
                return if self.stopped.load(Ordering::SeqCst) { Err(Failure::Stopped) } else { Ok(answer) };
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn journal(&self) -> MutexGuard<'_, Box<dyn Journal>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of events in the journal.
    pub(super) fn events(&self) -> u64 {
        self.journal().len()
    }

    /// Verifies a part of the journal from an event on. Events that were dropped are skipped.
    pub(super) fn verify_from(&self, event: u64) -> Result<Verified, JournalError> {
        let mut journal = self.journal();
        let start = journal.history().map_or(0, |history| history.first().min(history.base()));
        journal.verify(event.max(start))
    }

    /// Calls `act` on the journal's history: its base and its older events.
    ///
    /// # Errors
    ///
    /// [`JournalError::Closed`] if the host has stopped, or if the journal has no history.
    pub(super) fn with_history<T>(
        &self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(JournalError::Closed);
        }
        act(self.journal().history().ok_or(JournalError::Closed)?)
    }

    /// Requests a new base with the next snapshot, since the current one can't be read.
    pub(super) async fn renew_base(&self) {
        self.snapshots.lock().await.forget_base();
    }

    /// Begins a snapshot, when no event is pending and no caller has access to the state. The pieces are then encoded a few
    /// rows at a time, while the world executes commands.
    pub(super) fn begin_snapshot(
        self: &Arc<Self>,
    ) -> Begun<impl Iterator<Item = Result<Vec<u8>, JournalError>> + Send + use<>> {
        let mut encoder = Encoder::begin(&mut self.state().world);
        let inner = self.clone();
        let pieces = std::iter::from_fn(move || {
            while encoder.needs_rows() {
                encoder.add_rows(&mut inner.state().world, ROWS);
                // Lets threads that wait for the lock take it.
                std::thread::yield_now();
            }
            encoder.take_piece()
        });
        Begun { writer: self.journal().snapshot_writer(), pieces }
    }

    async fn close_journal(self: &Arc<Self>) {
        let inner = self.clone();
        let closed = tokio::task::spawn_blocking(move || inner.journal().close()).await;
        if let Ok(Err(error)) = closed {
            notify_operator(&format!("{}. No event is lost.", error.explain()));
        }
    }

    /// Stops the world because of a failure.
    pub(super) fn stop(&self, reason: &str) {
        if !self.stopped.swap(true, Ordering::SeqCst) {
            tracing::info!(reason, "a world has stopped");
            self.end.send_replace(Some(reason.into()));
        }
        self.end_all();
    }

    /// Wakes everything that waits for this world.
    fn end_all(&self) {
        self.access.close();
        self.notifiers.close();
        self.ended.send_replace(true);
    }
}

struct StopOnPanic<'a>(&'a Inner);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        self.0.stop("a command failed unexpectedly");
    }
}
