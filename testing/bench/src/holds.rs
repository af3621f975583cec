//! How long the world's lock is held, by the spans that the host opens for that.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tracing::span::Id;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// The name of the host's spans.
const SPAN: &str = "world held";

/// The longest time since [`take_longest`] was last called, in nanoseconds.
static LONGEST: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static HELD_SINCE: Cell<Option<Instant>> = const { Cell::new(None) };
}

struct Holds;

impl<S: Subscriber> Layer<S> for Holds {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.name() == SPAN
    }

    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        HELD_SINCE.set(Some(Instant::now()));
    }

    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        let held = HELD_SINCE.take().map_or(Duration::ZERO, |since| since.elapsed());
        LONGEST.fetch_max(u64::try_from(held.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Begins to measure.
pub(crate) fn watch() {
    tracing_subscriber::registry().with(Holds).init();
}

/// Returns the longest time that one command or view held the world's lock since this was last called.
pub(crate) fn take_longest() -> Duration {
    Duration::from_nanos(LONGEST.swap(0, Ordering::Relaxed))
}
