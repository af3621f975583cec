use super::{first_salt, inner, temporary_cipher, with_hash};
use crate::bytes::{concat, constant_time_eq, sha1};
use crate::dh::{G, Group};
use crate::{AuthKey, ProtocolError, RsaKey};
use parlor_wire_tl::{Bytes, Function, Reader, Tl, Writer, enums, types};

/// The constants of a server, shared by all its key exchanges.
pub struct ServerKeys<'a> {
    /// The server's RSA key.
    pub rsa: &'a RsaKey,
    /// The Diffie-Hellman group.
    pub group: &'a Group,
}

/// Random bytes for one step of an exchange.
pub struct RandomBytes(pub [u8; 320]);

impl RandomBytes {
    pub(crate) fn part<const N: usize>(&self, at: usize) -> [u8; N] {
        concat(&[self.0.get(at..at + N).unwrap_or_default()])
    }
}

/// The state of a key exchange.
pub enum HandshakeState {
    /// Nothing was received yet.
    AwaitPq(AwaitPq),
    /// `resPQ` was sent.
    AwaitDhParams(AwaitDhParams),
    /// `server_DH_params_ok` was sent.
    AwaitClientDh(Box<AwaitClientDh>),
    /// The key is agreed on.
    Completed(Box<Completed>),
}

/// Awaits `req_pq` or `req_pq_multi`.
pub struct AwaitPq;

/// Awaits `req_DH_params`: the client must factorise `pq`.
pub struct AwaitDhParams {
    nonce: [u8; 16],
    server_nonce: [u8; 16],
    p: u32,
    q: u32,
}

/// Awaits `set_client_DH_params`: the client must send its public value.
pub struct AwaitClientDh {
    nonce: [u8; 16],
    server_nonce: [u8; 16],
    new_nonce: [u8; 32],
    exponent: [u8; 256],
    expires_in: Option<i32>,
}

/// The result of an exchange.
#[derive(Debug)]
pub struct Completed {
    /// The authorization key.
    pub key: AuthKey,
    /// The first server salt; both sides compute it.
    pub salt: i64,
    /// The lifetime of a temporary key in seconds; `None` for a permanent key.
    pub expires_in: Option<i32>,
}

impl HandshakeState {
    /// Handles the next unencrypted frame and returns the answer's object, without a frame header, and the next state.
    /// `now` is in seconds since the epoch.
    ///
    /// # Errors
    ///
    /// Returns [`ProtocolError::Handshake`] for a malformed frame, a request that this state does not await, and any
    /// value that contradicts the exchange so far.
    pub fn handle(
        self,
        server: &ServerKeys<'_>,
        frame: &[u8],
        random: &RandomBytes,
        now: i32,
    ) -> Result<(Vec<u8>, Self), ProtocolError> {
        let request = open_plain(frame).ok_or(ProtocolError::Handshake)?;
        let request = Function::read(&mut Reader::new(request)).map_err(|_| ProtocolError::Handshake)?;
        match (self, request) {
            // An exchange may restart at any time: TDLib sends only the first step to measure a connection's latency.
            (_, Function::ReqPq(request)) => Ok(answer_pq(server, request.nonce, random)),
            (_, Function::ReqPqMulti(request)) => Ok(answer_pq(server, request.nonce, random)),
            (Self::AwaitDhParams(state), Function::ReqDHParams(request)) => {
                state.handle(server, &request, random, now)
            }
            (Self::AwaitClientDh(state), Function::SetClientDHParams(request)) => {
                state.handle(server, &request)
            }
            _ => Err(ProtocolError::Handshake),
        }
    }
}

fn answer_pq(server: &ServerKeys<'_>, nonce: [u8; 16], random: &RandomBytes) -> (Vec<u8>, HandshakeState) {
    let server_nonce = random.part(0);
    let [a, b] = [16, 20].map(|at| prime_from(u32::from_le_bytes(random.part(at))));
    let (p, q) = if a < b { (a, b) } else { (b, if a == b { prime_from(a + 1) } else { a }) };
    let answer = types::ResPQ {
        nonce,
        server_nonce,
        pq: Bytes((u64::from(p) * u64::from(q)).to_be_bytes().to_vec()),
        server_public_key_fingerprints: vec![server.rsa.fingerprint],
    };
    let state = AwaitDhParams { nonce, server_nonce, p: p.min(q), q: p.max(q) };
    (bare(&enums::ResPQ::from(answer)), HandshakeState::AwaitDhParams(state))
}

