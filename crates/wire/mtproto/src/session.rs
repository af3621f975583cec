//! The server half of a session. It answers MTProto's own messages and passes requests on as events.
//!
//! [`Session::receive`] takes a decrypted envelope and returns events; [`Session::respond`] and [`Session::notify`]
//! queue messages; [`Session::transmit`] returns one frame per call until the queue is empty. Times are in
//! milliseconds since the epoch, on the machine's clock: clients set their own clock by it.

mod service;

use crate::constructors::RPC_RESULT;
use crate::packing::{InnerMessage, MAX_UNPACKED, constructor, container, open_container, unpack};
use crate::{AuthKey, Envelope, ProtocolError, Side};
use parlor_wire_tl::{Function, Reader, Tl, Writer, enums, types};
use std::collections::{BTreeMap, VecDeque};

/// > If a client message is more than 300 seconds old or 30 seconds in the future, it is ignored.
const OLDEST_SECONDS: i64 = 300;
const FARTHEST_SECONDS: i64 = 30;
/// Received message ids that a session stores to detect repetitions: the window.
const MAX_SEEN: usize = 512;
/// Sent messages that are stored until they are acknowledged, and their bytes. The oldest are dropped first.
const MAX_UNACKNOWLEDGED: usize = 256;
const MAX_UNACKNOWLEDGED_BYTES: usize = 1 << 20;
/// Messages in one frame, and the approximate limit of its bytes.
const MAX_FRAME_MESSAGES: usize = 100;
const MAX_FRAME_BYTES: usize = 512 << 10;
/// A salt is current for an hour, and accepted for an hour before and after.
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
    /// The ids of the latest messages with their sequence numbers, at most [`MAX_SEEN`].
    seen: BTreeMap<i64, i32>,
    last_id: i64,
    /// The number of content-related messages sent.
    content: i32,
    queue: VecDeque<InnerMessage>,
    unacknowledged: VecDeque<InnerMessage>,
    to_acknowledge: Vec<i64>,
}

