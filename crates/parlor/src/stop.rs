//! Explains to the user why stopping takes time.

use std::time::Duration;

/// Stopping is explained if it takes longer than this.
const NOTICE_AFTER: Duration = Duration::from_millis(500);

/// The explanation.
pub(crate) const SAVING: &str =
    "saving a snapshot, so that the next start is fast; everything that was confirmed is saved already";

/// Waits until the server has stopped, and calls `notify` if that takes longer than [`NOTICE_AFTER`].
pub(crate) async fn with_notice(stopped: impl Future<Output = ()>, notify: impl FnOnce()) {
    let mut stopped = std::pin::pin!(stopped);
    if tokio::time::timeout(NOTICE_AFTER, stopped.as_mut()).await.is_err() {
        notify();
        stopped.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn only_a_long_stop_is_explained() {
        for (milliseconds, expected) in [(0, false), (400, false), (600, true), (10_000, true)] {
            let began = tokio::time::Instant::now();
            let mut is_notified = false;
            with_notice(sleep(Duration::from_millis(milliseconds)), || is_notified = true).await;
            assert_eq!(is_notified, expected, "{milliseconds} ms");
            assert_eq!(began.elapsed().as_millis(), u128::from(milliseconds), "it returns at the end");
        }
    }
}
