//! **MTProto 2.0**: transports, key exchange and encrypted sessions, sans-IO.
//!
//! Bytes go in, frames and events come out; the caller supplies the time and random bytes. Parlor runs the server
//! half; the `client` feature adds a client half to test it with on a virtual clock. This crate must never perform IO,
//! read a clock, draw randomness, or know what a request means.
//!
//! In the order in which a connection uses them: [`transport`] splits a stream into frames; [`handshake`] turns plain
//! frames into an [`AuthKey`]; [`Envelope`] encrypts and decrypts frames; [`session`] answers MTProto's own messages
//! and passes requests on. [`srp`] is the two-step password check.

mod auth_key;
mod bytes;
#[cfg(any(test, feature = "client"))]
pub mod client;
pub mod constructors;
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

/// A protocol violation that no correct client commits: close the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// The transport framing is invalid.
    #[error("the transport framing is invalid")]
    Framing,
    /// A frame, or its unpacked content, exceeds the limit.
    #[error("a frame is too long")]
    TooLong,
    /// A message fails authentication with its key and session.
    #[error("a message is not authentic")]
    NotAuthentic,
    /// The key exchange failed.
    #[error("the key exchange failed")]
    Handshake,
    /// The content of a message is malformed.
    #[error("a message is malformed")]
    Malformed,
}
