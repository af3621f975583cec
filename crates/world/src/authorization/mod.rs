//! Who is logged in where: MTProto's authorization keys, and the ways to prove who one is.

mod code;
mod password;
mod sign_in;

pub use code::{CODE_SECONDS, Code, Login, SendCode};
pub(crate) use code::{apply_code_sent, digits};
pub(crate) use password::apply_password;
pub use password::{Password, SetPassword};
pub use sign_in::{Describe, SignIn, SignOut, SignUp};
pub(crate) use sign_in::{apply_described, apply_signed_in, apply_signed_out};

use crate::{AccountId, Timestamp, World};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A key's id: the last 64 bits of its SHA-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub i64);

/// A key's 2048 bits, in hexadecimal. Its `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeySecret(pub String);

impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySecret(…)")
    }
}

/// An account that is logged in by a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Authorization {
    /// The key.
    pub secret: KeySecret,
    /// Who.
    pub account: AccountId,
    /// How its client speaks, and calls itself.
    pub client: Client,
    /// Since when.
    pub created: Timestamp,
}

/// What a client told of itself by `initConnection`; kept, since it does not say so again after a reconnect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Client {
    /// The layer of its schema.
    pub layer: u16,
    /// From my.telegram.org; any will do here.
    pub api_id: i32,
    /// The device's name.
    pub device: String,
    /// The system's version.
    pub system: String,
    /// The app's version.
    pub version: String,
}

impl World {
    /// Who is logged in by that key, and how.
    pub fn authorization(&self, key: KeyId) -> Option<&Authorization> {
        self.keys.get(&key)
    }

    /// Logs an account out everywhere.
    pub(crate) fn end_authorizations(&mut self, account: AccountId) {
        self.keys.retain(|_, known| known.account != account);
    }

    /// All keys by which that account is logged in.
    pub fn authorizations(&self, account: AccountId) -> impl Iterator<Item = (KeyId, &Authorization)> {
        self.keys.iter().filter(move |(_, known)| known.account == account).map(|(key, known)| (*key, known))
    }
}
