use crate::constructors::RPC_RESULT;
use crate::packing::{InnerMessage, MAX_UNPACKED, constructor, container, open_container, unpack};
use crate::{AuthKey, Envelope, ProtocolError, Side};
use parlor_wire_tl::{Reader, Tl, Writer, enums, types};

/// A message of the server.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerMessage {
    /// The result of a request.
    Result { request: i64, body: Vec<u8> },
    /// The error that a request was answered with.
    Error { request: i64, code: i32, message: String },
    /// The server did not accept a message. With code 48 (wrong salt) the session has stored the right salt, and the
    /// message is to be sent again.
    BadMsg { message: i64, code: i32 },
    /// The server has received these messages.
    Acknowledged(Vec<i64>),
    /// An object that answers no request, such as an update.
    Other(Vec<u8>),
}

/// The client half of one session.
pub struct ClientSession {
    key: AuthKey,
    salt: i64,
    session: i64,
    last_id: i64,
    content: i32,
    to_acknowledge: Vec<i64>,
}

impl ClientSession {
    /// Creates a session; `session` is its random id.
    pub fn new(key: AuthKey, salt: i64, session: i64) -> Self {
        Self { key, salt, session, last_id: 0, content: 0, to_acknowledge: Vec::new() }
    }

    /// The authorization key.
    pub fn key(&self) -> &AuthKey {
        &self.key
    }

    /// Encrypts a request, together with outstanding acknowledgements, and returns its message id and the frame.
    /// `now` is in milliseconds.
    pub fn request(&mut self, body: &[u8], now: i64, random: &[u8; 16]) -> (i64, Vec<u8>) {
        let id = self.next_id(now);
        let request = InnerMessage { id, sequence: self.content * 2 + 1, body: body.to_vec() };
        self.content += 1;
        let whole = match std::mem::take(&mut self.to_acknowledge) {
            msg_ids if msg_ids.is_empty() => request,
            msg_ids => {
                let mut out = Writer::default();
                enums::MsgsAck::from(types::MsgsAck { msg_ids }).write(0, &mut out);
                let ack_id = self.next_id(now);
                let body = out.finish().unwrap_or_default();
                let ack = InnerMessage { id: ack_id, sequence: self.content * 2, body };
                let id = self.next_id(now);
                InnerMessage { id, sequence: self.content * 2, body: container(&[request, ack]) }
            }
        };
        let InnerMessage { id: outer, sequence, body } = whole;
        let envelope = Envelope { salt: self.salt, session: self.session, id: outer, sequence, body };
        (id, envelope.seal(&self.key, Side::Client, random))
    }

    /// Decrypts a frame and returns its messages.
    ///
    /// # Errors
    ///
    /// Returns a [`ProtocolError`] if the frame is not authentic, belongs to another session, or is malformed.
    pub fn receive(&mut self, frame: &[u8]) -> Result<Vec<ServerMessage>, ProtocolError> {
        let envelope = Envelope::open(frame, &self.key, Side::Server)?;
        if envelope.session != self.session || envelope.id & 1 == 0 {
            return Err(ProtocolError::Malformed);
        }
        let Envelope { id, sequence, body, .. } = envelope;
        let parts = open_container(&body)?.unwrap_or_else(|| vec![InnerMessage { id, sequence, body }]);
        parts.into_iter().filter_map(|part| self.read_message(part).transpose()).collect()
    }

    fn read_message(&mut self, part: InnerMessage) -> Result<Option<ServerMessage>, ProtocolError> {
        let mut budget = MAX_UNPACKED;
        let body = unpack(part.body, &mut budget)?;
        if part.sequence & 1 == 1 {
            self.to_acknowledge.push(part.id);
        }
        let mut input = Reader::new(&body);
        let kind = constructor(&body).ok_or(ProtocolError::Malformed)?;
        if kind == RPC_RESULT {
            let (_, request) = (input.id(), i64::read(&mut input).map_err(|_| ProtocolError::Malformed)?);
            let rest = unpack(input.rest().to_vec(), &mut budget)?;
            return Ok(Some(match enums::RpcError::read(&mut Reader::new(&rest)) {
                Ok(enums::RpcError::RpcError(error)) => {
                    ServerMessage::Error { request, code: error.error_code, message: error.error_message }
                }
                Err(_) => ServerMessage::Result { request, body: rest },
            }));
        }
        if let Ok(bad) = enums::BadMsgNotification::read(&mut input.clone()) {
            return Ok(Some(match bad {
                enums::BadMsgNotification::BadServerSalt(bad) => {
                    self.salt = bad.new_server_salt;
                    ServerMessage::BadMsg { message: bad.bad_msg_id, code: bad.error_code }
                }
                enums::BadMsgNotification::BadMsgNotification(bad) => {
                    ServerMessage::BadMsg { message: bad.bad_msg_id, code: bad.error_code }
                }
            }));
        }
        if let Ok(enums::NewSession::NewSessionCreated(created)) = enums::NewSession::read(&mut input.clone())
        {
            self.salt = created.server_salt;
            return Ok(None);
        }
        Ok(Some(match enums::MsgsAck::read(&mut input) {
            Ok(enums::MsgsAck::MsgsAck(ack)) => ServerMessage::Acknowledged(ack.msg_ids),
            Err(_) => ServerMessage::Other(body),
        }))
    }

    fn next_id(&mut self, now: i64) -> i64 {
        let by_clock = ((now / 1000) << 32) | ((now % 1000) << 22);
        self.last_id = (by_clock & !3).max(self.last_id + 4);
        self.last_id
    }
}
