//! Sessions: MTProto's authorization keys by which accounts are logged in, and the proofs of who one is.

use crate::ids::{AccountId, Timestamp};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a login code is good. Telegram does not say; apps offer another after some minutes.
pub const CODE_SECONDS: i64 = 300;

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
pub struct Session {
    /// The key.
    pub secret: KeySecret,
    /// Who.
    pub account: AccountId,
    /// Its client.
    pub client: ClientInfo,
    /// Since when.
    pub created: Timestamp,
}

/// What a client said of itself by `initConnection`; kept, since it does not repeat that after it reconnects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClientInfo {
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

/// A login code that was sent to a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginCode {
    /// The five digits.
    pub code: String,
    /// What the client must show with them.
    pub hash: String,
    /// When it was sent.
    pub at: Timestamp,
}

/// What the server keeps of a two-step password: SRP's verifier, from which the password can't be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// The first salt.
    pub salt1: Vec<u8>,
    /// The second salt.
    pub salt2: Vec<u8>,
    /// 256 bytes.
    pub verifier: Vec<u8>,
    /// Shown to whoever is asked; may be empty.
    pub hint: String,
}

/// The digits of a phone number.
///
/// # Errors
/// [`Refusal::PhoneNumberInvalid`] unless it has 5 to 15 digits, and otherwise only `+`, spaces, hyphens and parentheses.
pub(crate) fn digits(phone: &str) -> Result<String, Refusal> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let other = phone.chars().any(|c| !c.is_ascii_digit() && !"+ -()".contains(c));
    if other || !(5..=15).contains(&digits.len()) { Err(Refusal::PhoneNumberInvalid) } else { Ok(digits) }
}
