//! The state of a running world, and access to it.

use super::Failure;
use super::commit::Committer;
use crate::batch::Batch;
use crate::broadcast::Broadcast;
use crate::clock::Clock;
use crate::console::tell_operator;
use crate::faults::Faults;
use crate::inspector::Inspector;
use crate::notify::Notifiers;
use crate::presence::Presence;
use crate::snapshot::Encoder;
use crate::snapshots::{self, Begun, Coverage};
use crate::tokens::Tokens;
use parlor_storage::{History, Journal, JournalError, Verified};
use parlor_world::state::update::ActionShown;
use parlor_world::{Change, Command, Effects, Refusal, Timestamp, World};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, watch};

/// Reads and commands at a time; taking a snapshot acquires all of these permits.
pub(super) const MAX_PERMITS: u32 = 4096;
/// Events that may wait for the journal; the next commands wait for room.
const PENDING: usize = 4096;
/// Rows of a snapshot that are encoded before others have access to the state again.
const ROWS: usize = 500;

pub(super) struct Inner {
    pub(super) id: u64,
    pub(super) state: Mutex<State>,
    /// Access to the state. A snapshot takes all permits, so that those who wait for it block no thread.
    pub(super) access: Semaphore,
    pub(super) journal: Mutex<Box<dyn Journal>>,
    /// Held while a snapshot is taken and saved: there is one at a time.
    pub(super) snapshots: Arc<tokio::sync::Mutex<Coverage>>,
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
    /// The tokens that work, as of the last durable batch: looked up by every request, changed by few.
    pub(super) tokens: Tokens,
    pub(super) faults: Faults,
    pub(super) inspector: Inspector,
    pub(super) changes: Arc<Broadcast<Change>>,
    pub(super) presence: Presence,
}

pub(super) struct State {
    /// With everything that was decided: ahead of the journal by the batch, and by what is just being appended.
    pub(super) world: World,
    pub(super) batch: Batch,
    /// The batch is being appended, or will be taken next. Otherwise it holds nothing but confirmations.
    pub(super) committing: bool,
    /// A task waits to have such confirmations appended.
    pub(super) has_timer: bool,
}

/// When the events of a command are appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Append {
    /// At once; the answer waits for it.
    Now,
    /// With the next command, or a little later; the answer does not wait for it.
    Soon,
}

impl State {
    pub(super) fn new(world: World) -> Self {
        Self { world, batch: Batch::default(), committing: false, has_timer: false }
    }

    /// Decides and applies a command; its events join the batch.
    pub(super) fn execute<C: Command, T>(
        &mut self,
        command: &C,
        now: Timestamp,
        view: impl FnOnce(&World, Timestamp, C::Outcome, &Effects) -> T,
    ) -> Result<T, Refusal> {
        let start = self.batch.events.len();
        let mut effects = Effects::default();
        let outcome = self.world.handle(command, now, &mut self.batch.events, &mut effects)?;
        let answer = view(&self.world, now, outcome, &effects);
        self.batch.add(start, effects);
        Ok(answer)
    }
}

impl Inner {
    /// Ends the world: no more commands. With a last snapshot, so that the next start need not replay.
    pub(super) async fn close(self: &Arc<Self>) {
        // No new requests are admitted; the decided events become durable.
        let Ok(_permits) = self.access.acquire_many(MAX_PERMITS).await else { return };
        let settled = self.flush(&mut self.state());
        if let Some(settled) = settled {
            let _ = settled.await;
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

    /// Does something with the state; what comes of it is handed out once all that it may have seen is durable.
    pub(super) async fn with_state<T>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut State, Timestamp) -> T,
    ) -> Result<T, Failure> {
        self.with_state_appending(|state, now| (act(state, now), Append::Now)).await
    }

    /// As [`Inner::with_state`], for what need not be appended at once.
    pub(super) async fn with_state_appending<T>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut State, Timestamp) -> (T, Append),
    ) -> Result<T, Failure> {
        let mut act = Some(act);
        loop {
            let permit = self.access.acquire().await.map_err(|_| Failure::Stopped)?;
            let (answer, durable) = {
                let mut state = self.state();
                // For `cargo xtask bench worst`, which measures it; it costs nothing otherwise.
                let _held = tracing::trace_span!("world held").entered();
                if self.stopped.load(Ordering::SeqCst) {
                    return Err(Failure::Stopped);
                }
                let answer = match act.take_if(|_| state.batch.events.len() < PENDING) {
                    Some(act) => {
                        // If it panics, the world is in doubt: it stops rather than go on with half a change.
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

    /// How many events the journal holds.
    pub(super) fn events(&self) -> u64 {
        self.journal().len()
    }

    /// Verifies a piece of the journal, after the events that the base covers if they were dropped.
    pub(super) fn verify_from(&self, event: u64) -> Result<Verified, JournalError> {
        let mut journal = self.journal();
        let start = journal.history().map_or(0, |history| history.first().min(history.base()));
        journal.verify(event.max(start))
    }

    /// Calls `act` on the journal's older part.
    ///
    /// # Errors
    ///
    /// [`JournalError::Closed`] when the host has stopped.
    pub(super) fn with_history<T>(
        &self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        if self.stopped.load(Ordering::SeqCst) {
            return Err(JournalError::Closed);
        }
        act(self.journal().history().ok_or(JournalError::Closed)?)
    }

    /// Has a new base written, since the current one can't be read.
    pub(super) async fn renew_base(&self) {
        self.snapshots.lock().await.forget_base();
    }

    /// Begins a snapshot. No event is pending, and no caller has access to the state. The pieces are encoded a few rows at a
    /// time, while the world goes on.
    pub(super) fn begin_snapshot(
        self: &Arc<Self>,
    ) -> Begun<impl Iterator<Item = Result<Vec<u8>, JournalError>> + Send + use<>> {
        let mut encoder = Encoder::begin(&mut self.state().world);
        let inner = self.clone();
        let pieces = std::iter::from_fn(move || {
            while encoder.needs_rows() {
                encoder.add_rows(&mut inner.state().world, ROWS);
                // Those who wait for the lock come first.
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
            tell_operator(&format!("{}. No event is lost.", error.explain()));
        }
    }

    pub(super) fn stop(&self, reason: &str) {
        if !self.stopped.swap(true, Ordering::SeqCst) {
            tracing::info!(reason, "a world has stopped");
            self.end.send_replace(Some(reason.into()));
        }
        self.end_all();
    }

    /// Wakes all who wait for this world.
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
