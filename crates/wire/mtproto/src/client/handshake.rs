use crate::bytes::{Ige, sha1, sha256};
use crate::dh::Group;
use crate::handshake::{RandomBytes, bare, first_salt, open_plain, temporary_cipher, with_hash};
use crate::{AuthKey, ProtocolError, RsaKey};
use parlor_wire_tl::{Bytes, Reader, Tl, Writer, enums, functions, types};

/// How the client pads the data that it encrypts with RSA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RsaPadding {
    /// SHA-1, data, random bytes: the padding before 2021.
    Sha1,
    /// RSA_PAD, since 2021.
    RsaPad,
}

/// The client half of a key exchange.
pub struct ClientHandshake {
    random: RandomBytes,
    padding: RsaPadding,
    expires_in: Option<i32>,
    server_nonce: [u8; 16],
    result: Option<(AuthKey, i64)>,
}

impl ClientHandshake {
    /// Creates an exchange for a permanent key or, with `expires_in` seconds, for a temporary one.
    pub fn new(random: RandomBytes, padding: RsaPadding, expires_in: Option<i32>) -> Self {
        Self { random, padding, expires_in, server_nonce: [0; 16], result: None }
    }

    fn nonce(&self) -> [u8; 16] {
        self.random.part(0)
    }

    fn new_nonce(&self) -> [u8; 32] {
        self.random.part(16)
    }

    fn exponent(&self) -> [u8; 256] {
        self.random.part(48)
    }

    /// Returns the first frame.
    pub fn begin(&self) -> Vec<u8> {
        let mut out = Writer::default();
        functions::ReqPqMulti { nonce: self.nonce() }.write(0, &mut out);
        plain(out)
    }

    /// Handles an answer, with or without its frame header, and returns the next frame; `None` when the exchange is
    /// complete.
    ///
    /// # Errors
    ///
    /// Returns [`ProtocolError::Handshake`] if the answer is not the expected one.
    pub fn handle(
        &mut self,
        rsa: &RsaKey,
        group: &Group,
        answer: &[u8],
    ) -> Result<Option<Vec<u8>>, ProtocolError> {
        let answer = open_plain(answer).unwrap_or(answer);
        if let Ok(enums::ResPQ::ResPQ(answer)) = enums::ResPQ::read(&mut Reader::new(answer)) {
            return self.request_dh_params(rsa, &answer).map(Some);
        }
        if let Ok(enums::ServerDHParams::ServerDHParamsOk(answer)) =
            enums::ServerDHParams::read(&mut Reader::new(answer))
        {
            return self.send_public_value(group, &answer).map(Some);
        }
        let is_confirmed = match enums::SetClientDHParamsAnswer::read(&mut Reader::new(answer)) {
            Ok(enums::SetClientDHParamsAnswer::DhGenOk(answer)) => {
                let key = self.result.as_ref().map(|(key, _)| key.nonce_hash(&self.new_nonce(), 1));
                key == Some(answer.new_nonce_hash1)
            }
            _ => false,
        };
        if is_confirmed { Ok(None) } else { Err(ProtocolError::Handshake) }
    }

    /// Returns the key and the first salt once the exchange is complete.
    pub fn finish(self) -> Option<(AuthKey, i64)> {
        self.result
    }

    fn request_dh_params(&mut self, rsa: &RsaKey, answer: &types::ResPQ) -> Result<Vec<u8>, ProtocolError> {
        self.server_nonce = answer.server_nonce;
        let pq = answer.pq.0.iter().fold(0u64, |n, byte| (n << 8) | u64::from(*byte));
        let p = factor(pq).ok_or(ProtocolError::Handshake)?;
        let [p, q] = [p.min(pq / p), p.max(pq / p)].map(|n| Bytes((n as u32).to_be_bytes().to_vec()));
        let (nonce, server_nonce, new_nonce) = (answer.nonce, answer.server_nonce, self.new_nonce());
        let inner = match self.expires_in {
            None => enums::PQInnerData::from(types::PQInnerData {
                pq: answer.pq.clone(),
                p: p.clone(),
                q: q.clone(),
                nonce,
                server_nonce,
                new_nonce,
            }),
            Some(expires_in) => enums::PQInnerData::from(types::PQInnerDataTempDc {
                pq: answer.pq.clone(),
                p: p.clone(),
                q: q.clone(),
                nonce,
                server_nonce,
                new_nonce,
                dc: 2,
                expires_in,
            }),
        };
        let data = bare(&inner);
        // > RSA_PAD: if the number is not below the modulus, choose another temp_key
        let encrypted = (0..=u8::MAX).find_map(|attempt| rsa.encrypt(&self.pad(&data, attempt)));
        let encrypted = encrypted.ok_or(ProtocolError::Handshake)?;
        let mut out = Writer::default();
        let request = functions::ReqDHParams {
            nonce,
            server_nonce,
            p,
            q,
            public_key_fingerprint: rsa.fingerprint,
            encrypted_data: Bytes(encrypted.to_vec()),
        };
        request.write(0, &mut out);
        Ok(plain(out))
    }

