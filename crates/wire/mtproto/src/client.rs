//! The client's side of a session, to test the server with: nothing is resent by itself.

use crate::packing::{MAX_UNPACKED, Part, constructor, container, open_container, unpack};
use crate::{AuthKey, Broken, Envelope, Side};
use parlor_wire_tl::{Reader, Tl, Writer, enums, types};

const RPC_RESULT: u32 = 0xf35c_6d01;

/// What a server said.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// The answer to a request.
    Result { request: i64, body: Vec<u8> },
    /// The request was refused.
    Error { request: i64, code: i32, message: String },
    /// The message must be sent again, with the salt that is now known (48), or for another reason.
    Bad { message: i64, code: i32 },
    /// Updates, and whatever else nobody asked for.
    Other(Vec<u8>),
}

/// One session of one key.
pub struct ClientSession {
    key: AuthKey,
    salt: i64,
    session: i64,
    last_id: i64,
    content: i32,
    to_acknowledge: Vec<i64>,
}

impl ClientSession {
    /// A new session; `session` is random.
    pub fn new(key: AuthKey, salt: i64, session: i64) -> Self {
        Self { key, salt, session, last_id: 0, content: 0, to_acknowledge: Vec::new() }
    }

    /// The key.
    pub fn key(&self) -> &AuthKey {
        &self.key
    }

    /// A request's id and frame, with what is to be acknowledged. `now` is in milliseconds.
    pub fn request(&mut self, body: &[u8], now: i64, random: &[u8; 16]) -> (i64, Vec<u8>) {
        let id = self.next_id(now);
        let request = Part { id, sequence: self.content * 2 + 1, body: body.to_vec() };
        self.content += 1;
        let whole = match std::mem::take(&mut self.to_acknowledge) {
            msg_ids if msg_ids.is_empty() => request,
            msg_ids => {
                let mut out = Writer::default();
                enums::MsgsAck::from(types::MsgsAck { msg_ids }).write(0, &mut out);
                let ack_id = self.next_id(now);
                let body = out.finish().unwrap_or_default();
                let ack = Part { id: ack_id, sequence: self.content * 2, body };
                let id = self.next_id(now);
                Part { id, sequence: self.content * 2, body: container(&[request, ack]) }
            }
        };
        let Part { id: outer, sequence, body } = whole;
        let envelope = Envelope { salt: self.salt, session: self.session, id: outer, sequence, body };
        (id, envelope.seal(&self.key, Side::Client, random))
    }

    /// What a frame says.
    pub fn receive(&mut self, frame: &[u8]) -> Result<Vec<Told>, Broken> {
        let envelope = Envelope::open(frame, &self.key, Side::Server)?;
        if envelope.session != self.session || envelope.id & 1 == 0 {
            return Err(Broken::Malformed);
        }
        let Envelope { id, sequence, body, .. } = envelope;
        let parts = open_container(&body)?.unwrap_or_else(|| vec![Part { id, sequence, body }]);
        parts.into_iter().filter_map(|part| self.part(part).transpose()).collect()
    }

    fn part(&mut self, part: Part) -> Result<Option<Told>, Broken> {
        let mut room = MAX_UNPACKED;
        let body = unpack(part.body, &mut room)?;
        if part.sequence & 1 == 1 {
            self.to_acknowledge.push(part.id);
        }
        let mut input = Reader::new(&body);
        let kind = constructor(&body).ok_or(Broken::Malformed)?;
        if kind == RPC_RESULT {
            let (_, request) = (input.id(), i64::read(&mut input).map_err(|_| Broken::Malformed)?);
            let rest = unpack(input.rest().to_vec(), &mut room)?;
            return Ok(Some(match enums::RpcError::read(&mut Reader::new(&rest)) {
                Ok(enums::RpcError::RpcError(error)) => {
                    Told::Error { request, code: error.error_code, message: error.error_message }
                }
                Err(_) => Told::Result { request, body: rest },
            }));
        }
        if let Ok(bad) = enums::BadMsgNotification::read(&mut input.clone()) {
            return Ok(Some(match bad {
                enums::BadMsgNotification::BadServerSalt(bad) => {
                    self.salt = bad.new_server_salt;
                    Told::Bad { message: bad.bad_msg_id, code: bad.error_code }
                }
                enums::BadMsgNotification::BadMsgNotification(bad) => {
                    Told::Bad { message: bad.bad_msg_id, code: bad.error_code }
                }
            }));
        }
        if let Ok(enums::NewSession::NewSessionCreated(created)) = enums::NewSession::read(&mut input.clone())
        {
            self.salt = created.server_salt;
            return Ok(None);
        }
        let acknowledges = types::MsgsAck::IDS.contains(&kind);
        Ok((!acknowledges).then_some(Told::Other(body)))
    }

    fn next_id(&mut self, now: i64) -> i64 {
        let by_clock = ((now / 1000) << 32) | ((now % 1000) << 22);
        self.last_id = (by_clock & !3).max(self.last_id + 4);
        self.last_id
    }
}
