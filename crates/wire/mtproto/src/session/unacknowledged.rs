//! Sent messages that the client has not acknowledged, stored to be sent again on request.

use crate::packing::InnerMessage;
use std::collections::VecDeque;

/// Messages that are stored, and their bytes. The oldest are dropped first.
const MAX_UNACKNOWLEDGED: usize = 256;
const MAX_UNACKNOWLEDGED_BYTES: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) struct Unacknowledged {
    messages: VecDeque<InnerMessage>,
    /// The bytes of all bodies.
    bytes: usize,
}

impl Unacknowledged {
    pub(super) fn store(&mut self, message: InnerMessage) {
        self.bytes += message.body.len();
        self.messages.push_back(message);
        while self.messages.len() > MAX_UNACKNOWLEDGED || self.bytes > MAX_UNACKNOWLEDGED_BYTES {
            let Some(oldest) = self.messages.pop_front() else { return };
            self.bytes -= oldest.body.len();
        }
    }

    /// Removes and returns the messages with these ids.
    pub(super) fn take(&mut self, ids: &[i64]) -> Vec<InnerMessage> {
        let all = std::mem::take(&mut self.messages).into_iter();
        let (taken, rest): (Vec<_>, Vec<_>) = all.partition(|message| ids.contains(&message.id));
        self.messages = rest.into();
        self.bytes -= taken.iter().map(|message| message.body.len()).sum::<usize>();
        taken
    }

    /// Drops the messages that the client acknowledges. Without any left, no memory is held.
    pub(super) fn acknowledge(&mut self, ids: &[i64]) {
        self.messages.retain(|message| {
            let is_acknowledged = ids.contains(&message.id);
            self.bytes -= if is_acknowledged { message.body.len() } else { 0 };
            !is_acknowledged
        });
        if self.messages.is_empty() {
            self.messages = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: i64, length: usize) -> InnerMessage {
        InnerMessage { id, sequence: 1, body: vec![7; length] }
    }

    #[test]
    fn the_bytes_are_those_of_the_messages_whatever_is_done() {
        let mut sent = Unacknowledged::default();
        let check = |sent: &Unacknowledged, ids: &[i64]| {
            assert_eq!(sent.messages.iter().map(|message| message.id).collect::<Vec<_>>(), ids);
            assert_eq!(sent.bytes, sent.messages.iter().map(|message| message.body.len()).sum::<usize>());
        };
        (1..=4).for_each(|id| sent.store(message(id, 10 * id as usize)));
        check(&sent, &[1, 2, 3, 4]);
        assert_eq!(sent.take(&[3, 9]), [message(3, 30)]);
        check(&sent, &[1, 2, 4]);
        sent.acknowledge(&[1, 4, 9]);
        check(&sent, &[2]);
        sent.acknowledge(&[2]);
        check(&sent, &[]);
        assert_eq!(sent.messages.capacity(), 0);
    }

    #[test]
    fn the_oldest_are_dropped_beyond_either_limit() {
        let mut sent = Unacknowledged::default();
        (0..=MAX_UNACKNOWLEDGED as i64).for_each(|id| sent.store(message(id, 1)));
        assert_eq!((sent.messages.len(), sent.bytes), (MAX_UNACKNOWLEDGED, MAX_UNACKNOWLEDGED));
        assert_eq!(sent.messages.front().map(|message| message.id), Some(1));
        sent.store(message(1000, MAX_UNACKNOWLEDGED_BYTES - 2));
        assert_eq!((sent.messages.len(), sent.bytes), (3, MAX_UNACKNOWLEDGED_BYTES));
        sent.store(message(1001, MAX_UNACKNOWLEDGED_BYTES + 1));
        assert_eq!((sent.messages.len(), sent.bytes), (0, 0), "it is longer than the limit");
    }
}
