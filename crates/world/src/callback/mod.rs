//! Callback queries: a press on an inline button, and the bot's answer to it.

mod answer;
mod press;

pub(crate) use answer::apply_answered;
pub use answer::{Answer, AnswerCallback};
pub use press::Press;
pub(crate) use press::apply_asked;

use crate::{CallbackId, DialogId, Timestamp, World};
use serde::{Deserialize, Serialize};

/// How long a query can be answered. Telegram doesn't say; bots observe some 15 seconds. (unverified)
pub const ANSWER_SECONDS: i64 = 15;

/// A press that was not forgotten yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// Where.
    pub dialog: DialogId,
    /// When.
    pub asked: Timestamp,
    /// The bot's answer, once there is one.
    pub answer: Option<Answer>,
}

impl Callback {
    /// Whether an answer would come too late.
    pub fn expired(&self, now: Timestamp) -> bool {
        now >= self.asked.plus_seconds(ANSWER_SECONDS)
    }
}

impl World {
    /// A press that can still be answered, or was lately.
    pub fn callback(&self, id: CallbackId) -> Option<&Callback> {
        self.callbacks.get(&id)
    }
}
