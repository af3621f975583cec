//! Events that are decided but not yet durable.

use parlor_world::{Effects, Recorded};
use tokio::sync::oneshot;

/// Events that are appended to the journal together, and the effects that are published once they are durable.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) events: Vec<Recorded>,
    pub(crate) effects: Effects,
    /// Callers that are answered once the events are durable.
    waiting: Vec<oneshot::Sender<()>>,
}

impl Batch {
    /// Completes a command whose events begin at index `start`: merges its effects, and removes those of its events that
    /// are never stored.
    pub(crate) fn add(&mut self, start: usize, effects: Effects) {
        self.effects.merge(effects);
        let transient = self.events.extract_if(start.., |recorded| !recorded.event.is_durable());
        transient.for_each(drop);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.waiting.is_empty()
    }

    /// Returns a receiver that resolves once everything decided so far is durable, and fails if that is impossible.
    pub(crate) fn wait(&mut self) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        self.waiting.push(done);
        wait
    }

    /// Clears the batch. Dropping the senders signals failure to the waiting callers. The capacity is kept, since the next
    /// batch is likely to be as large.
    pub(crate) fn clear(&mut self) {
        self.events.clear();
        self.effects.clear();
        self.waiting.clear();
    }

    /// Wakes all waiters.
    pub(crate) fn release(self) {
        for waiting in self.waiting {
            // The caller may have disconnected; the events are durable regardless.
            let _ = waiting.send(());
        }
    }
}