    fn pad(&self, data: &[u8], attempt: u8) -> [u8; 256] {
        let mut block = [0; 256];
        match self.padding {
            RsaPadding::Sha1 => {
                block[1..21].copy_from_slice(&sha1(&[data]));
                block[21..21 + data.len()].copy_from_slice(data);
            }
            RsaPadding::RsaPad => {
                let mut padded = data.to_vec();
                padded.resize(192, 0x77);
                let key = [attempt; 32];
                let hash = sha256(&[&key, &padded]);
                padded.reverse();
                padded.extend_from_slice(&hash);
                Ige { key, iv: [0; 32] }.encrypt(&mut padded);
                let digest = sha256(&[&padded]);
                (0..32).for_each(|n| block[n] = key[n] ^ digest[n]);
                block[32..].copy_from_slice(&padded);
            }
        }
        block
    }

    fn send_public_value(
        &mut self,
        group: &Group,
        answer: &types::ServerDHParamsOk,
    ) -> Result<Vec<u8>, ProtocolError> {
        let cipher = temporary_cipher(&self.new_nonce(), &self.server_nonce);
        let mut data = answer.encrypted_answer.0.clone();
        cipher.decrypt(&mut data);
        let mut input = Reader::new(data.get(20..).ok_or(ProtocolError::Handshake)?);
        let inner = enums::ServerDHInnerData::read(&mut input).map_err(|_| ProtocolError::Handshake)?;
        let enums::ServerDHInnerData::ServerDHInnerData(inner) = inner;
        let key = AuthKey::new(group.shared(&inner.g_a.0, &self.exponent()).ok_or(ProtocolError::Handshake)?);
        self.result = Some((key, first_salt(&self.new_nonce(), &self.server_nonce)));
        let inner = types::ClientDHInnerData {
            nonce: self.nonce(),
            server_nonce: self.server_nonce,
            retry_id: 0,
            g_b: Bytes(group.public(&self.exponent()).to_vec()),
        };
        let mut encrypted = with_hash(&bare(&enums::ClientDHInnerData::from(inner)), &[7; 16]);
        cipher.encrypt(&mut encrypted);
        let mut out = Writer::default();
        let (nonce, server_nonce) = (self.nonce(), self.server_nonce);
        functions::SetClientDHParams { nonce, server_nonce, encrypted_data: Bytes(encrypted) }
            .write(0, &mut out);
        Ok(plain(out))
    }
}

/// An unencrypted frame.
fn plain(object: Writer) -> Vec<u8> {
    let object = object.finish().unwrap_or_default();
    let length = u32::try_from(object.len()).unwrap_or(u32::MAX);
    [&[0; 8][..], &4i64.to_le_bytes(), &length.to_le_bytes(), &object].concat()
}

/// Finds a factor of a product of two primes by Pollard's rho algorithm.
fn factor(pq: u64) -> Option<u64> {
    let step = |x: u64, c: u64| ((u128::from(x) * u128::from(x) + u128::from(c)) % u128::from(pq)) as u64;
    (1..20).find_map(|c| {
        let (mut slow, mut fast) = (2, 2);
        loop {
            slow = step(slow, c);
            fast = step(step(fast, c), c);
            let common = gcd(slow.abs_diff(fast), pq);
            if common != 1 {
                return Some(common).filter(|common| *common != pq);
            }
        }
    })
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
