use super::{first_salt, inner, temporary_cipher, with_hash};
use crate::bytes::{join, same, sha1};
use crate::dh::{G, Group};
use crate::{AuthKey, Broken, RsaKey};
use parlor_wire_tl::{Bytes, Function, Reader, Tl, Writer, enums, types};

/// What a server needs for any number of exchanges.
pub struct Server<'a> {
    /// Its key.
    pub rsa: &'a RsaKey,
    /// The group.
    pub group: &'a Group,
}

/// Random bytes for one step.
pub struct Random(pub [u8; 320]);

impl Random {
    pub(super) fn part<const N: usize>(&self, at: usize) -> [u8; N] {
        join(&[self.0.get(at..at + N).unwrap_or_default()])
    }
}

/// Where an exchange stands.
pub enum Next {
    /// Nothing was said.
    Hello(Hello),
    /// `resPQ` was sent.
    AwaitParams(AwaitParams),
    /// `server_DH_params_ok` was sent.
    AwaitClient(Box<AwaitClient>),
    /// There is a key.
    Done(Box<Done>),
}

/// Nothing was said yet.
pub struct Hello;

/// The client must factorise.
pub struct AwaitParams {
    nonce: [u8; 16],
    server_nonce: [u8; 16],
    p: u32,
    q: u32,
}

/// The client must choose its half of the secret.
pub struct AwaitClient {
    nonce: [u8; 16],
    server_nonce: [u8; 16],
    new_nonce: [u8; 32],
    exponent: [u8; 256],
    expires_in: Option<i32>,
}

/// The key, with what comes with it.
#[derive(Debug)]
pub struct Done {
    /// The key.
    pub key: AuthKey,
    /// The salt that both sides computed.
    pub salt: i64,
    /// Seconds that it lives, if it is temporary.
    pub expires_in: Option<i32>,
}

impl Next {
    /// Takes the next plain frame (with its head) and gives the answer's object, without one. `now` is in seconds.
    pub fn handle(
        self,
        server: &Server<'_>,
        frame: &[u8],
        random: &Random,
        now: i32,
    ) -> Result<(Vec<u8>, Self), Broken> {
        let request = open_plain(frame).ok_or(Broken::Handshake)?;
        let request = Function::read(&mut Reader::new(request)).map_err(|_| Broken::Handshake)?;
        match (self, request) {
            // An exchange may begin anew at any time: TDLib sends the first step alone to measure a connection.
            (_, Function::ReqPq(request)) => Ok(hello(server, request.nonce, random)),
            (_, Function::ReqPqMulti(request)) => Ok(hello(server, request.nonce, random)),
            (Self::AwaitParams(state), Function::ReqDHParams(request)) => {
                state.handle(server, &request, random, now)
            }
            (Self::AwaitClient(state), Function::SetClientDHParams(request)) => {
                state.handle(server, &request)
            }
            _ => Err(Broken::Handshake),
        }
    }
}

fn hello(server: &Server<'_>, nonce: [u8; 16], random: &Random) -> (Vec<u8>, Next) {
    let server_nonce = random.part(0);
    let [a, b] = [16, 20].map(|at| prime_from(u32::from_le_bytes(random.part(at))));
    let (p, q) = if a < b { (a, b) } else { (b, if a == b { prime_from(a + 1) } else { a }) };
    let answer = types::ResPQ {
        nonce,
        server_nonce,
        pq: Bytes((u64::from(p) * u64::from(q)).to_be_bytes().to_vec()),
        server_public_key_fingerprints: vec![server.rsa.fingerprint],
    };
    let state = AwaitParams { nonce, server_nonce, p: p.min(q), q: p.max(q) };
    (bare(&enums::ResPQ::from(answer)), Next::AwaitParams(state))
}

