//! The state of a running world, and the way of a batch to the journal and to the readers.

use super::Failure;
use crate::base::Steps;
use crate::batch::Batch;
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
use parlor_world::{Change, Effects, Timestamp, World};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedMutexGuard, Semaphore, broadcast, oneshot, watch};

/// Reads and commands at a time; taking a snapshot acquires all of these permits.
pub(super) const MAX_PERMITS: u32 = 4096;
/// Events that may wait for the journal; the next commands wait for room.
const PENDING: usize = 4096;
/// Rows of a snapshot that are encoded before others have access to the state again.
const ROWS: usize = 500;
/// A pause after each step, which takes a few milliseconds: the world's appends come first.
const REST: Duration = Duration::from_millis(2);

pub(super) struct Inner {
    pub(super) id: u64,
    pub(super) state: Mutex<State>,
    /// Access to the state. A snapshot takes all permits, so that those who wait for it block no thread.
    pub(super) access: Semaphore,
    pub(super) journal: Mutex<Box<dyn Journal>>,
    /// Held while a snapshot is taken and saved: there is one at a time.
    pub(super) snapshots: Arc<tokio::sync::Mutex<Coverage>>,
    pub(super) blocks: bool,
    /// The longest time that one caller held the state, in nanoseconds.
    pub(super) longest_hold: AtomicU64,
    pub(super) stopped: AtomicBool,
    pub(super) generation: AtomicU64,
    pub(super) opened: Timestamp,
    pub(super) end: watch::Sender<Option<Arc<str>>>,
    pub(super) ended: watch::Sender<bool>,
    pub(super) clock: Clock,
    pub(super) notifiers: Notifiers,
    pub(super) live: broadcast::Sender<ActionShown>,
    /// The tokens that work, as of the last durable batch: looked up by every request, changed by few.
    pub(super) tokens: Tokens,
    pub(super) faults: Faults,
    pub(super) inspector: Inspector,
    pub(super) changes: broadcast::Sender<Change>,
    pub(super) presence: Presence,
}

pub(super) struct State {
    /// With everything that was decided: ahead of the journal by the batch, and by what is just being appended.
    pub(super) world: World,
    pub(super) batch: Batch,
    /// Somebody appends already, and will take the batch next.
    pub(super) committing: bool,
}

impl Inner {
    /// Ends the world: no more commands. With a last snapshot, so that the next start need not replay.
    pub(super) async fn close(self: &Arc<Self>) {
        // No new requests are admitted; the decided events become durable.
        let Ok(_permits) = self.access.acquire_many(MAX_PERMITS).await else { return };
        let settled = {
            let mut state = self.state();
            state.committing.then(|| state.batch.wait())
        };
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
        let mut act = Some(act);
        loop {
            let permit = self.access.acquire().await.map_err(|_| Failure::Stopped)?;
            let (answer, durable) = {
                let mut state = self.state();
                let held_since = Instant::now();
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
                let durable = self.flush(&mut state);
                let held = u64::try_from(held_since.elapsed().as_nanos()).unwrap_or(u64::MAX);
                self.longest_hold.fetch_max(held, Ordering::Relaxed);
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

    /// Makes durable what was decided: at once, or with others; then it says when.
    fn flush(self: &Arc<Self>, state: &mut State) -> Option<oneshot::Receiver<()>> {
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

    /// Appends batch after batch, until nothing is left. The disk is waited for on a thread that may block; the readers
    /// are woken here, where they run.
    async fn commit(self: Arc<Self>) {
        loop {
            // Whoever is just looking is not waited for: the next round will do.
            let snapshot = self
                .coverage_if_due()
                .and_then(|coverage| Some((coverage, self.access.try_acquire_many(MAX_PERMITS).ok()?)));
            let batch = {
                let mut state = self.state();
                let batch = std::mem::take(&mut state.batch);
                state.committing = !batch.is_empty() || snapshot.is_some();
                // Events of a command that failed halfway are not kept.
                if !state.committing || self.stopped.load(Ordering::SeqCst) {
                    return;
                }
                batch
            };
            let inner = self.clone();
            let appended = tokio::task::spawn_blocking(move || inner.append(&batch).then_some(batch)).await;
            let Ok(Some(batch)) = appended else {
                self.stop("the journal failed unexpectedly");
                // There are no waiters, and new requests are refused, since the host has stopped.
                return self.state().batch.clear();
            };
            self.publish(&batch);
            batch.release();
            if let Some((coverage, permits)) = snapshot {
                let begun = self.begin_snapshot();
                drop(permits);
                tokio::spawn(snapshots::save_and_drop(BetweenAppends(self.clone()), coverage, begun));
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
                // The world is ahead of the journal, so it must not be read.
                self.stop(&error.explain());
                false
            }
        }
    }

    /// Tells the readers of what has become durable.
    fn publish(&self, batch: &Batch) {
        let Effects { affected, changes, actions, tokens, .. } = &batch.effects;
        let is_reset = changes.contains(&Change::Everything);
        if is_reset || !tokens.is_empty() {
            self.tokens.update(is_reset, tokens);
            if is_reset {
                self.generation.fetch_add(1, Ordering::SeqCst);
            }
        }
        actions.iter().for_each(|action| drop(self.live.send(*action)));
        changes.iter().for_each(|change| drop(self.changes.send(*change)));
        if !affected.is_empty() {
            self.notifiers.notify(affected.iter().copied());
        }
    }

    /// `None` while another snapshot is being saved.
    fn coverage_if_due(&self) -> Option<OwnedMutexGuard<Coverage>> {
        let coverage = self.snapshots.clone().try_lock_owned().ok()?;
        coverage.is_due(self.events()).then_some(coverage)
    }

    /// Begins a snapshot. Nothing is pending, and nobody has access to the state. The pieces are encoded a few rows at a
    /// time, while the world goes on.
    fn begin_snapshot(
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

    fn stop(&self, reason: &str) {
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

/// The history of a running world, on a thread that may block.
struct BetweenAppends(Arc<Inner>);

impl Steps for BetweenAppends {
    fn step<T>(
        &mut self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let done = self.0.with_history(act)?;
        // The lock is not fair: without a pause this thread would take it again before an append that waits for it.
        #[expect(clippy::disallowed_methods, reason = "nothing says when the appends are done")]
        std::thread::sleep(REST);
        Ok(done)
    }
}
