use std::sync::OnceLock;
use tokio::sync::broadcast;

/// A broadcast channel that is created by its first subscriber. Few test worlds have subscribers, and the buffers of three
/// channels took three quarters of the memory of a new world.
#[derive(Debug)]
pub(crate) struct Broadcast<T> {
    /// How many values a slow receiver can lag behind before it misses some.
    capacity: usize,
    sender: OnceLock<broadcast::Sender<T>>,
}

impl<T: Clone> Broadcast<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, sender: OnceLock::new() }
    }

    /// Subscribes to the values that are sent from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<T> {
        self.sender.get_or_init(|| broadcast::channel(self.capacity).0).subscribe()
    }

    /// Sends to all receivers, if there are any.
    pub(crate) fn send(&self, value: T) {
        if let Some(sender) = self.sender.get() {
            let _ = sender.send(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn subscribers_receive_what_is_sent_after_they_subscribed() {
        let channel = Broadcast::new(4);
        channel.send(1);
        assert!(channel.sender.get().is_none(), "no channel without a subscriber");
        let (mut first, mut second) = (channel.subscribe(), channel.subscribe());
        channel.send(2);
        assert_eq!((first.recv().await, second.recv().await), (Ok(2), Ok(2)));
    }
}
