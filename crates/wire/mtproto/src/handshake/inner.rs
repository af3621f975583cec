use crate::bytes::{Ige, constant_time_eq, sha1, sha256};
use crate::{ProtocolError, RsaKey};
use parlor_wire_tl::{Reader, Tl, enums};

/// `p_q_inner_data`: the part of `req_DH_params` that is encrypted with the server's RSA key.
pub(super) struct Inner {
    pub(super) pq: Vec<u8>,
    pub(super) p: Vec<u8>,
    pub(super) q: Vec<u8>,
    pub(super) nonce: [u8; 16],
    pub(super) server_nonce: [u8; 16],
    pub(super) new_nonce: [u8; 32],
    /// The lifetime of a temporary key in seconds; `None` for a permanent key.
    pub(super) expires_in: Option<i32>,
}

/// Decrypts the data in either padding: SHA-1 (Telethon and Pyrogram still use it) or RSA_PAD.
pub(super) fn open(rsa: &RsaKey, encrypted: &[u8]) -> Result<Inner, ProtocolError> {
    let block = rsa.decrypt(encrypted).ok_or(ProtocolError::Handshake)?;
    let rsa_pad = || remove_rsa_pad(&block).and_then(|data| parse(&data)).map(|(inner, _)| inner);
    open_sha1_padding(&block).or_else(rsa_pad).ok_or(ProtocolError::Handshake)
}

/// > data_with_hash := SHA1(data) + data + (any random bytes); such that the length equals 255 bytes
fn open_sha1_padding(block: &[u8; 256]) -> Option<Inner> {
    let (digest, data) = (&block[1..21], &block[21..]);
    let (inner, length) = parse(data).filter(|_| block[0] == 0)?;
    constant_time_eq(&sha1(&[&data[..length]]), digest).then_some(inner)
}

/// Reverses RSA_PAD and returns the data with its padding, 192 bytes.
///
/// > temp_key_xor := temp_key XOR SHA256(aes_encrypted); data_with_hash := data_pad_reversed + SHA256(temp_key + data_with_padding)
fn remove_rsa_pad(block: &[u8; 256]) -> Option<Vec<u8>> {
    let (temp_key_xor, encrypted) = block.split_at(32);
    let digest = sha256(&[encrypted]);
    let key = std::array::from_fn(|n| temp_key_xor[n] ^ digest[n]);
    let mut plain = encrypted.to_vec();
    Ige { key, iv: [0; 32] }.decrypt(&mut plain);
    let (reversed, hash) = plain.split_at(192);
    let data: Vec<u8> = reversed.iter().rev().copied().collect();
    constant_time_eq(&sha256(&[&key, &data]), hash).then_some(data)
}

/// Reads the object at the start of the data, and returns it with its length.
fn parse(data: &[u8]) -> Option<(Inner, usize)> {
    let mut input = Reader::new(data);
    let inner = match enums::PQInnerData::read(&mut input).ok()? {
        enums::PQInnerData::PQInnerData(i) => {
            inner(i.pq.0, i.p.0, i.q.0, i.nonce, i.server_nonce, i.new_nonce, None)
        }
        enums::PQInnerData::PQInnerDataDc(i) => {
            inner(i.pq.0, i.p.0, i.q.0, i.nonce, i.server_nonce, i.new_nonce, None)
        }
        enums::PQInnerData::PQInnerDataTemp(i) => {
            inner(i.pq.0, i.p.0, i.q.0, i.nonce, i.server_nonce, i.new_nonce, Some(i.expires_in))
        }
        enums::PQInnerData::PQInnerDataTempDc(i) => {
            inner(i.pq.0, i.p.0, i.q.0, i.nonce, i.server_nonce, i.new_nonce, Some(i.expires_in))
        }
    };
    Some((inner, input.position()))
}

fn inner(
    pq: Vec<u8>,
    p: Vec<u8>,
    q: Vec<u8>,
    nonce: [u8; 16],
    server_nonce: [u8; 16],
    new_nonce: [u8; 32],
    expires_in: Option<i32>,
) -> Inner {
    Inner { pq, p, q, nonce, server_nonce, new_nonce, expires_in }
}
