//! Appends batches to the journal, then publishes their effects to readers.

use super::inner::{Inner, MAX_PERMITS, State};
use crate::base::Steps;
use crate::batch::Batch;
use crate::snapshots::{self, Coverage};
use parlor_storage::{History, JournalError};
use parlor_world::{Change, Effects};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, oneshot};

/// The pause after each step on the history, so that the world's appends come first. A step takes a few milliseconds.
const REST: Duration = Duration::from_millis(2);

/// The delay after which confirmations of updates are appended if no command has appended them together with its own events.
/// Longer than a program takes to handle an update, and too short for a person to notice that a message is not yet shown as
/// read.
const CONFIRM_DELAY: Duration = Duration::from_millis(20);

/// The thread that appends a world's batches. It starts with the first batch that is written to a disk, so a world in memory
/// has none. It ends when the world is dropped, since nothing else keeps the sender.
#[derive(Default)]
pub(super) struct Committer(OnceLock<SyncSender<Arc<Inner>>>);

impl Committer {
    /// Makes the thread append the pending batch; returns whether the thread runs. Must not be called again before
    /// everything is appended.
    fn wake(&self, inner: &Arc<Inner>) -> bool {
        let sender = self.0.get_or_init(|| {
            let (sender, wakes) = sync_channel(1);
            let runtime = Handle::current();
            let thread = std::thread::Builder::new().name("commit".to_owned());
            // If there is no thread, there is no receiver either, and the send below fails.
            let _ = thread.spawn(move || run(&wakes, &runtime));
            sender
        });
        sender.send(inner.clone()).is_ok()
    }
}

fn run(wakes: &Receiver<Arc<Inner>>, runtime: &Handle) {
    let _entered = runtime.enter();
    while let Ok(inner) = wakes.recv() {
        inner.commit();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    /// Makes the pending events durable: immediately (returns `None`), or with the next append (returns a receiver that
    /// resolves then).
    pub(super) fn flush(self: &Arc<Self>, state: &mut State) -> Option<oneshot::Receiver<()>> {
        let State { batch, committing, .. } = state;
        if !*committing && (!self.blocks || batch.events.is_empty()) {
            if self.append(batch) {
                self.publish(batch);
            }
            batch.clear();
            return None;
        }
        let durable = batch.wait();
        if !std::mem::replace(committing, true) && !self.committer.wake(self) {
            self.stop("the system allows no more threads");
            batch.clear();
        }
        Some(durable)
    }

    /// Like [`Inner::flush`], but leaves the batch to the next command or to a timer, unless the caller may have seen
    /// something that is not durable yet.
    pub(super) fn flush_soon(self: &Arc<Self>, state: &mut State) -> Option<oneshot::Receiver<()>> {
        if !self.blocks || state.committing || state.batch.events.is_empty() {
            return self.flush(state);
        }
        if !std::mem::replace(&mut state.has_timer, true) {
            // The timer must not keep a dropped world alive.
            let inner = Arc::downgrade(self);
            tokio::spawn(async move {
                tokio::time::sleep(CONFIRM_DELAY).await;
                if let Some(inner) = inner.upgrade() {
                    inner.flush_late();
                }
            });
        }
        None
    }

    /// Appends the confirmations that no command has appended with its own events.
    fn flush_late(self: &Arc<Self>) {
        let mut state = lock(&self.state);
        state.has_timer = false;
        if !state.committing && !state.batch.events.is_empty() {
            // No answer depends on this append, so nothing waits for it.
            drop(self.flush(&mut state));
        }
    }

    /// Appends one batch after another until nothing is pending.
    fn commit(self: Arc<Self>) {
        let mut durable = Batch::default();
        loop {
            // If some callers have access now, the snapshot is left to the next iteration: this thread must not wait for them.
            let snapshot = self
                .coverage_if_due()
                .and_then(|coverage| Some((coverage, self.access.try_acquire_many(MAX_PERMITS).ok()?)));
            let Some(batch) = self.take_batch(snapshot.is_some()) else { break };
            durable.release();
            let appended = catch_unwind(AssertUnwindSafe(|| self.append(&batch)));
            if !appended.unwrap_or_else(|_| {
                self.stop("the journal failed unexpectedly");
                false
            }) {
                // The host has stopped: the waiting callers get an error, and new requests are refused.
                return lock(&self.state).batch.clear();
            }
            self.publish(&batch);
            durable = batch;
            if let Some((coverage, permits)) = snapshot {
                let begun = self.begin_snapshot();
                drop(permits);
                tokio::spawn(snapshots::save_and_drop(BetweenAppends(self.clone()), coverage, begun));
            }
        }
        // The world is dropped first, so that a caller that drops its own handle after the answer can reopen the file.
        drop(self);
        durable.release();
    }

    /// Takes the pending batch; `None` if there is nothing to do.
    fn take_batch(&self, is_snapshot_due: bool) -> Option<Batch> {
        let mut state = lock(&self.state);
        let batch = std::mem::take(&mut state.batch);
        state.committing = !batch.is_empty() || is_snapshot_due;
        // After a stop, the batch may hold events of a command that panicked, so it is discarded.
        (state.committing && !self.stopped.load(Ordering::SeqCst)).then_some(batch)
    }

    /// Appends a batch to the journal. Returns false if that fails, which stops the host.
    fn append(&self, batch: &Batch) -> bool {
        if batch.events.is_empty() {
            return true;
        }
        let mut journal = lock(&self.journal);
        let expected = journal.len();
        match journal.append(expected, &batch.events) {
            Ok(()) => true,
            Err(error) => {
                // The world is now ahead of the journal, so it must not be read any more.
                self.stop(&error.explain());
                false
            }
        }
    }

    /// Notifies readers of the effects of a durable batch.
    fn publish(&self, batch: &Batch) {
        let Effects { affected, changes, actions, tokens, .. } = &batch.effects;
        let is_reset = changes.contains(&Change::Everything);
        if is_reset || !tokens.is_empty() {
            self.tokens.update(is_reset, tokens);
            if is_reset {
                self.generation.fetch_add(1, Ordering::SeqCst);
            }
        }
        actions.iter().for_each(|action| self.live.send(*action));
        changes.iter().for_each(|change| self.changes.send(*change));
        if !affected.is_empty() {
            self.notifiers.notify(affected.iter().copied());
        }
    }

    /// Locks the coverage if a snapshot is due; `None` also while another snapshot is being saved.
    fn coverage_if_due(&self) -> Option<OwnedMutexGuard<Coverage>> {
        let coverage = self.snapshots.clone().try_lock_owned().ok()?;
        coverage.is_due(self.events()).then_some(coverage)
    }
}

/// Access to the history of a running world, on a thread that may block.
struct BetweenAppends(Arc<Inner>);

impl Steps for BetweenAppends {
    fn step<T>(
        &mut self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        let done = self.0.with_history(act)?;
        // The lock is not fair: without a pause, this thread would take it again before an append that waits for it.
        #[expect(
            clippy::disallowed_methods,
            reason = "there is no signal for the end of the waiting appends"
        )]
        std::thread::sleep(REST);
        Ok(done)
    }
}
