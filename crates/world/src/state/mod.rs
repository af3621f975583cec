//! The nouns: data and what must hold of it. What happens to them is in [`crate::ops`].

pub mod account;
pub mod bot_questions;
pub mod bot_settings;
pub mod chat;
pub mod dialog;
mod dialog_view;
mod expiring;
pub mod group;
pub mod message;
pub mod message_box;
pub mod query;
mod random_ids;
pub mod session;
pub mod snapshot;
mod table;
pub mod update;
pub mod update_queue;
mod versions;
mod world;
mod world_groups;

pub use dialog_view::DialogView;
pub use world::{Rules, World};
