//! The verbs: one file holds a command, how it is decided, and how its event is applied.

pub mod account;
pub mod actor;
pub mod bot;
pub mod chat;
mod command;
pub mod group;
pub mod link;
pub mod message;
mod permit;
pub mod query;
pub mod search;
pub mod session;
pub mod updates;
pub mod world;

pub use actor::{Actor, ChatSelector, Target};
pub use command::Command;
pub use permit::Right;