impl AwaitDhParams {
    fn handle(
        self,
        server: &ServerKeys<'_>,
        request: &parlor_wire_tl::functions::ReqDHParams,
        random: &RandomBytes,
        now: i32,
    ) -> Result<(Vec<u8>, HandshakeState), ProtocolError> {
        let inner = inner::open(server.rsa, &request.encrypted_data.0)?;
        let number = |bytes: &[u8]| {
            bytes.iter().try_fold(0u64, |n, byte| Some(n.checked_mul(256)? + u64::from(*byte)))
        };
        let factors = (Some(u64::from(self.p)), Some(u64::from(self.q)));
        let is_valid = constant_time_eq(&request.nonce, &self.nonce)
            && constant_time_eq(&request.server_nonce, &self.server_nonce)
            && constant_time_eq(&inner.nonce, &self.nonce)
            && constant_time_eq(&inner.server_nonce, &self.server_nonce)
            && request.public_key_fingerprint == server.rsa.fingerprint
            && (number(&request.p.0), number(&request.q.0)) == factors
            && (number(&inner.p), number(&inner.q)) == factors
            && number(&inner.pq) == Some(u64::from(self.p) * u64::from(self.q));
        if !is_valid {
            return Err(ProtocolError::Handshake);
        }
        let exponent = random.part(0);
        let data = types::ServerDHInnerData {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            g: G,
            dh_prime: Bytes(server.group.prime().to_vec()),
            g_a: Bytes(server.group.public(&exponent).to_vec()),
            server_time: now,
        };
        let mut answer = with_hash(&bare(&enums::ServerDHInnerData::from(data)), &random.part::<16>(256));
        temporary_cipher(&inner.new_nonce, &self.server_nonce).encrypt(&mut answer);
        let answer = types::ServerDHParamsOk {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            encrypted_answer: Bytes(answer),
        };
        let state = AwaitClientDh {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            new_nonce: inner.new_nonce,
            exponent,
            expires_in: inner.expires_in,
        };
        Ok((bare(&enums::ServerDHParams::from(answer)), HandshakeState::AwaitClientDh(Box::new(state))))
    }
}

impl AwaitClientDh {
    fn handle(
        self,
        server: &ServerKeys<'_>,
        request: &parlor_wire_tl::functions::SetClientDHParams,
    ) -> Result<(Vec<u8>, HandshakeState), ProtocolError> {
        let mut plain = request.encrypted_data.0.clone();
        if plain.len() < 32 || !plain.len().is_multiple_of(16) {
            return Err(ProtocolError::Handshake);
        }
        temporary_cipher(&self.new_nonce, &self.server_nonce).decrypt(&mut plain);
        let (digest, data) = plain.split_at(20);
        let mut input = Reader::new(data);
        let inner = enums::ClientDHInnerData::read(&mut input).map_err(|_| ProtocolError::Handshake)?;
        let enums::ClientDHInnerData::ClientDHInnerData(inner) = inner;
        let is_valid = constant_time_eq(&sha1(&[&data[..input.position()]]), digest)
            && constant_time_eq(&request.nonce, &self.nonce)
            && constant_time_eq(&request.server_nonce, &self.server_nonce)
            && constant_time_eq(&inner.nonce, &self.nonce)
            && constant_time_eq(&inner.server_nonce, &self.server_nonce);
        let shared = server.group.shared(&inner.g_b.0, &self.exponent).filter(|_| is_valid);
        let key = AuthKey::new(shared.ok_or(ProtocolError::Handshake)?);
        let answer = types::DhGenOk {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            new_nonce_hash1: key.nonce_hash(&self.new_nonce, 1),
        };
        let salt = first_salt(&self.new_nonce, &self.server_nonce);
        let done = Completed { key, salt, expires_in: self.expires_in };
        Ok((bare(&enums::SetClientDHParamsAnswer::from(answer)), HandshakeState::Completed(Box::new(done))))
    }
}

/// Returns the object of an unencrypted frame.
///
/// > auth_key_id = 0:int64 message_id:int64 message_data_length:int32 message_data
///
/// The message id is not checked: TDLib sends 0.
pub(crate) fn open_plain(frame: &[u8]) -> Option<&[u8]> {
    let head = frame.get(..20).filter(|head| head[..8] == [0; 8])?;
    let length = u32::from_le_bytes(concat(&[&head[16..]])) as usize;
    frame.get(20..20usize.checked_add(length)?)
}

/// Serializes an object without a frame. The objects of the exchange are the same in all layers.
pub(crate) fn bare(object: &impl Tl) -> Vec<u8> {
    let mut out = Writer::default();
    object.write(0, &mut out);
    out.finish().unwrap_or_default()
}

/// The first prime at or after a number, which is first forced to 31 bits: Pyrogram writes each factor in four bytes,
/// and Telethon reads their product as a signed 64-bit integer.
fn prime_from(start: u32) -> u32 {
    let start = (start | (1 << 30)) & 0x7fff_ffff;
    let is_prime = |n: u32| {
        n % 2 == 1 && (3..46_341).step_by(2).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
    };
    (start..=0x7fff_ffff).find(|n| is_prime(*n)).unwrap_or(0x7fff_ffff)
}
