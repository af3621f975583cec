//! The server half of a session. It answers MTProto's own messages and passes requests on as events.
//!
//! [`Session::receive`] takes a decrypted envelope and returns events; [`Session::respond`] and [`Session::notify`]
//! queue messages; [`Session::transmit`] returns one frame per call while [`Session::has_output`]. Times are in
//! milliseconds since the epoch, on the machine's clock: clients set their own clock by it.
//!
//! Acknowledgements are held until they can travel with an answer, which comes at once for most requests. The owner
//! bounds the time by [`Session::release_acknowledgements`].

mod salts;
mod seen;
mod service;
mod unacknowledged;

use crate::constructors::RPC_RESULT;
use crate::packing::{InnerMessage, MAX_UNPACKED, constructor, container, open_container, unpack};
use crate::{AuthKey, Envelope, ProtocolError, Side};
use parlor_wire_tl::{Function, Reader, Tl, Writer, enums, functions, types};
use salts::Salts;
use seen::SeenIds;
use unacknowledged::Unacknowledged;

/// > If a client message is more than 300 seconds old or 30 seconds in the future, it is ignored.
const OLDEST_SECONDS: i64 = 300;
const FARTHEST_SECONDS: i64 = 30;
/// Acknowledgements that wait for an answer; with more of them, they are sent alone.
const MAX_HELD: usize = 256;
/// > msgs_ack: the list may hold up to 8192 ids
const MAX_ACKNOWLEDGED: usize = 8192;
/// Messages in one frame, and the approximate limit of its bytes.
const MAX_FRAME_MESSAGES: usize = 100;
const MAX_FRAME_BYTES: usize = 512 << 10;
/// A salt is current for an hour.
const SALT_SECONDS: i64 = 3600;
/// > get_future_salts: num is at most 64
const MAX_SALTS: i32 = 64;
/// Salts in an answer even if fewer were requested: with a single one, some clients would ask again at once.
const MIN_SALTS: i32 = 4;

/// The error codes of `bad_msg_notification`.
mod code {
    pub(super) const ID_TOO_LOW: i32 = 16;
    pub(super) const ID_TOO_HIGH: i32 = 17;
    pub(super) const ID_PARITY: i32 = 18;
    pub(super) const CONTAINER_ID: i32 = 19;
    pub(super) const TOO_OLD: i32 = 20;
    pub(super) const SEQUENCE_TOO_LOW: i32 = 32;
    pub(super) const SEQUENCE_TOO_HIGH: i32 = 33;
    pub(super) const SEQUENCE_ODD: i32 = 34;
    pub(super) const SEQUENCE_EVEN: i32 = 35;
    pub(super) const SALT: i32 = 48;
    pub(super) const CONTAINER: i32 = 64;
}

/// An action that the owner of the session must take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Execute a request and answer it with [`Session::respond`].
    Request { id: i64, body: Vec<u8> },
    /// Close the connection when nothing is received for `seconds`.
    DisconnectAfter { seconds: i32 },
    /// Delete the key and answer with [`Session::respond_bare`].
    DestroyKey { id: i64 },
}

/// The server's side of a session.
#[derive(Debug)]
pub struct Session {
    id: i64,
    /// The first salt of the key exchange, if it took place on this connection.
    first_salt: Option<i64>,
    begun: bool,
    salts: Option<Salts>,
    seen: SeenIds,
    last_id: i64,
    /// The number of content-related messages sent.
    content: i32,
    queue: Vec<InnerMessage>,
    unacknowledged: Unacknowledged,
    to_acknowledge: Vec<i64>,
    /// Acknowledgements are sent even if no answer goes with them.
    is_ack_due: bool,
}

impl Session {
    /// Creates a session that has received nothing yet.
    pub fn new(id: i64, first_salt: Option<i64>) -> Self {
        Self {
            id,
            first_salt,
            begun: false,
            salts: None,
            seen: SeenIds::default(),
            last_id: 0,
            content: 0,
            queue: Vec::new(),
            unacknowledged: Unacknowledged::default(),
            to_acknowledge: Vec::new(),
            is_ack_due: false,
        }
    }

