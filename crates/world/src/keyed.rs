//! Numbers that must look random but be the same on every replay: a keyed hash of the world's key.

use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;
use std::hash::Hasher;

/// The world's secret, drawn once by the host when the world is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub [u8; 16]);

/// What a number is for: numbers of different domains are unrelated.
#[derive(Clone, Copy)]
pub(crate) enum HashDomain {
    FirstUpdate = 1,
    Query = 2,
    ChatInstance = 3,
    Token = 4,
    AccessHash = 5,
    LoginCode = 6,
    LoginHash = 7,
    MinAccessHash = 8,
    ChatAccessHash = 9,
    World = 10,
    GroupId = 11,
    InviteLink = 12,
}

impl Key {
    /// 64 bits that depend on the key, the domain and both numbers.
    pub(crate) fn number(&self, domain: HashDomain, a: i64, b: i64) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write_u8(domain as u8);
        hasher.write_i64(a);
        hasher.write_i64(b);
        hasher.finish()
    }

    /// The second half of a bot token: 35 characters of the base64url alphabet, as BotFather gives them.
    pub(crate) fn token_secret(&self, bot: i64, revision: i64) -> String {
        self.letters(HashDomain::Token, bot, revision, "AA", 35)
    }

    /// The hash of an invite link: 16 characters of the base64url alphabet.
    pub(crate) fn link_hash(&self, number: i64, revision: i64) -> String {
        self.letters(HashDomain::InviteLink, number, revision, "", 16)
    }

    /// A text of that length in the base64url alphabet.
    fn letters(&self, domain: HashDomain, a: i64, b: i64, prefix: &str, length: usize) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::from(prefix);
        for block in 0.. {
            let mut bits = self.number(domain, a, b.wrapping_mul(8).wrapping_add(block));
            for _ in 0..10 {
                if text.len() == length {
                    return text;
                }
                text.push(char::from(ALPHABET[(bits & 63) as usize]));
                bits >>= 6;
            }
        }
        text
    }
}
