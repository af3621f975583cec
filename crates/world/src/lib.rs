//! **What it means**: the pure state machine of accounts, dialogs, messages and updates.
//!
//! ```text
//! Command --decide(&World, now)--> Result<Vec<Event>, Refusal>      pure: looks, never changes
//! Event   --apply(&mut World)-->   ()                               total: never fails, never decides
//! ```
//!
//! This crate must never do IO, read a clock, draw randomness, or know a wire format: the same events give the
//! same world, byte for byte. Protocols build [`Command`]s and spell [`Refusal`]s; they decide nothing.
//!
//! Start reading at [`World`], then [`dialog::Dialog::may_write`] (the one answer to "may the bot text this
//! user") and [`message::Send`] (the one command behind every message, from either side, over any protocol).

pub mod account;
pub mod authorization;
pub mod bot;
pub mod bot_father;
pub mod callback;
pub mod chat_action;
mod command;
pub mod dialog;
mod event;
mod ids;
mod keyed;
pub mod limits;
pub mod link;
pub mod markup;
pub mod message;
pub mod refusal;
pub mod search;
pub mod shared;
pub mod text;
pub mod updates;
mod world;

pub use command::Command;
pub use event::{Change, Event, Recorded};
pub use ids::{AccountId, BotId, CallbackId, DialogId, MessageId, Side, Timestamp, UpdateId, UserId};
pub use refusal::Refusal;
pub use world::{Reset, Rules, World};