    /// Handles a message. Mistakes that correct clients make are answered with `bad_msg_notification`.
    ///
    /// # Errors
    ///
    /// Returns a [`ProtocolError`] if compressed data is malformed or too long: close the connection.
    pub fn receive(
        &mut self,
        key: &AuthKey,
        envelope: Envelope,
        now: i64,
    ) -> Result<Vec<Event>, ProtocolError> {
        let Envelope { salt, id, sequence, body, .. } = envelope;
        if let Some(code) = self.check_msg_id(id, now) {
            self.send_bad_msg(id, sequence, code, now);
            return Ok(Vec::new());
        }
        if !self.is_salt(key, salt, now) {
            let bad_salt = types::BadServerSalt {
                bad_msg_id: id,
                bad_msg_seqno: sequence,
                error_code: code::SALT,
                new_server_salt: self.salts(key, now).current(),
            };
            // The client adopts the salt and sends the message again.
            self.push(&enums::BadMsgNotification::from(bad_salt), false, now);
            return Ok(Vec::new());
        }
        if !std::mem::replace(&mut self.begun, true) {
            let created = types::NewSessionCreated {
                first_msg_id: id,
                unique_id: self.id ^ id,
                server_salt: self.salts(key, now).current(),
            };
            self.push(&enums::NewSession::from(created), true, now);
        }
        let mut budget = MAX_UNPACKED;
        let body = unpack(body, &mut budget)?;
        let mut events = Vec::new();
        let parts = match open_container(&body) {
            Ok(None) => {
                self.handle_message(key, InnerMessage { id, sequence, body }, now, &mut events);
                return Ok(events);
            }
            Ok(Some(parts)) => parts,
            Err(_) => {
                self.send_bad_msg(id, sequence, code::CONTAINER, now);
                return Ok(events);
            }
        };
        // Containers are not acknowledged, so their sequence numbers are even, and a correct client never repeats one.
        let fault = match self.seen.contains(id) {
            true => Some(code::CONTAINER_ID),
            false => (sequence & 1 == 1).then_some(code::SEQUENCE_ODD),
        };
        if let Some(code) = fault {
            self.send_bad_msg(id, sequence, code, now);
            return Ok(events);
        }
        self.seen.insert(id, sequence);
        for mut part in parts {
            part.body = unpack(part.body, &mut budget)?;
            let nested = !matches!(open_container(&part.body), Ok(None));
            if nested || part.id >= id || part.id & 3 != 0 {
                self.send_bad_msg(id, sequence, code::CONTAINER, now);
                break;
            }
            self.handle_message(key, part, now, &mut events);
        }
        Ok(events)
    }

    /// Queues the `rpc_result` of a request.
    pub fn respond(&mut self, request: i64, result: &[u8], now: i64) {
        self.push_acknowledgements(now);
        let mut body = Vec::with_capacity(12 + result.len());
        body.extend_from_slice(&RPC_RESULT.to_le_bytes());
        body.extend_from_slice(&request.to_le_bytes());
        body.extend_from_slice(result);
        self.enqueue(body, true, Some(request), now);
    }

    /// Refuses a request of [`Session::receive`] that is too old to know whether it was executed before. The client
    /// corrects its clock and sends the request again.
    pub fn refuse(&mut self, request: i64, now: i64) {
        self.to_acknowledge.retain(|id| *id != request);
        let sequence = self.seen.sequence(request).unwrap_or_default();
        self.send_bad_msg(request, sequence, code::ID_TOO_LOW, now);
    }

    /// Queues an answer that is not wrapped in `rpc_result`.
    pub fn respond_bare(&mut self, answer: &impl Tl, now: i64) {
        self.push(answer, false, now);
    }

    /// Queues updates.
    pub fn notify(&mut self, body: Vec<u8>, now: i64) {
        self.enqueue(body, true, None, now);
    }

    /// Whether acknowledgements wait for an answer to travel with.
    pub fn holds_acknowledgements(&self) -> bool {
        !self.to_acknowledge.is_empty() && !self.has_output()
    }

    /// Has the held acknowledgements sent, whether or not an answer goes with them.
    pub fn release_acknowledgements(&mut self) {
        self.is_ack_due = !self.to_acknowledge.is_empty();
    }

    /// Whether [`Self::transmit`] returns a frame.
    pub fn has_output(&self) -> bool {
        !self.queue.is_empty() || self.is_ack_due
    }