impl AwaitParams {
    fn handle(
        self,
        server: &Server<'_>,
        request: &parlor_wire_tl::functions::ReqDHParams,
        random: &Random,
        now: i32,
    ) -> Result<(Vec<u8>, Next), Broken> {
        let inner = inner::open(server.rsa, &request.encrypted_data.0)?;
        let number = |bytes: &[u8]| {
            bytes.iter().try_fold(0u64, |n, byte| Some(n.checked_mul(256)? + u64::from(*byte)))
        };
        let factors = (Some(u64::from(self.p)), Some(u64::from(self.q)));
        let right = same(&request.nonce, &self.nonce)
            && same(&request.server_nonce, &self.server_nonce)
            && same(&inner.nonce, &self.nonce)
            && same(&inner.server_nonce, &self.server_nonce)
            && request.public_key_fingerprint == server.rsa.fingerprint
            && (number(&request.p.0), number(&request.q.0)) == factors
            && (number(&inner.p), number(&inner.q)) == factors
            && number(&inner.pq) == Some(u64::from(self.p) * u64::from(self.q));
        if !right {
            return Err(Broken::Handshake);
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
        let state = AwaitClient {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            new_nonce: inner.new_nonce,
            exponent,
            expires_in: inner.expires_in,
        };
        Ok((bare(&enums::ServerDHParams::from(answer)), Next::AwaitClient(Box::new(state))))
    }
}

impl AwaitClient {
    fn handle(
        self,
        server: &Server<'_>,
        request: &parlor_wire_tl::functions::SetClientDHParams,
    ) -> Result<(Vec<u8>, Next), Broken> {
        let mut plain = request.encrypted_data.0.clone();
        if plain.len() < 32 || !plain.len().is_multiple_of(16) {
            return Err(Broken::Handshake);
        }
        temporary_cipher(&self.new_nonce, &self.server_nonce).decrypt(&mut plain);
        let (digest, data) = plain.split_at(20);
        let mut input = Reader::new(data);
        let inner = enums::ClientDHInnerData::read(&mut input).map_err(|_| Broken::Handshake)?;
        let enums::ClientDHInnerData::ClientDHInnerData(inner) = inner;
        let right = same(&sha1(&[&data[..input.position()]]), digest)
            && same(&request.nonce, &self.nonce)
            && same(&request.server_nonce, &self.server_nonce)
            && same(&inner.nonce, &self.nonce)
            && same(&inner.server_nonce, &self.server_nonce);
        let shared = server.group.shared(&inner.g_b.0, &self.exponent).filter(|_| right);
        let key = AuthKey::new(shared.ok_or(Broken::Handshake)?);
        let answer = types::DhGenOk {
            nonce: self.nonce,
            server_nonce: self.server_nonce,
            new_nonce_hash1: key.nonce_hash(&self.new_nonce, 1),
        };
        let salt = first_salt(&self.new_nonce, &self.server_nonce);
        let done = Done { key, salt, expires_in: self.expires_in };
        Ok((bare(&enums::SetClientDHParamsAnswer::from(answer)), Next::Done(Box::new(done))))
    }
}

/// The object of a plain frame.
///
/// > auth_key_id = 0:int64 message_id:int64 message_data_length:int32 message_data
///
/// The message id is not looked at: TDLib sends 0.
pub(super) fn open_plain(frame: &[u8]) -> Option<&[u8]> {
    let head = frame.get(..20).filter(|head| head[..8] == [0; 8])?;
    let length = u32::from_le_bytes(join(&[&head[16..]])) as usize;
    frame.get(20..20usize.checked_add(length)?)
}

/// An object, bare of any frame; the exchange knows no layers.
pub(super) fn bare(object: &impl Tl) -> Vec<u8> {
    let mut out = Writer::default();
    object.write(0, &mut out);
    out.finish().unwrap_or_default()
}

/// The first prime from a number on, made to have 31 bits: Pyrogram wants both factors in four bytes, Telethon their
/// product in a signed eight.
fn prime_from(start: u32) -> u32 {
    let start = (start | (1 << 30)) & 0x7fff_ffff;
    let is_prime = |n: u32| {
        n % 2 == 1 && (3..46_341).step_by(2).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
    };
    (start..=0x7fff_ffff).find(|n| is_prime(*n)).unwrap_or(0x7fff_ffff)
}
