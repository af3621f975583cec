//! **What it means**: the pure state machine of accounts, chats, messages and updates.
//!
//! ```text
//! Command  --decide(&World, now)--> Result<(Outcome, Vec<Event>), Refusal>   reads, never changes
//! Event    --fan_out(&World)------> Vec<Delivery>                            who is told, under which number
//! Recorded --apply(&mut World)----> Effects                                  only folds; never fails, never decides
//! ```
//!
//! This crate does no IO, reads no clock, draws no randomness and knows no wire format: the same events give the same
//! world, byte for byte. Protocols build [`ops::Command`]s and translate [`refusal::Refusal`]s; they decide nothing.
//!
//! Start reading at [`state::World`], then [`ops::message::Send`] (the one command behind every message, from any
//! account, over any protocol) and `ops::permit` (the one answer to "may this account do that here").
//!
//! Modules stand in this order, and each uses only those before it (`cargo xtask tidy` checks it):
//!
//! | module | holds |
//! |---|---|
//! | [`ids`] | identifiers and time |
//! | [`refusal`] | every reason for which a command can be refused |
//! | `keyed`, [`limits`] | numbers from the world's key; limits on speed |
//! | [`text`], [`link`], [`markup`] | texts with entities, deep links, keyboards |
//! | [`content`] | what a message says, a module per kind |
//! | [`state`] | the nouns: data and what must hold of it |
//! | [`event`] | the facts, as journals hold them |
//! | [`ops`] | the verbs: a file holds a command, how it is decided, and how its event is applied |
//! | [`engine`] | a command becomes events, who is told of them, what they do |
//! | [`bot_father`] | @BotFather, a client of `ops` |
//! | `handle` | the entry: a command, and BotFather's answer to it |

pub mod bot_father;
pub mod content;
pub mod engine;
pub mod event;
mod handle;
pub mod ids;
mod keyed;
pub mod limits;
pub mod link;
pub mod markup;
pub mod ops;
pub mod refusal;
mod serde_default;
pub mod state;
pub mod text;

// For other crates. Inside of this one, modules are named in full, so that their order can be checked.
pub use engine::{Change, Effects};
pub use event::{Event, Recorded};
pub use ids::{
    AccountId, BoxId, ChannelId, ChatId, GroupId, MessageId, MessageIds, MessageKey, MessageVersion, QueryId,
    Timestamp, UpdateId,
};
pub use ops::{Actor, ChatSelector, Command, Target};
pub use refusal::Refusal;
pub use state::{DialogView, Rules, World};
