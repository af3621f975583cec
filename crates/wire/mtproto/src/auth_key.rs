use crate::bytes::{Ige, concat, sha1, sha256};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use std::fmt;

/// > Authorization Key (auth_key): a 2048-bit key shared by the client device and the server
///
/// `Debug` prints only the id, so that a log never contains a key.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthKey {
    bytes: [u8; 256],
    id: i64,
    aux: [u8; 8],
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthKey({:016x})", self.id)
    }
}

impl AuthKey {
    /// Creates a key from the shared secret of a key exchange.
    pub fn new(bytes: [u8; 256]) -> Self {
        let digest = sha1(&[&bytes]);
        Self { bytes, id: i64::from_le_bytes(concat(&[&digest[12..]])), aux: concat(&[&digest[..8]]) }
    }

    /// Parses 512 hexadecimal digits of either case; returns `None` for any other text.
    pub fn from_hex(digits: &str) -> Option<Self> {
        let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self::new)
    }

    /// Returns the key as 512 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.bytes)
    }

    /// The 256 bytes of the key.
    pub fn bytes(&self) -> &[u8; 256] {
        &self.bytes
    }

    /// > The 64 lower-order bits of the SHA1 hash of the authorization key are used to indicate which particular key was
    /// > used.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// > new_nonce_hash1, 2, 3: the 128 lower-order bits of SHA1 of new_nonce, the number and auth_key_aux_hash
    ///
    /// MTProto counts from the end of a digest: its lower-order bits are the last bytes.
    pub(crate) fn nonce_hash(&self, new_nonce: &[u8; 32], number: u8) -> [u8; 16] {
        concat(&[&sha1(&[new_nonce, &[number], &self.aux])[4..]])
    }

    /// > msg_key_large = SHA256 (substr (auth_key, 88+x, 32) + plaintext + random_padding); the 128 middle bits
    pub(crate) fn message_key(&self, x: usize, padded: &[u8]) -> [u8; 16] {
        concat(&[&sha256(&[&self.bytes[88 + x..120 + x], padded])[8..24]])
    }

    /// > aes_key and aes_iv of a message, from sha256_a and sha256_b
    pub(crate) fn message_cipher(&self, x: usize, message_key: &[u8; 16]) -> Ige {
        let a = sha256(&[message_key, &self.bytes[x..x + 36]]);
        let b = sha256(&[&self.bytes[40 + x..76 + x], message_key]);
        Ige { key: concat(&[&a[..8], &b[8..24], &a[24..]]), iv: concat(&[&b[..8], &a[8..24], &b[24..]]) }
    }

    /// The server salt of a period.
    // Derived from the key instead of stored: a client's salt stays valid across restarts of the server.
    pub fn salt(&self, period: i64) -> i64 {
        i64::from_le_bytes(concat(&[&sha256(&[b"salt", &self.bytes, &period.to_le_bytes()])[..8]]))
    }

    /// The AES key and IV of MTProto 1.0, which still encrypts the inner message of `auth.bindTempAuthKey`.
    pub(crate) fn mtproto1_cipher(&self, message_key: &[u8; 16]) -> Ige {
        let key = &self.bytes;
        let a = sha1(&[message_key, &key[..32]]);
        let b = sha1(&[&key[32..48], message_key, &key[48..64]]);
        let c = sha1(&[&key[64..96], message_key]);
        let d = sha1(&[message_key, &key[96..128]]);
        Ige {
            key: concat(&[&a[..8], &b[8..], &c[4..16]]),
            iv: concat(&[&a[8..], &b[..8], &c[16..], &d[..8]]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_text_round_trips_and_anything_else_is_refused() {
        let key = AuthKey::new(std::array::from_fn(|n| (n * 7) as u8));
        let text = key.to_hex();
        assert!(text.starts_with("00070e15"), "{text}");
        for (text, is_key) in [
            (text.clone(), true),
            (text.to_uppercase(), true),
            (text[1..].to_owned(), false),
            (text[2..].to_owned(), false),
            (format!("{text}00"), false),
            (text.replacen("00", "+0", 1), false),
            (text.replacen("00", "é", 1), false),
            (String::new(), false),
        ] {
            assert_eq!(AuthKey::from_hex(&text), is_key.then(|| key.clone()), "{text}");
        }
    }
}
