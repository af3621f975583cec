//! One SQLite file: any SQLite tool opens it. Events are JSON, one row per batch, with a checksum each.

use crate::{Journal, JournalError};
use parlor_world::Recorded;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::path::{Path, PathBuf};

/// `PRAGMA application_id`: "Parl".
const APPLICATION: i64 = 0x5061_726c;
/// `PRAGMA user_version`: raised when an older Parlor could no longer read the file.
const FORMAT: i64 = 1;
/// Snapshots are stored in pieces of this size, so that no row comes near SQLite's limit.
const PIECE: usize = 16 << 20;

const SCHEMA: &str = "
    CREATE TABLE batch (
        first   INTEGER PRIMARY KEY,  -- number of the first event of the batch
        count   INTEGER NOT NULL,     -- how many events
        crc     INTEGER NOT NULL,     -- CRC-32 of the body
        events  TEXT NOT NULL         -- JSON array of {at, event}
    ) STRICT;
    CREATE TABLE snapshot (
        events  INTEGER NOT NULL,     -- how many events it covers
        piece   INTEGER NOT NULL,
        crc     INTEGER NOT NULL,
        state   BLOB NOT NULL,
        PRIMARY KEY (events, piece)
    ) STRICT;";

/// The embedded default.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    count: u64,
}

impl Sqlite {
    /// Opens the file, or makes it. It stays locked against other programs' writes until dropped.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let file = path.display().to_string();
        let storage = |error: rusqlite::Error| explain_open(&file, &error);
        let connection = Connection::open(path).map_err(storage)?;
        connection.busy_timeout(std::time::Duration::ZERO).map_err(storage)?;
        // The lock is taken at the first access and kept: a second Parlor is turned away, not interleaved.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(storage)?;
        let application: i64 =
            connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(storage)?;
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(storage)?;
        if application != APPLICATION && tables > 0 {
            let reason = "it is another program's SQLite database".to_owned();
            return Err(JournalError::Foreign { file, reason });
        }
        let found: i64 =
            connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(storage)?;
        if found > FORMAT {
            return Err(JournalError::Newer { file, found, known: FORMAT });
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(storage)?;
        // In WAL mode NORMAL may lose commits at a power cut; nothing acknowledged may be lost here.
        connection.pragma_update(None, "synchronous", "FULL").map_err(storage)?;
        if tables == 0 {
            let create = format!(
                "BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT;"
            );
            connection.execute_batch(&create).map_err(storage)?;
        }
        let count = count(&connection)?;
        Ok(Self { connection, count })
    }

    /// Where Parlor keeps its data if not told otherwise.
    pub fn default_path() -> PathBuf {
        PathBuf::from("parlor.db")
    }
}

fn count(connection: &Connection) -> Result<u64, JournalError> {
    let last = "SELECT first + count FROM batch ORDER BY first DESC LIMIT 1";
    let count: Option<i64> = connection.query_row(last, [], |row| row.get(0)).optional().map_err(storage)?;
    Ok(count.unwrap_or(0).unsigned_abs())
}

fn storage(error: rusqlite::Error) -> JournalError {
    JournalError::Storage(error.to_string())
}

fn explain_open(file: &str, error: &rusqlite::Error) -> JournalError {
    let file = file.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalError::Busy { file },
        Some(ErrorCode::NotADatabase) => {
            JournalError::Foreign { file, reason: "it is not a database".to_owned() }
        }
        _ => JournalError::Storage(format!("{file}: {error}")),
    }
}

