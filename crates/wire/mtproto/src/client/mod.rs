//! The client half of the protocol, for tests and benchmarks (feature `client`).
//!
//! It does only what a test needs: a [`ClientSession`] resends nothing by itself.

mod handshake;
mod session;
mod srp;
mod transport;

pub use handshake::{ClientHandshake, RsaPadding};
pub use session::{ClientSession, ServerMessage};
pub use srp::prove_password;
pub use transport::ClientTransport;
