//! Events that were decided and are not durable yet.

use parlor_world::{Effects, Recorded};
use tokio::sync::oneshot;

/// Events that are appended to the journal together, with their effects afterwards.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) events: Vec<Recorded>,
    pub(crate) effects: Effects,
    /// Answers that are released when the events are durable.
    waiting: Vec<oneshot::Sender<()>>,
}

impl Batch {
    /// Takes up what a command did: the events from that place on, of which those that are not stored are dropped.
    pub(crate) fn add(&mut self, start: usize, effects: Effects) {
        self.effects.merge(effects);
        let transient = self.events.extract_if(start.., |recorded| !recorded.event.is_durable());
        transient.for_each(drop);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.waiting.is_empty()
    }

    /// Resolves once everything that was decided so far is durable; fails if that is impossible.
    pub(crate) fn wait(&mut self) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        self.waiting.push(done);
        wait
    }

    /// Forgets everything; those who wait learn that it failed. The memory is kept, since the next batch is likely to be as
    /// large.
    pub(crate) fn clear(&mut self) {
        self.events.clear();
        self.effects.clear();
        self.waiting.clear();
    }

    /// Wakes all waiters.
    pub(crate) fn release(self) {
        for waiting in self.waiting {
            // The caller may have hung up; what was decided holds all the same.
            let _ = waiting.send(());
        }
    }
}
