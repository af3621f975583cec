//! One session of one key: MTProto's own messages are answered here, requests are handed over.
//!
//! [`Session::receive`] takes an opened envelope and gives events; [`Session::respond`] and [`Session::notify`] queue
//! what is to be sent; [`Session::transmit`] gives the next frame until there is none. Times are in milliseconds
//! since the epoch, on the machine's own clock: clients set theirs by it.

use crate::packing::{MAX_UNPACKED, Part, constructor, container, open_container, unpack};
use crate::{AuthKey, Broken, Envelope, Side};
use parlor_wire_tl::{Bytes, Function, Reader, Tl, Writer, enums, types};
use std::collections::{BTreeMap, VecDeque};

/// > If a client message is more than 300 seconds old or 30 seconds in the future, it is ignored.
const OLDEST_SECONDS: i64 = 300;
const FARTHEST_SECONDS: i64 = 30;
/// Ids of messages that are remembered, so that none counts twice.
const REMEMBERED: usize = 512;
/// Messages that are kept until they are acknowledged, and their bytes: what is over is forgotten, oldest first.
const MAX_KEPT: usize = 256;
const MAX_KEPT_BYTES: usize = 1 << 20;
/// A frame takes so many messages, and about so many bytes.
const MAX_PARTS: usize = 100;
const MAX_FRAME_BYTES: usize = 512 << 10;
/// A salt is the current one for an hour, and accepted for an hour before and after.
const SALT_SECONDS: i64 = 3600;
/// > get_future_salts: num is at most 64
const MAX_SALTS: i32 = 64;

/// Why a message is not taken: the codes of `bad_msg_notification`.
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

/// What a client wants that this layer can't give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A request; answer it with [`Session::respond`].
    Request { id: i64, body: Vec<u8> },
    /// The connection is to end when nothing is heard for so long.
    DisconnectAfter { seconds: i32 },
    /// The key is to be forgotten; answer it with [`Session::respond_bare`].
    DestroyKey { id: i64 },
}

/// The server's side of a session.
#[derive(Debug)]
pub struct Session {
    id: i64,
    /// The salt that the key exchange gave, if it was on this connection.
    first_salt: Option<i64>,
    begun: bool,
    /// The messages that were taken lately, with their sequence numbers.
    seen: BTreeMap<i64, i32>,
    last_id: i64,
    content: i32,
    queue: VecDeque<Part>,
    unacknowledged: VecDeque<Part>,
    to_acknowledge: Vec<i64>,
}

impl Session {
    /// A session that nothing is known of yet.
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

