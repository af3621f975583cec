//! Which message of a dialog a wait gave last, so that the next wait gives the next message.

use parlor_host::Host;
use parlor_world::{AccountId, ChatId, MessageId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Dialogs that are remembered. When there are more, all are forgotten: the next wait then begins after the user's last
/// message, which is right for all but those who wait twice between two messages of the user.
const MAX_DIALOGS: usize = 100_000;

/// A world, and how often it was emptied: message ids begin anew with it.
type Epoch = (u64, u64);

/// A user's view of a chat.
type Viewed = (AccountId, ChatId);

/// What waits have given, in all worlds of a server.
#[derive(Debug, Default)]
pub struct Waits(Mutex<HashMap<(Epoch, Viewed), MessageId>>);

impl Waits {
    /// The last message that was given, by the user's id; 0 before the first.
    pub(crate) fn last(&self, host: &Host, dialog: Viewed) -> MessageId {
        let given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        given.get(&key(host, dialog)).copied().unwrap_or(MessageId(0))
    }

    /// Records that a message is given. False if it, or a later one, was given before.
    pub(crate) fn give(&self, host: &Host, dialog: Viewed, message: MessageId) -> bool {
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if given.len() >= MAX_DIALOGS {
            given.clear();
        }
        let last = given.entry(key(host, dialog)).or_insert(MessageId(0));
        let is_new = *last < message;
        *last = message.max(*last);
        is_new
    }
}

fn key(host: &Host, dialog: Viewed) -> (Epoch, Viewed) {
    ((host.id(), host.generation()), dialog)
}