/// SQLite's integers have a sign.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Journal for Sqlite {
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError> {
        if expected != self.count {
            return Err(JournalError::Fenced { expected, found: self.count });
        }
        if batch.is_empty() {
            return Ok(());
        }
        let body = serde_json::to_string(batch).map_err(|error| JournalError::Storage(error.to_string()))?;
        let crc = crc32fast::hash(body.as_bytes());
        let insert = "INSERT INTO batch (first, count, crc, events) VALUES (?, ?, ?, ?)";
        let mut statement = self.connection.prepare_cached(insert).map_err(storage)?;
        statement
            .execute(params![signed(expected), signed(batch.len() as u64), crc, body])
            .map_err(storage)?;
        self.count += batch.len() as u64;
        Ok(())
    }

    fn len(&self) -> u64 {
        self.count
    }

    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError> {
        let mut next = from;
        let select = "SELECT first, count, crc, events FROM batch WHERE first + count > ? ORDER BY first";
        let mut statement = self.connection.prepare(select).map_err(storage)?;
        let mut rows = statement.query([signed(from)]).map_err(storage)?;
        let damaged = |event: u64, reason: String| JournalError::Damaged { event, reason };
        loop {
            let row = rows.next().map_err(|error| damaged(next, error.to_string()))?;
            let Some(row) = row else { break };
            let read = |error: rusqlite::Error| damaged(next, error.to_string());
            let first: i64 = row.get(0).map_err(read)?;
            let stored: i64 = row.get(1).map_err(read)?;
            let crc: u32 = row.get(2).map_err(read)?;
            let body =
                row.get_ref(3).map_err(read)?.as_str().map_err(|error| damaged(next, error.to_string()))?;
            let first = first.unsigned_abs();
            if first > next {
                return Err(damaged(next, format!("events {next} to {} are missing", first - 1)));
            }
            if crc32fast::hash(body.as_bytes()) != crc {
                return Err(damaged(first, "the checksum is wrong".to_owned()));
            }
            let events: Vec<Recorded> =
                serde_json::from_str(body).map_err(|error| damaged(first, error.to_string()))?;
            if events.len() as u64 != stored.unsigned_abs() {
                return Err(damaged(first, format!("{} events where {stored} were written", events.len())));
            }
            let skip = usize::try_from(next - first).unwrap_or(usize::MAX);
            next = first + events.len() as u64;
            events.into_iter().skip(skip).for_each(&mut *each);
        }
        Ok(())
    }

    fn save_snapshot(&mut self, events: u64, state: &[u8]) -> Result<(), JournalError> {
        let transaction = self.connection.transaction().map_err(storage)?;
        transaction.execute("DELETE FROM snapshot", []).map_err(storage)?;
        for (piece, bytes) in state.chunks(PIECE).enumerate() {
            let insert = "INSERT INTO snapshot (events, piece, crc, state) VALUES (?, ?, ?, ?)";
            let row = params![signed(events), signed(piece as u64), crc32fast::hash(bytes), bytes];
            transaction.execute(insert, row).map_err(storage)?;
        }
        transaction.commit().map_err(storage)
    }

    fn latest_snapshot(&mut self) -> Result<Option<(u64, Vec<u8>)>, JournalError> {
        let select = "SELECT events, piece, crc, state FROM snapshot ORDER BY events DESC, piece";
        let mut statement = self.connection.prepare(select).map_err(storage)?;
        let mut rows = statement.query([]).map_err(storage)?;
        let mut covered = None;
        let mut state = Vec::new();
        let mut piece = 0;
        // A snapshot is only a short cut: whatever is wrong with it, the events are still there.
        while let Ok(Some(row)) = rows.next() {
            let (Ok(events), Ok(number), Ok(crc), Ok(bytes)) =
                (row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, u32>(2), row.get_ref(3))
            else {
                return Ok(None);
            };
            let Ok(bytes) = bytes.as_blob() else { return Ok(None) };
            if covered.is_some_and(|covered| covered != events) {
                break;
            }
            if number != piece || crc32fast::hash(bytes) != crc {
                return Ok(None);
            }
            covered = Some(events);
            piece += 1;
            state.extend_from_slice(bytes);
        }
        let events = covered.map(i64::unsigned_abs).filter(|events| *events <= self.count);
        Ok(events.map(|events| (events, state)))
    }

    fn blocks(&self) -> bool {
        true
    }
}
