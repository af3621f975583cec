//! **The HTTP Bot API gateway**: decodes a request, executes it on the host, and encodes the answer; delivers updates by
//! long polling and by webhook.
//!
//! A gateway makes no decisions: the world decides what is allowed, and `refusal.rs` translates its refusals. This crate
//! must never know the journal or another gateway.
//!
//! Start with [`BotApi::handle`], then `methods/send_message.rs`, the model of all methods.

mod answer;
mod body;
mod context;
mod decode;
mod group_words;
mod methods;
mod refusal;
mod route;
mod server;
mod session;
mod shared;
mod shown;
mod updates;

pub use body::MAX_BODY;
pub use server::{Adoption, BotApi, Dropped, Response};
pub use updates::IsOwnAddress;
