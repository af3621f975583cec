use super::SessionId;
use crate::reply::Reply;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request that is being executed.
pub(super) type Pending = Pin<Box<dyn Future<Output = Answered> + Send>>;

/// An executed request.
pub(super) struct Answered {
    pub(super) session: SessionId,
    pub(super) request: i64,
    pub(super) reply: Reply,
}

/// The requests that are being executed. An empty list has no allocation.
#[derive(Default)]
pub(super) struct Waiting(Vec<Pending>);

impl Waiting {
    pub(super) fn push(&mut self, pending: Pending) {
        self.0.push(pending);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits for the next answer; for ever if there is no request.
    // Every wake-up polls all requests up to the first that is complete, which is cheap, since there are few.
    pub(super) async fn next(&mut self) -> Answered {
        poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Answered> {
        for at in 0..self.0.len() {
            if let Poll::Ready(answered) = self.0[at].as_mut().poll(context) {
                drop(self.0.remove(at));
                if self.0.is_empty() {
                    self.0 = Vec::new();
                }
                return Poll::Ready(answered);
            }
        }
        Poll::Pending
    }
}