    /// The bytes of the messages that wait to be sent, without their headers.
    pub fn queued_bytes(&self) -> usize {
        self.queue.iter().map(|message| message.body.len()).sum()
    }

    /// Returns the next frame, or `None` if there is nothing to send. `random` is its padding.
    pub fn transmit(&mut self, key: &AuthKey, now: i64, random: &[u8; 16]) -> Option<Vec<u8>> {
        if !self.has_output() {
            return None;
        }
        self.push_acknowledgements(now);
        let rest = self.queue.split_off(self.frame_messages());
        let mut messages = std::mem::replace(&mut self.queue, rest);
        let (id, sequence, body) = match messages.as_mut_slice() {
            // What is stored needs a copy; the rest is sent as it is.
            [only] if only.sequence & 1 == 1 => (only.id, only.sequence, only.body.clone()),
            [only] => (only.id, only.sequence, std::mem::take(&mut only.body)),
            several => {
                let body = container(several);
                (self.next_id(now, 3), self.content * 2, body)
            }
        };
        let contents = messages.into_iter().filter(|message| message.sequence & 1 == 1);
        contents.for_each(|message| self.unacknowledged.store(message));
        let salt = self.salts(key, now).current();
        let envelope = Envelope { salt, session: self.id, id, sequence, body };
        Some(envelope.seal(key, Side::Server, random))
    }

    /// Drops what a silent client can no longer refer to, and gives the memory back.
    pub fn trim(&mut self, now: i64) {
        self.seen.drop_before((now / 1000 - OLDEST_SECONDS) << 32);
    }

    /// The number of queued messages that go into the next frame.
    fn frame_messages(&self) -> usize {
        let mut bytes = 0;
        let fits = |message: &&InnerMessage| {
            let is_first = bytes == 0;
            bytes += message.body.len();
            is_first || bytes <= MAX_FRAME_BYTES
        };
        self.queue.iter().take(MAX_FRAME_MESSAGES).take_while(fits).count()
    }

    /// Queues what there is to acknowledge.
    fn push_acknowledgements(&mut self, now: i64) {
        self.is_ack_due = false;
        if !self.to_acknowledge.is_empty() {
            let msg_ids = std::mem::take(&mut self.to_acknowledge);
            self.push(&enums::MsgsAck::from(types::MsgsAck { msg_ids }), false, now);
        }
    }

    /// Checks a message id; returns the error code if it is invalid.
    fn check_msg_id(&self, id: i64, now: i64) -> Option<i32> {
        let (sent, now) = (id >> 32, now / 1000);
        if id & 3 != 0 {
            Some(code::ID_PARITY)
        } else if sent < now - OLDEST_SECONDS {
            Some(code::ID_TOO_LOW)
        } else if sent > now + FARTHEST_SECONDS {
            Some(code::ID_TOO_HIGH)
        } else {
            self.seen.precedes_window(id).then_some(code::TOO_OLD)
        }
    }

    /// Compares a sequence number with those of the neighbouring messages; returns the error code if they contradict.
    /// Only content-related messages are compared, because all others repeat a number.
    fn check_seqno(&self, id: i64, sequence: i32) -> Option<i32> {
        if sequence & 1 == 0 {
            return None;
        }
        let (before, after) = self.seen.neighbours(id);
        if before.is_some_and(|before| before >= sequence) {
            Some(code::SEQUENCE_TOO_LOW)
        } else if after.is_some_and(|after| after <= sequence) {
            Some(code::SEQUENCE_TOO_HIGH)
        } else {
            None
        }
    }

    fn salts(&mut self, key: &AuthKey, now: i64) -> &Salts {
        self.salts.get_or_insert_with(|| Salts::new(key, now)).at(key, now)
    }

    fn is_salt(&mut self, key: &AuthKey, salt: i64, now: i64) -> bool {
        self.first_salt == Some(salt) || self.salts(key, now).accept(salt)
    }

    fn acknowledge(&mut self, id: i64, sequence: i32) {
        if sequence & 1 == 1 && self.to_acknowledge.len() < MAX_ACKNOWLEDGED {
            self.to_acknowledge.push(id);
            self.is_ack_due |= self.to_acknowledge.len() > MAX_HELD;
        }
    }

