//! Hashes and AES-IGE, over parts so that nothing is copied only to be hashed.

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes256Dec, Aes256Enc};
use sha1::{Digest, Sha1};
use sha2::Sha256;

pub(crate) fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    let mut hash = Sha1::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

/// A 256-bit key with its 256-bit initialisation vector.
#[derive(Clone)]
pub(crate) struct Ige {
    pub(crate) key: [u8; 32],
    pub(crate) iv: [u8; 32],
}

impl Ige {
    /// Encrypts in place; what does not fill a block stays as it is.
    pub(crate) fn encrypt(&self, data: &mut [u8]) {
        let cipher = Aes256Enc::new(&Array::from(self.key));
        let (mut before, mut plain_before) = self.halves();
        for chunk in data.chunks_exact_mut(16) {
            let mut block = [0; 16];
            block.copy_from_slice(chunk);
            let plain = u128::from_ne_bytes(block);
            let mut block = Array::from((plain ^ before).to_ne_bytes());
            cipher.encrypt_block(&mut block);
            before = u128::from_ne_bytes(block.into()) ^ plain_before;
            plain_before = plain;
            chunk.copy_from_slice(&before.to_ne_bytes());
        }
    }

    /// Decrypts in place.
    pub(crate) fn decrypt(&self, data: &mut [u8]) {
        let cipher = Aes256Dec::new(&Array::from(self.key));
        let (mut before, mut plain_before) = self.halves();
        for chunk in data.chunks_exact_mut(16) {
            let mut block = [0; 16];
            block.copy_from_slice(chunk);
            let encrypted = u128::from_ne_bytes(block);
            let mut block = Array::from((encrypted ^ plain_before).to_ne_bytes());
            cipher.decrypt_block(&mut block);
            plain_before = u128::from_ne_bytes(block.into()) ^ before;
            before = encrypted;
            chunk.copy_from_slice(&plain_before.to_ne_bytes());
        }
    }

    /// What stands before the first block: encrypted, then plain.
    fn halves(&self) -> (u128, u128) {
        let (mut first, mut second) = ([0; 16], [0; 16]);
        first.copy_from_slice(&self.iv[..16]);
        second.copy_from_slice(&self.iv[16..]);
        (u128::from_ne_bytes(first), u128::from_ne_bytes(second))
    }
}

/// Whether two byte strings are equal, in a time that tells nothing.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(a, b).into()
}

/// Joins arrays into one; the lengths must add up.
pub(crate) fn join<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut joined = [0; N];
    let bytes = parts.iter().flat_map(|part| part.iter());
    joined.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first vector of OpenSSL's IGE paper is for 128-bit keys; this one is ours, checked against the definition.
    #[test]
    fn ige_is_its_own_inverse_and_follows_its_definition() {
        let ige = Ige { key: [7; 32], iv: core::array::from_fn(|n| n as u8) };
        let plain: Vec<u8> = (0..96).map(|n| (n * 5) as u8).collect();
        let mut data = plain.clone();
        ige.encrypt(&mut data);
        let cipher = Aes256Enc::new(&Array::from(ige.key));
        for n in 0..6 {
            let before = |all: &[u8], iv: &[u8]| -> Vec<u8> {
                if n == 0 { iv.to_vec() } else { all[n * 16 - 16..n * 16].to_vec() }
            };
            let (c, p) = (before(&data, &ige.iv[..16]), before(&plain, &ige.iv[16..]));
            let mut block: [u8; 16] = core::array::from_fn(|i| plain[n * 16 + i] ^ c[i]);
            let mut array = Array::from(block);
            cipher.encrypt_block(&mut array);
            block = array.into();
            let expected: Vec<u8> = (0..16).map(|i| block[i] ^ p[i]).collect();
            assert_eq!(data[n * 16..n * 16 + 16], expected[..]);
        }
        ige.decrypt(&mut data);
        assert_eq!(data, plain);
    }
}