    /// Takes a message. Errors end the connection; what honest clients get wrong is answered instead.
    pub fn receive(&mut self, key: &AuthKey, envelope: Envelope, now: i64) -> Result<Vec<Event>, Broken> {
        let Envelope { salt, id, sequence, body, .. } = envelope;
        if let Some(code) = self.fault(id, now) {
            self.complain(id, sequence, code, now);
            return Ok(Vec::new());
        }
        if !self.is_salt(key, salt, now) {
            let complaint = types::BadServerSalt {
                bad_msg_id: id,
                bad_msg_seqno: sequence,
                error_code: code::SALT,
                new_server_salt: current_salt(key, now),
            };
            // Sent instead of dropping the message: the client takes the salt and sends it again.
            self.push(&enums::BadMsgNotification::from(complaint), false, now);
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
        let mut room = MAX_UNPACKED;
        let body = unpack(body, &mut room)?;
        let mut events = Vec::new();
        let parts = match open_container(&body) {
            Ok(None) => {
                self.take(key, Part { id, sequence, body }, now, &mut events);
                return Ok(events);
            }
            Ok(Some(parts)) => parts,
            Err(_) => {
                self.complain(id, sequence, code::CONTAINER, now);
                return Ok(events);
            }
        };
        // Containers are not acknowledged: their numbers are even, and none comes twice.
        let fault = match self.seen.contains_key(&id) {
            true => Some(code::CONTAINER_ID),
            false => (sequence & 1 == 1).then_some(code::SEQUENCE_ODD),
        };
        if let Some(code) = fault {
            self.complain(id, sequence, code, now);
            return Ok(events);
        }
        self.remember(id, sequence);
        for mut part in parts {
            part.body = unpack(part.body, &mut room)?;
            let nested = !matches!(open_container(&part.body), Ok(None));
            if nested || part.id >= id || part.id & 3 != 0 {
                self.complain(id, sequence, code::CONTAINER, now);
                break;
            }
            self.take(key, part, now, &mut events);
        }
        Ok(events)
    }

    /// `rpc_result`
    pub fn respond(&mut self, request: i64, result: &[u8], now: i64) {
        let mut body = 0xf35c_6d01_u32.to_le_bytes().to_vec();
        body.extend_from_slice(&request.to_le_bytes());
        body.extend_from_slice(result);
        self.enqueue(body, true, Some(request), now);
    }

    /// Refuses a request that [`Session::receive`] gave: it is too old to know whether it was executed before. The
    /// client sets its clock and sends it again.
    pub fn refuse(&mut self, request: i64, now: i64) {
        self.to_acknowledge.retain(|id| *id != request);
        let sequence = self.seen.get(&request).copied().unwrap_or_default();
        self.complain(request, sequence, code::ID_TOO_LOW, now);
    }

    /// An answer that is no `rpc_result`.
    pub fn respond_bare(&mut self, answer: &impl Tl, now: i64) {
        self.push(answer, false, now);
    }

    /// Something that nobody asked for: updates.
    pub fn notify(&mut self, body: Vec<u8>, now: i64) {
        self.enqueue(body, true, None, now);
    }

    /// The next frame, if there is anything to send. `random` pads it.
    pub fn transmit(&mut self, key: &AuthKey, now: i64, random: &[u8; 16]) -> Option<Vec<u8>> {
        if !self.to_acknowledge.is_empty() {
            let msg_ids = std::mem::take(&mut self.to_acknowledge);
            self.push(&enums::MsgsAck::from(types::MsgsAck { msg_ids }), false, now);
        }
        let mut parts = Vec::new();
        let mut bytes = 0;
        while let Some(part) = self.queue.front() {
            if parts.len() == MAX_PARTS || (bytes > 0 && bytes + part.body.len() > MAX_FRAME_BYTES) {
                break;
            }
            bytes += part.body.len();
            parts.extend(self.queue.pop_front());
        }
        parts.iter().filter(|part| part.sequence & 1 == 1).for_each(|part| self.keep(part.clone()));
        let only = if parts.len() == 1 { parts.pop() } else { None };
        let whole = match only {
            Some(part) => part,
            None if parts.is_empty() => return None,
            None => Part { id: self.next_id(now, 3), sequence: self.content * 2, body: container(&parts) },
        };
        let Part { id, sequence, body } = whole;
        let envelope = Envelope { salt: current_salt(key, now), session: self.id, id, sequence, body };
        Some(envelope.seal(key, Side::Server, random))
    }

    /// Why an id can't be taken, if it can't.
    fn fault(&self, id: i64, now: i64) -> Option<i32> {
        let (sent, now) = (id >> 32, now / 1000);
        if id & 3 != 0 {
            Some(code::ID_PARITY)
        } else if sent < now - OLDEST_SECONDS {
            Some(code::ID_TOO_LOW)
        } else if sent > now + FARTHEST_SECONDS {
            Some(code::ID_TOO_HIGH)
        } else {
            self.is_forgotten(id).then_some(code::TOO_OLD)
        }
    }

    /// Whether nobody knows any more if that message came before.
    fn is_forgotten(&self, id: i64) -> bool {
        self.seen.len() == REMEMBERED && self.seen.first_key_value().is_some_and(|(first, _)| id < *first)
    }

    /// Whether a sequence number contradicts those of the messages around it. Only messages that are to be
    /// acknowledged are compared: the others repeat a number.
    fn disorder(&self, id: i64, sequence: i32) -> Option<i32> {
        let is_odd = |(_, sequence): &(&i64, &i32)| *sequence & 1 == 1;
        if sequence & 1 == 0 {
            return None;
        }
        let before = self.seen.range(..id).rev().find(is_odd);
        let behind = self.seen.range(id..).find(is_odd);
        if before.is_some_and(|(_, before)| *before >= sequence) {
            Some(code::SEQUENCE_TOO_LOW)
        } else if behind.is_some_and(|(_, behind)| *behind <= sequence) {
            Some(code::SEQUENCE_TOO_HIGH)
        } else {
            None
        }
    }

    fn remember(&mut self, id: i64, sequence: i32) {
        self.seen.insert(id, sequence);
        while self.seen.len() > REMEMBERED {
            self.seen.pop_first();
        }
    }

    fn is_salt(&self, key: &AuthKey, salt: i64, now: i64) -> bool {
        let period = now / 1000 / SALT_SECONDS;
        self.first_salt == Some(salt) || (period - 1..=period + 1).any(|period| key.salt(period) == salt)
    }

    fn acknowledge(&mut self, id: i64, sequence: i32) {
        if sequence & 1 == 1 && self.to_acknowledge.len() < REMEMBERED {
            self.to_acknowledge.push(id);
        }
    }

    fn complain(&mut self, id: i64, sequence: i32, error_code: i32, now: i64) {
        let complaint = types::BadMsgNotification { bad_msg_id: id, bad_msg_seqno: sequence, error_code };
        self.push(&enums::BadMsgNotification::from(complaint), false, now);
    }

    /// One message, from a container or alone.
    fn take(&mut self, key: &AuthKey, part: Part, now: i64, events: &mut Vec<Event>) {
        let Part { id, sequence, body } = part;
        if self.seen.contains_key(&id) {
            return self.acknowledge(id, sequence);
        }
        let forgotten = self.is_forgotten(id).then_some(code::TOO_OLD);
        if let Some(code) = forgotten.or_else(|| self.disorder(id, sequence)) {
            return self.complain(id, sequence, code, now);
        }
        self.remember(id, sequence);
        let kind = constructor(&body).unwrap_or_default();
        let mut input = Reader::new(&body);
        if self.notice(id, kind, &mut input, now) {
            return;
        }
        self.acknowledge(id, sequence);
        match Function::read(&mut input) {
            Ok(Function::Ping(ping)) => self.pong(id, ping.ping_id, now),
            Ok(Function::PingDelayDisconnect(ping)) => {
                self.pong(id, ping.ping_id, now);
                events.push(Event::DisconnectAfter { seconds: ping.disconnect_delay });
            }
            Ok(Function::GetFutureSalts(request)) => self.future_salts(key, id, request.num, now),
            Ok(Function::DestroySession(request)) => {
                let session_id = request.session_id;
                // Other connections' sessions end with them.
                let answer = enums::DestroySessionRes::from(types::DestroySessionNone { session_id });
                self.push(&answer, false, now);
            }
            Ok(Function::RpcDropAnswer(_)) => {
                // Requests are answered at once: there is none to drop.
                let mut out = Writer::default();
                enums::RpcDropAnswer::from(types::RpcAnswerUnknown {}).write(0, &mut out);
                self.respond(id, &out.finish().unwrap_or_default(), now);
            }
            Ok(Function::DestroyAuthKey(_)) => events.push(Event::DestroyKey { id }),
            // > odd msg_seqno expected (relevant message), but even received
            _ if sequence & 1 == 0 => self.complain(id, sequence, code::SEQUENCE_EVEN, now),
            _ => events.push(Event::Request { id, body }),
        }
    }

    /// Messages about messages; false if it is none.
    fn notice(&mut self, id: i64, kind: u32, input: &mut Reader<'_>, now: i64) -> bool {
        let is = |ids: &[u32]| ids.contains(&kind);
        if is(types::MsgsAck::IDS) {
            if let Ok(enums::MsgsAck::MsgsAck(ack)) = enums::MsgsAck::read(input) {
                self.unacknowledged.retain(|part| !ack.msg_ids.contains(&part.id));
            }
        } else if is(types::MsgResendReq::IDS) {
            if let Ok(enums::MsgResendReq::MsgResendReq(request)) = enums::MsgResendReq::read(input) {
                let again = self.unacknowledged.iter().filter(|part| request.msg_ids.contains(&part.id));
                self.queue.extend(again.cloned().collect::<Vec<_>>());
            }
        } else if is(types::MsgsStateReq::IDS) {
            if let Ok(enums::MsgsStateReq::MsgsStateReq(request)) = enums::MsgsStateReq::read(input) {
                self.states(id, &request.msg_ids, now);
            }
        } else {
            // What a client tells of its own state needs no answer.
            let told = [types::MsgsStateInfo::IDS, types::MsgsAllInfo::IDS, types::MsgDetailedInfo::IDS];
            return told.iter().any(|ids| is(ids))
                || is(types::MsgNewDetailedInfo::IDS)
                || kind == 0x9299_359f;
        }
        true
    }

    /// > 1 = nothing is known, 2 = not received (within the range of stored ids), 3 = too high, 4 = received
    fn states(&mut self, req_msg_id: i64, ids: &[i64], now: i64) {
        let (first, last) = (self.seen.keys().next().copied(), self.seen.keys().next_back().copied());
        let state = |id: &i64| match () {
            () if self.seen.contains_key(id) => 4,
            () if first.is_none_or(|first| *id < first) => 1,
            () if last.is_some_and(|last| *id > last) => 3,
            () => 2,
        };
        let info = Bytes(ids.iter().take(8192).map(state).collect());
        self.push(&enums::MsgsStateInfo::from(types::MsgsStateInfo { req_msg_id, info }), true, now);
    }

    fn pong(&mut self, id: i64, ping_id: i64, now: i64) {
        let mut out = Writer::default();
        enums::Pong::from(types::Pong { msg_id: id, ping_id }).write(0, &mut out);
        self.enqueue(out.finish().unwrap_or_default(), false, Some(id), now);
    }

    /// Several, although only the first is needed now: with one, some clients would ask again at once.
    fn future_salts(&mut self, key: &AuthKey, id: i64, number: i32, now: i64) {
        let count = number.clamp(1, MAX_SALTS).max(4);
        let seconds = now / 1000;
        let mut out = Writer::default();
        out.id(0xae50_0895);
        id.write(0, &mut out);
        int(seconds).write(0, &mut out);
        count.write(0, &mut out);
        for period in (seconds / SALT_SECONDS..).take(count.unsigned_abs() as usize) {
            int(period * SALT_SECONDS).write(0, &mut out);
            int((period + 2) * SALT_SECONDS).write(0, &mut out);
            key.salt(period).write(0, &mut out);
        }
        self.enqueue(out.finish().unwrap_or_default(), false, Some(id), now);
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
        self.queue.push_back(Part { id, sequence, body });
    }

    /// > Server message identifiers modulo 4 yield 1 if the message is a response to a client message, and 3 otherwise.
    fn next_id(&mut self, now: i64, kind: i64) -> i64 {
        let by_clock = ((now / 1000) << 32) | ((now % 1000) << 22);
        self.last_id = by_clock.max(self.last_id + 4) & !3;
        self.last_id | kind
    }

    fn keep(&mut self, part: Part) {
        self.unacknowledged.push_back(part);
        let bytes = |parts: &VecDeque<Part>| parts.iter().map(|part| part.body.len()).sum::<usize>();
        while self.unacknowledged.len() > MAX_KEPT || bytes(&self.unacknowledged) > MAX_KEPT_BYTES {
            self.unacknowledged.pop_front();
        }
    }
}

fn current_salt(key: &AuthKey, now: i64) -> i64 {
    key.salt(now / 1000 / SALT_SECONDS)
}

/// Seconds as the schema has them.
fn int(seconds: i64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests;
