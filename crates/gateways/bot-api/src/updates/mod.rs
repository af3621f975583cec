//! Delivers updates by long polling or by webhook. Both read the bot's queue in the world.

mod egress;
mod long_poll;
mod poll_slot;
mod webhook;

pub use egress::IsOwnAddress;
pub(crate) use egress::{ForbiddenTarget, WebhookTarget};
pub(crate) use long_poll::long_poll;
pub(crate) use poll_slot::Pollers;
pub(crate) use webhook::Webhooks;
