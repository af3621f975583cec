use std::time::Duration;

/// What takes longer is told.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is told.
pub(crate) const SAVING: &str =
    "saving a snapshot, so that the next start is fast; everything that was confirmed is kept already";

/// Waits until the server has stopped; calls `tell` when that takes time.
pub(crate) async fn patiently(stopped: impl Future<Output = ()>, tell: impl FnOnce()) {
    let mut stopped = std::pin::pin!(stopped);
    if tokio::time::timeout(PATIENCE, stopped.as_mut()).await.is_err() {
        tell();
        stopped.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn a_long_stop_is_told_of_and_a_short_one_is_not() {
        for (milliseconds, told) in [(0, false), (400, false), (600, true), (10_000, true)] {
            let began = tokio::time::Instant::now();
            let mut is_told = false;
            patiently(sleep(Duration::from_millis(milliseconds)), || is_told = true).await;
            assert_eq!(is_told, told, "{milliseconds} ms");
            assert_eq!(began.elapsed().as_millis(), u128::from(milliseconds), "it is waited for to the end");
        }
    }
}
