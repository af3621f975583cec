use crate::bytes::{Ige, join, sha1, sha256};
use std::fmt;

/// > Authorization Key (auth_key): a 2048-bit key shared by the client device and the server. Its `Debug` shows only
/// > the id.
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
    /// From the shared secret.
    pub fn new(bytes: [u8; 256]) -> Self {
        let digest = sha1(&[&bytes]);
        Self { bytes, id: i64::from_le_bytes(join(&[&digest[12..]])), aux: join(&[&digest[..8]]) }
    }

    /// From 512 hexadecimal digits.
    pub fn from_hex(digits: &str) -> Option<Self> {
        let mut bytes = [0; 256];
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(n * 2..n * 2 + 2)?, 16).ok()?;
        }
        (digits.len() == 512).then(|| Self::new(bytes))
    }

    /// As 512 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        self.bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The key itself.
    pub fn bytes(&self) -> &[u8; 256] {
        &self.bytes
    }

    /// > The 64 lower-order bits of the SHA1 hash of the authorization key are used to indicate which particular key was
    /// > used.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// > new_nonce_hash1, 2, 3: the 128 lower-order bits of SHA1 of new_nonce, the number and auth_key_aux_hash
    pub(crate) fn nonce_hash(&self, new_nonce: &[u8; 32], number: u8) -> [u8; 16] {
        join(&[&sha1(&[new_nonce, &[number], &self.aux])[4..]])
    }

    /// > msg_key_large = SHA256 (substr (auth_key, 88+x, 32) + plaintext + random_padding); the 128 middle bits
    pub(crate) fn message_key(&self, x: usize, padded: &[u8]) -> [u8; 16] {
        join(&[&sha256(&[&self.bytes[88 + x..120 + x], padded])[8..24]])
    }

    /// > aes_key and aes_iv of a message, from sha256_a and sha256_b
    pub(crate) fn message_cipher(&self, x: usize, message_key: &[u8; 16]) -> Ige {
        let a = sha256(&[message_key, &self.bytes[x..x + 36]]);
        let b = sha256(&[&self.bytes[40 + x..76 + x], message_key]);
        Ige { key: join(&[&a[..8], &b[8..24], &a[24..]]), iv: join(&[&b[..8], &a[8..24], &b[24..]]) }
    }

    /// The server's salt for a stretch of time: no state to keep, so that it outlives a restart.
    pub fn salt(&self, period: i64) -> i64 {
        i64::from_le_bytes(join(&[&sha256(&[b"salt", &self.bytes, &period.to_le_bytes()])[..8]]))
    }

    /// The key and vector of MTProto 1, which still seals `auth.bindTempAuthKey`'s inner message.
    pub(crate) fn old_cipher(&self, message_key: &[u8; 16]) -> Ige {
        let key = &self.bytes;
        let a = sha1(&[message_key, &key[..32]]);
        let b = sha1(&[&key[32..48], message_key, &key[48..64]]);
        let c = sha1(&[&key[64..96], message_key]);
        let d = sha1(&[message_key, &key[96..128]]);
        Ige { key: join(&[&a[..8], &b[8..], &c[4..16]]), iv: join(&[&a[8..], &b[..8], &c[16..], &d[..8]]) }
    }
}
