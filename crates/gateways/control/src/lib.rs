//! **The control API**: the user's side of the dialog, and the test's side of the server.
//!
//! What a person can do in an app, a test can do here: open links, press Start, send, press buttons, block. Beside
//! it stand worlds, the clock, faults, and the inspector. Described by the OpenAPI document that it serves; errors
//! are RFC 9457 problem details. The page's files (`web/`) are served from here too: the page is this API's client.
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