impl Session {
    /// Creates a session that has received nothing yet.
    pub fn new(id: i64, first_salt: Option<i64>) -> Self {
        Self {
            id,
            first_salt,
            begun: false,
            seen: BTreeMap::new(),
            last_id: 0,
            content: 0,
            queue: VecDeque::new(),
            unacknowledged: VecDeque::new(),
            to_acknowledge: Vec::new(),
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
                new_server_salt: current_salt(key, now),
            };
            // The client adopts the salt and sends the message again.
            self.push(&enums::BadMsgNotification::from(bad_salt), false, now);
            return Ok(Vec::new());
        }
        if !std::mem::replace(&mut self.begun, true) {
            let created = types::NewSessionCreated {
                first_msg_id: id,
                unique_id: self.id ^ id,
                server_salt: current_salt(key, now),
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
        let fault = match self.seen.contains_key(&id) {
            true => Some(code::CONTAINER_ID),
            false => (sequence & 1 == 1).then_some(code::SEQUENCE_ODD),
        };
        if let Some(code) = fault {
            self.send_bad_msg(id, sequence, code, now);
            return Ok(events);
        }
        self.remember(id, sequence);
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
        let mut body = RPC_RESULT.to_le_bytes().to_vec();
        body.extend_from_slice(&request.to_le_bytes());
        body.extend_from_slice(result);
        self.enqueue(body, true, Some(request), now);
    }

    /// Refuses a request of [`Session::receive`] that is too old to know whether it was executed before. The client
    /// corrects its clock and sends the request again.
    pub fn refuse(&mut self, request: i64, now: i64) {
        self.to_acknowledge.retain(|id| *id != request);
        let sequence = self.seen.get(&request).copied().unwrap_or_default();
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

    /// Returns the next frame, or `None` if there is nothing to send. `random` is its padding.
    pub fn transmit(&mut self, key: &AuthKey, now: i64, random: &[u8; 16]) -> Option<Vec<u8>> {
        if !self.to_acknowledge.is_empty() {
            let msg_ids = std::mem::take(&mut self.to_acknowledge);
            self.push(&enums::MsgsAck::from(types::MsgsAck { msg_ids }), false, now);
        }
        let mut parts = Vec::new();
        let mut bytes = 0;
        while let Some(part) = self.queue.front() {
            if parts.len() == MAX_FRAME_MESSAGES || (bytes > 0 && bytes + part.body.len() > MAX_FRAME_BYTES) {
                break;
            }
            bytes += part.body.len();
            parts.extend(self.queue.pop_front());
        }
        parts
            .iter()
            .filter(|part| part.sequence & 1 == 1)
            .for_each(|part| self.store_unacknowledged(part.clone()));
        let only = if parts.len() == 1 { parts.pop() } else { None };
        let whole = match only {
            Some(part) => part,
            None if parts.is_empty() => return None,
            None => {
                InnerMessage { id: self.next_id(now, 3), sequence: self.content * 2, body: container(&parts) }
            }
        };
        let InnerMessage { id, sequence, body } = whole;
        let envelope = Envelope { salt: current_salt(key, now), session: self.id, id, sequence, body };
        Some(envelope.seal(key, Side::Server, random))
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
            self.precedes_window(id).then_some(code::TOO_OLD)
        }
    }

    /// Whether a message is older than every stored id, so that a repetition would not be detected.
    fn precedes_window(&self, id: i64) -> bool {
        self.seen.len() == MAX_SEEN && self.seen.first_key_value().is_some_and(|(first, _)| id < *first)
    }

    /// Compares a sequence number with those of the neighbouring messages; returns the error code if they contradict.
    /// Only content-related messages are compared, because all others repeat a number.
    fn check_seqno(&self, id: i64, sequence: i32) -> Option<i32> {
        let is_odd = |(_, sequence): &(&i64, &i32)| *sequence & 1 == 1;
        if sequence & 1 == 0 {
            return None;
        }
        let before = self.seen.range(..id).rev().find(is_odd);
        let after = self.seen.range(id..).find(is_odd);
        if before.is_some_and(|(_, before)| *before >= sequence) {
            Some(code::SEQUENCE_TOO_LOW)
        } else if after.is_some_and(|(_, after)| *after <= sequence) {
            Some(code::SEQUENCE_TOO_HIGH)
        } else {
            None
        }
    }

    fn remember(&mut self, id: i64, sequence: i32) {
        self.seen.insert(id, sequence);
        while self.seen.len() > MAX_SEEN {
            self.seen.pop_first();
        }
    }

    fn is_salt(&self, key: &AuthKey, salt: i64, now: i64) -> bool {
        let period = now / 1000 / SALT_SECONDS;
        self.first_salt == Some(salt) || (period - 1..=period + 1).any(|period| key.salt(period) == salt)
    }

    fn acknowledge(&mut self, id: i64, sequence: i32) {
        if sequence & 1 == 1 && self.to_acknowledge.len() < MAX_SEEN {
            self.to_acknowledge.push(id);
        }
    }

    fn send_bad_msg(&mut self, id: i64, sequence: i32, error_code: i32, now: i64) {
        let bad_msg = types::BadMsgNotification { bad_msg_id: id, bad_msg_seqno: sequence, error_code };
        self.push(&enums::BadMsgNotification::from(bad_msg), false, now);
    }

    /// Handles one message, from a container or alone.
    fn handle_message(&mut self, key: &AuthKey, part: InnerMessage, now: i64, events: &mut Vec<Event>) {
        let InnerMessage { id, sequence, body } = part;
        if self.seen.contains_key(&id) {
            return self.acknowledge(id, sequence);
        }
        let too_old = self.precedes_window(id).then_some(code::TOO_OLD);
        if let Some(code) = too_old.or_else(|| self.check_seqno(id, sequence)) {
            return self.send_bad_msg(id, sequence, code, now);
        }
        self.remember(id, sequence);
        let kind = constructor(&body).unwrap_or_default();
        let mut input = Reader::new(&body);
        if self.handle_service_message(id, kind, &mut input, now) {
            return;
        }
        self.acknowledge(id, sequence);
        match Function::read(&mut input) {
            Ok(Function::Ping(ping)) => self.send_pong(id, ping.ping_id, now),
            Ok(Function::PingDelayDisconnect(ping)) => {
                self.send_pong(id, ping.ping_id, now);
                events.push(Event::DisconnectAfter { seconds: ping.disconnect_delay });
            }
            Ok(Function::GetFutureSalts(request)) => self.send_future_salts(key, id, request.num, now),
            Ok(Function::DestroySession(request)) => {
                let session_id = request.session_id;
                // A session of another connection is not known here: it ends with its connection.
                let answer = enums::DestroySessionRes::from(types::DestroySessionNone { session_id });
                self.push(&answer, false, now);
            }
            Ok(Function::RpcDropAnswer(_)) => {
                // Requests are executed immediately, so no answer is pending.
                let mut out = Writer::default();
                enums::RpcDropAnswer::from(types::RpcAnswerUnknown {}).write(0, &mut out);
                self.respond(id, &out.finish().unwrap_or_default(), now);
            }
            Ok(Function::DestroyAuthKey(_)) => events.push(Event::DestroyKey { id }),
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
        self.queue.push_back(InnerMessage { id, sequence, body });
    }

    /// > Server message identifiers modulo 4 yield 1 if the message is a response to a client message, and 3 otherwise.
    fn next_id(&mut self, now: i64, kind: i64) -> i64 {
        let by_clock = ((now / 1000) << 32) | ((now % 1000) << 22);
        self.last_id = by_clock.max(self.last_id + 4) & !3;
        self.last_id | kind
    }

    fn store_unacknowledged(&mut self, part: InnerMessage) {
        self.unacknowledged.push_back(part);
        let bytes = |parts: &VecDeque<InnerMessage>| parts.iter().map(|part| part.body.len()).sum::<usize>();
        while self.unacknowledged.len() > MAX_UNACKNOWLEDGED
            || bytes(&self.unacknowledged) > MAX_UNACKNOWLEDGED_BYTES
        {
            self.unacknowledged.pop_front();
        }
    }
}

fn current_salt(key: &AuthKey, now: i64) -> i64 {
    key.salt(now / 1000 / SALT_SECONDS)
}

/// Seconds in the 32 bits that the schema has for them.
fn seconds_i32(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
