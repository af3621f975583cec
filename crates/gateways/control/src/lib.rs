//! **The control API**: acts as Telegram's users, and controls the server in tests.
//!
//! Tests can do here what users do in an app: open links, press Start, send messages, press buttons, block bots. Other routes
//! control worlds, the clock, faults, and the inspector. The API is described by the OpenAPI document that it serves; errors
//! are RFC 9457 problem details. This crate also serves the files of the web page (`web/`), which is a client of this API.
//!
//! This crate must never decide what the world may do, nor know another gateway. Start with [`router`], then
//! `routes/dialogs.rs`.

mod body;
mod dto;
mod guard;
mod leases;
mod log;
mod page;
mod problem;
mod refusal;
mod routes;
mod state;
mod waits;

pub use guard::Guard;
pub use leases::Leases;
pub use routes::{openapi, router};
pub use state::{AfterReset, CallBot, Control, OpenPort};
pub use waits::Waits;
