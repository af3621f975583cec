//! Stores which message of a dialog a wait returned last, so that the next wait returns the next message.

use parlor_host::Host;
use parlor_world::{AccountId, ChatId, MessageId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The maximum number of dialogs that are stored. Above it, all are removed: the next wait then begins after the user's last
/// message, which is wrong only for callers that wait twice between two messages of the user.
const MAX_DIALOGS: usize = 100_000;

/// A world and its generation: message ids start again with each reset.
type Epoch = (u64, u64);

/// A user's view of a chat.
type Viewed = (AccountId, ChatId);

/// The last messages that waits have returned, in all worlds of a server.
#[derive(Debug, Default)]
pub struct Waits(Mutex<HashMap<(Epoch, Viewed), MessageId>>);

impl Waits {
    /// Returns the last returned message, by the user's id; 0 if there is none.
    pub(crate) fn last(&self, host: &Host, dialog: Viewed) -> MessageId {
        let returned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        returned.get(&key(host, dialog)).copied().unwrap_or(MessageId(0))
    }

    /// Records that a message is returned. Returns false if it, or a later one, was returned before.
    pub(crate) fn record(&self, host: &Host, dialog: Viewed, message: MessageId) -> bool {
        let mut returned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if returned.len() >= MAX_DIALOGS {
            returned.clear();
        }
        let last = returned.entry(key(host, dialog)).or_insert(MessageId(0));
        let is_new = *last < message;
        *last = message.max(*last);
        is_new
    }
}

fn key(host: &Host, dialog: Viewed) -> (Epoch, Viewed) {
    ((host.id(), host.generation()), dialog)
}
