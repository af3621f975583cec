//! Facts. The only durable data; the world is their fold.
//!
//! Everything has a name on disk: `{"message":{"sent":{…}}}`. Names are only ever added; what changes otherwise is
//! rewritten by `upcast` when it is read. `tests/schema` compares an exemplar of every variant with a file.

mod account;
mod bot;
mod chat;
mod delivery;
mod group;
mod message;
mod query;
mod session;
mod upcast;
mod updates;

pub use account::{AccountEvent, BotCreated};
pub use bot::BotEvent;
pub use chat::ChatEvent;
pub use delivery::Delivery;
pub use group::GroupEvent;
pub use message::{Edit, MessageEvent};
pub use query::QueryEvent;
pub use session::SessionEvent;
pub use upcast::{RECORD_VERSION, decode_records, encode_records};
pub use updates::UpdatesEvent;

use crate::ids::Timestamp;
use crate::keyed::Key;
use serde::{Deserialize, Serialize};

/// An event with its time, and what accounts are told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The version of this record's form: [`RECORD_VERSION`] when it was written.
    pub v: u32,
    /// When, on the world's clock.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// Who is told, and under which number. Facts like the event: later rules don't change them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<Delivery>,
}

impl Recorded {
    /// An event that no account is told of.
    pub fn new(at: Timestamp, event: impl Into<Event>) -> Self {
        Self { v: RECORD_VERSION, at, event: event.into(), deliveries: Vec::new() }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// To the world as a whole.
    World(WorldEvent),
    /// To accounts and profiles.
    Account(AccountEvent),
    /// To what a bot says about itself.
    Bot(BotEvent),
    /// To chats and dialogs.
    Chat(ChatEvent),
    /// To groups and channels.
    Group(GroupEvent),
    /// To messages.
    Message(MessageEvent),
    /// To queries.
    Query(QueryEvent),
    /// To sessions and their proofs.
    Session(SessionEvent),
    /// To a bot's Bot API updates.
    Updates(UpdatesEvent),
}

/// What happens to the world as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorldEvent {
    /// The first event of every journal; a later one empties the world.
    Created { key: Key },
}

impl Event {
    /// Whether it belongs into the journal. Chat actions are shown and forgotten.
    pub fn is_durable(&self) -> bool {
        !matches!(self, Self::Chat(ChatEvent::ActionShown { .. }))
    }
}

macro_rules! into_event {
    ($($variant:ident($event:ty)),+ $(,)?) => { $(
        impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$variant(event)
            }
        }
    )+ };
}

into_event! {
    World(WorldEvent),
    Account(AccountEvent),
    Bot(BotEvent),
    Chat(ChatEvent),
    Group(GroupEvent),
    Message(MessageEvent),
    Query(QueryEvent),
    Session(SessionEvent),
    Updates(UpdatesEvent),
}
