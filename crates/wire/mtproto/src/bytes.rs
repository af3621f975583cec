//! Hashes, AES-IGE and operations on byte strings. The hashes take their input in parts, so that callers need not
//! copy it into one buffer.

use aes::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
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

/// AES-256 in IGE mode (infinite garble extension), the cipher of MTProto.
#[derive(Clone)]
pub struct Ige {
    /// The AES key.
    pub key: [u8; 32],
    /// The initialization vector: the block before the first one, encrypted (16 bytes) and plain (16 bytes).
    pub iv: [u8; 32],
}

impl Ige {
    /// Encrypts whole blocks in place. An incomplete last block is left unchanged: callers pad first.
    pub fn encrypt(&self, data: &mut [u8]) {
        let (blocks, _) = Array::slice_as_chunks_mut(data);
        ige::Encryptor::<Aes256Enc>::new(&self.key.into(), &self.iv.into()).encrypt_blocks(blocks);
    }

    /// Decrypts whole blocks in place. An incomplete last block is left unchanged.
    pub fn decrypt(&self, data: &mut [u8]) {
        let (blocks, _) = Array::slice_as_chunks_mut(data);
        ige::Decryptor::<Aes256Dec>::new(&self.key.into(), &self.iv.into()).decrypt_blocks(blocks);
    }
}

/// Constant-time equality; strings of different lengths are unequal.
pub(crate) fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    subtle::ConstantTimeEq::ct_eq(a, b).into()
}

/// Concatenates byte strings into an array of `N` bytes.
// Callers pass parts whose lengths add up to N by construction; missing bytes would be 0, superfluous ones dropped.
pub(crate) fn concat<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut joined = [0; N];
    let bytes = parts.iter().flat_map(|part| part.iter());
    joined.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use aes::cipher::{BlockCipherEncrypt, KeyInit};

    // The first published IGE vector has a 128-bit key, so this one is computed here from the definition of the mode.
    #[test]
    fn ige_follows_its_definition_and_decryption_inverts_encryption() {
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