    fn send_bad_msg(&mut self, id: i64, sequence: i32, error_code: i32, now: i64) {
        let bad_msg = types::BadMsgNotification { bad_msg_id: id, bad_msg_seqno: sequence, error_code };
        self.push(&enums::BadMsgNotification::from(bad_msg), false, now);
    }

    /// Handles one message, from a container or alone.
    fn handle_message(&mut self, key: &AuthKey, part: InnerMessage, now: i64, events: &mut Vec<Event>) {
        let InnerMessage { id, sequence, body } = part;
        if self.seen.contains(id) {
            self.acknowledge(id, sequence);
            // No answer will follow.
            return self.release_acknowledgements();
        }
        let too_old = self.seen.precedes_window(id).then_some(code::TOO_OLD);
        if let Some(code) = too_old.or_else(|| self.check_seqno(id, sequence)) {
            return self.send_bad_msg(id, sequence, code, now);
        }
        self.seen.insert(id, sequence);
        let kind = constructor(&body).unwrap_or_default();
        let mut input = Reader::new(&body);
        if self.handle_service_message(id, kind, &mut input, now) {
            return;
        }
        self.acknowledge(id, sequence);
        // Only what the session itself answers is read here.
        let function = is_for_session(kind).then(|| Function::read(&mut input));
        match function {
            Some(Ok(Function::Ping(ping))) => self.send_pong(id, ping.ping_id, now),
            Some(Ok(Function::PingDelayDisconnect(ping))) => {
                self.send_pong(id, ping.ping_id, now);
                events.push(Event::DisconnectAfter { seconds: ping.disconnect_delay });
            }
            Some(Ok(Function::GetFutureSalts(request))) => self.send_future_salts(key, id, request.num, now),
            Some(Ok(Function::DestroySession(request))) => {
                let session_id = request.session_id;
                // A session of another connection is not known here: it ends with its connection.
                let answer = enums::DestroySessionRes::from(types::DestroySessionNone { session_id });
                self.push(&answer, false, now);
            }
            Some(Ok(Function::RpcDropAnswer(_))) => {
                // Requests are executed immediately, so no answer is pending.
                let mut out = Writer::default();
                enums::RpcDropAnswer::from(types::RpcAnswerUnknown {}).write(0, &mut out);
                self.respond(id, &out.finish().unwrap_or_default(), now);
            }
            Some(Ok(Function::DestroyAuthKey(_))) => events.push(Event::DestroyKey { id }),
            // > odd msg_seqno expected (relevant message), but even received
            _ if sequence & 1 == 0 => self.send_bad_msg(id, sequence, code::SEQUENCE_EVEN, now),
            _ => events.push(Event::Request { id, body }),
        }
    }

    fn push(&mut self, object: &impl Tl, content: bool, now: i64) {
        let mut out = Writer::default();
        object.write(0, &mut out);
        self.enqueue(out.finish().unwrap_or_default(), content, None, now);
    }

    fn enqueue(&mut self, body: Vec<u8>, content: bool, answers: Option<i64>, now: i64) {
        let id = self.next_id(now, if answers.is_some() { 1 } else { 3 });
        let sequence = self.content * 2 + i32::from(content);
        self.content += i32::from(content);
        self.queue.push(InnerMessage { id, sequence, body });
    }

    /// > Server message identifiers modulo 4 yield 1 if the message is a response to a client message, and 3 otherwise.
    fn next_id(&mut self, now: i64, kind: i64) -> i64 {
        let by_clock = ((now / 1000) << 32) | ((now % 1000) << 22);
        self.last_id = by_clock.max(self.last_id + 4) & !3;
        self.last_id | kind
    }
}

/// Whether a function belongs to the session, and not to the account.
fn is_for_session(constructor: u32) -> bool {
    let ids = [
        functions::Ping::IDS,
        functions::PingDelayDisconnect::IDS,
        functions::GetFutureSalts::IDS,
        functions::DestroySession::IDS,
        functions::RpcDropAnswer::IDS,
        functions::DestroyAuthKey::IDS,
    ];
    ids.iter().any(|ids| ids.contains(&constructor))
}

/// Seconds in the 32 bits that the schema has for them.
fn seconds_i32(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
