//! How updates get out: by long polling or by webhook. Both are readers of the bot's queue in the world.

mod gate;
mod long_poll;
mod pollers;
mod webhook;

pub(crate) use gate::Target;
pub(crate) use long_poll::long_poll;
pub(crate) use pollers::Pollers;
pub(crate) use webhook::Webhooks;
