use std::pin::Pin;
use tokio::time::{Instant, Sleep};

/// A timer for deadlines that are mostly postponed before they are reached, with every request.
// Resetting a tokio timer takes the runtime's lock and may wake its driver. So a later deadline does not reset the timer; it
// is reset when it expires too early.
pub(super) struct Timer(Pin<Box<Sleep>>);

impl Timer {
    pub(super) fn new(deadline: Instant) -> Self {
        Self(Box::pin(tokio::time::sleep_until(deadline)))
    }

    /// Waits until a deadline.
    pub(super) async fn wait_until(&mut self, deadline: Instant) {
        if self.0.is_elapsed() || deadline < self.0.deadline() {
            self.0.as_mut().reset(deadline);
        }
        loop {
            self.0.as_mut().await;
            if Instant::now() >= deadline {
                return;
            }
            self.0.as_mut().reset(deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn the_timer_follows_deadlines_that_move_in_either_direction() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut timer = Timer::new(after(60));
        for (deadline, given_up) in [(100, true), (10, false), (200, true), (30, false), (300, false)] {
            if given_up {
                let wait = timer.wait_until(after(deadline));
                assert!(tokio::time::timeout(Duration::from_millis(1), wait).await.is_err());
                continue;
            }
            timer.wait_until(after(deadline)).await;
            assert_eq!((Instant::now() - start).as_secs(), deadline);
        }
        // A deadline that has passed.
        timer.wait_until(after(1)).await;
        assert_eq!((Instant::now() - start).as_secs(), 300);
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_deadline_does_not_move_the_timer() {
        let start = Instant::now();
        let mut timer = Timer::new(start + Duration::from_secs(60));
        let wait = timer.wait_until(start + Duration::from_secs(100));
        assert!(tokio::time::timeout(Duration::from_secs(1), wait).await.is_err());
        assert_eq!(timer.0.deadline(), start + Duration::from_secs(60));
    }
}
