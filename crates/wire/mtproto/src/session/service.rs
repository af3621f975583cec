//! Answers to service messages: acknowledgements, resend and state requests, pings and salts.

use super::{MAX_SALTS, MIN_SALTS, SALT_SECONDS, Session, seconds_i32};
use crate::AuthKey;
use crate::constructors::{FUTURE_SALTS, HTTP_WAIT};
use parlor_wire_tl::{Bytes, Reader, Tl, Writer, enums, types};

/// Ids whose state is reported in one answer.
const MAX_STATES: usize = 8192;

impl Session {
    /// Handles a message about messages, which is never acknowledged. Returns false for any other message.
    pub(super) fn handle_service_message(
        &mut self,
        id: i64,
        kind: u32,
        input: &mut Reader<'_>,
        now: i64,
    ) -> bool {
        let is = |ids: &[u32]| ids.contains(&kind);
        if is(types::MsgsAck::IDS) {
            if let Ok(enums::MsgsAck::MsgsAck(ack)) = enums::MsgsAck::read(input) {
                self.unacknowledged.acknowledge(&ack.msg_ids);
            }
        } else if is(types::MsgResendReq::IDS) {
            if let Ok(enums::MsgResendReq::MsgResendReq(request)) = enums::MsgResendReq::read(input) {
                self.queue.extend(self.unacknowledged.take(&request.msg_ids));
            }
        } else if is(types::MsgsStateReq::IDS) {
            if let Ok(enums::MsgsStateReq::MsgsStateReq(request)) = enums::MsgsStateReq::read(input) {
                self.send_states(id, &request.msg_ids, now);
            }
        } else {
            // Reports of the client's own state need no answer.
            let reports = [types::MsgsStateInfo::IDS, types::MsgsAllInfo::IDS, types::MsgDetailedInfo::IDS];
            return reports.iter().any(|ids| is(ids))
                || is(types::MsgNewDetailedInfo::IDS)
                || kind == HTTP_WAIT;
        }
        true
    }

    /// > 1 = nothing is known, 2 = not received (within the range of stored ids), 3 = too high, 4 = received
    fn send_states(&mut self, req_msg_id: i64, ids: &[i64], now: i64) {
        let bounds = self.seen.bounds();
        let state = |id: &i64| match bounds {
            _ if self.seen.contains(*id) => 4,
            Some((_, last)) if *id > last => 3,
            Some((first, _)) if *id > first => 2,
            _ => 1,
        };
        let info = Bytes(ids.iter().take(MAX_STATES).map(state).collect());
        self.push(&enums::MsgsStateInfo::from(types::MsgsStateInfo { req_msg_id, info }), true, now);
    }

    pub(super) fn send_pong(&mut self, id: i64, ping_id: i64, now: i64) {
        let mut out = Writer::default();
        enums::Pong::from(types::Pong { msg_id: id, ping_id }).write(0, &mut out);
        self.enqueue(out.finish().unwrap_or_default(), false, Some(id), now);
    }

    /// Answers `get_future_salts` with at least [`MIN_SALTS`] salts.
    pub(super) fn send_future_salts(&mut self, key: &AuthKey, id: i64, number: i32, now: i64) {
        let count = number.clamp(MIN_SALTS, MAX_SALTS);
        let seconds = now / 1000;
        let mut out = Writer::default();
        out.id(FUTURE_SALTS);
        id.write(0, &mut out);
        seconds_i32(seconds).write(0, &mut out);
        count.write(0, &mut out);
        for period in (seconds / SALT_SECONDS..).take(count.unsigned_abs() as usize) {
            seconds_i32(period * SALT_SECONDS).write(0, &mut out);
            seconds_i32((period + 2) * SALT_SECONDS).write(0, &mut out);
            key.salt(period).write(0, &mut out);
        }
        self.enqueue(out.finish().unwrap_or_default(), false, Some(id), now);
    }
}
