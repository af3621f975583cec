//! Response bodies that mark their connection as idle once they are sent.

use crate::connections::{Idle, Slot};
use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};

/// A body whose connection is busy until the body is dropped. Hyper drops it once it has read all of it.
pub(crate) struct Tracked {
    body: Body,
    slot: Option<Slot>,
}

impl Tracked {
    pub(crate) fn new(body: Body, slot: Option<Slot>) -> Self {
        Self { body, slot }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        if let Some(slot) = &self.slot {
            slot.set_idle(Idle::KeptAlive);
        }
    }
}

impl HttpBody for Tracked {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
