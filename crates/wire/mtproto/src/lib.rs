//! **How MTProto 2.0 is spelled**: transports, key exchange, encrypted sessions. Both roles, sans-IO.
//!
//! Bytes go in, frames and events come out; time and random bytes come in with the call. The server's side is what
//! Parlor runs; the client's side is there to test it against, on a virtual clock. This crate must never do IO, read
//! a clock, draw randomness, or know what a request means.
//!
//! In the order of a connection: [`transport`] cuts a stream into frames; [`handshake`] turns plain frames into an
//! [`AuthKey`]; [`Envelope`] seals and opens encrypted frames; [`session`] answers MTProto's own messages and hands
//! over requests. [`srp`] is the two-step password.

mod auth_key;
mod bytes;
pub mod client;
pub mod dh;
mod envelope;
pub mod handshake;
mod packing;
mod rsa;
pub mod session;
pub mod srp;
pub mod transport;

pub use auth_key::AuthKey;
pub use bytes::Ige;
pub use envelope::{Envelope, Side, peek_key_id};
pub use packing::{MAX_UNPACKED, unpack};
pub use rsa::{DEVELOPMENT_PEM, RsaKey};

/// A frame that breaks a rule that honest clients keep: the connection is not worth going on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The transport's framing is wrong.
    #[error("the transport's framing is wrong")]
    Framing,
    /// A frame is longer than any may be.
    #[error("a frame is too long")]
    TooLong,
    /// A message is not what its key and session say.
    #[error("a message is not authentic")]
    NotAuthentic,
    /// The key exchange went wrong.
    #[error("the key exchange went wrong")]
    Handshake,
    /// Something inside of a message is malformed.
    #[error("a message is malformed")]
    Malformed,
}
