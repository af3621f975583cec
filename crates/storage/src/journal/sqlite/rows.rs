//! Reading and checking the rows of the journal.

use crate::journal::{JournalError, Verified};
use parlor_world::Recorded;
use parlor_world::event::decode_records;
use rusqlite::{Connection, Row};

/// Bytes of events that are verified at a time.
const PIECE: usize = 128 << 10;

const SELECT: &str = "SELECT first, count, crc, events FROM batch";

pub(super) fn damaged(event: u64, reason: impl ToString) -> JournalError {
    JournalError::Damaged { event, reason: reason.to_string() }
}

/// One row, unchecked.
struct Batch<'a> {
    first: u64,
    count: u64,
    crc: u32,
    body: &'a str,
}

impl<'a> Batch<'a> {
    /// `next` is where the damage is said to be if the row can't be read.
    fn read(row: &'a Row<'_>, next: u64) -> Result<Self, JournalError> {
        let integer = |at| row.get::<_, i64>(at).map(i64::unsigned_abs).map_err(|error| damaged(next, error));
        let body = row.get_ref(3).map_err(|error| damaged(next, error))?;
        let body = body.as_str().map_err(|error| damaged(next, error))?;
        let crc = row.get(2).map_err(|error| damaged(next, error))?;
        Ok(Self { first: integer(0)?, count: integer(1)?, crc, body })
    }

    fn decode(&self) -> Result<Vec<Recorded>, JournalError> {
        if crc32fast::hash(self.body.as_bytes()) != self.crc {
            return Err(damaged(self.first, "the checksum is wrong"));
        }
        let events = decode_records(self.body).map_err(|error| damaged(self.first, error))?;
        if events.len() as u64 != self.count {
            let reason = format!("{} events where {} were written", events.len(), self.count);
            return Err(damaged(self.first, reason));
        }
        Ok(events)
    }
}

fn missing(next: u64, first: u64) -> JournalError {
    damaged(next, format!("events {next} to {} are missing", first - 1))
}

pub(super) fn replay(
    connection: &Connection,
    from: u64,
    each: &mut dyn FnMut(Recorded),
) -> Result<(), JournalError> {
    let mut next = from;
    let select = format!("{SELECT} WHERE first + count > ? ORDER BY first");
    let mut statement = connection.prepare(&select).map_err(super::storage)?;
    let mut rows = statement.query([super::signed(from)]).map_err(super::storage)?;
    while let Some(row) = rows.next().map_err(|error| damaged(next, error))? {
        let batch = Batch::read(row, next)?;
        if batch.first > next {
            return Err(missing(next, batch.first));
        }
        let events = batch.decode()?;
        let skip = usize::try_from(next - batch.first).unwrap_or(usize::MAX);
        next = batch.first + batch.count;
        events.into_iter().skip(skip).for_each(&mut *each);
    }
    Ok(())
}

/// Verifies batches from event `from` on, up to `end` at most.
pub(super) fn verify(connection: &Connection, from: u64, end: u64) -> Result<Verified, JournalError> {
    let mut found = Verified { next: from, ..Verified::default() };
    let select = format!("{SELECT} WHERE first >= ? ORDER BY first");
    let mut statement = connection.prepare_cached(&select).map_err(super::storage)?;
    let mut rows = statement.query([super::signed(from)]).map_err(super::storage)?;
    let mut size = 0;
    // After a damaged row, which may lie about its own size, the next row is taken where it is.
    let mut is_next_known = true;
    while let Some(row) = rows.next().map_err(|error| damaged(found.next, error))? {
        let batch = Batch::read(row, found.next)?;
        if is_next_known && batch.first != found.next {
            found.damages.push(missing(found.next, batch.first));
        }
        let decoded = batch.decode();
        is_next_known = decoded.is_ok();
        found.next = batch.first + if is_next_known { batch.count } else { 1 };
        match decoded {
            Ok(_) => found.whole += 1,
            Err(damage) => found.damages.push(damage),
        }
        size += batch.body.len();
        if size >= PIECE {
            return Ok(found);
        }
    }
    found.next = end;
    Ok(found)
}
