//! One SQLite file: any SQLite tool opens it. Events are JSON, one row per batch, with a checksum each; the first ones
//! may have been replaced by a base. The file alone is a complete copy of the world.
//!
//! While it is in use, SQLite's own log (`-wal`) and the number of confirmed events (`-confirmed`) are beside it; the
//! newest snapshot (`-snapshot`) always is, and can be deleted: it only saves time.

mod history;
mod path;
mod rows;
mod run;
mod snapshot;
mod wal;

use crate::journal::history::History;
use crate::journal::{Journal, JournalError, Loss, Snapshot, SnapshotWriter, Verified};
use history::Past;
use parlor_world::Recorded;
use parlor_world::event::encode_records;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use snapshot::Position;
use std::path::{Path, PathBuf};

/// `PRAGMA application_id`: "Parl".
const APPLICATION: i64 = 0x5061_726c;
/// `PRAGMA user_version`: raised when an older Parlor could no longer read the file.
/// 2: snapshots are no longer in it. 3: a base may stand for the first events.
const FORMAT: i64 = 3;

const SCHEMA: &str = "
    CREATE TABLE batch (
        first   INTEGER PRIMARY KEY,  -- number of the first event of the batch
        count   INTEGER NOT NULL,     -- how many events
        crc     INTEGER NOT NULL,     -- CRC-32 of the body
        events  TEXT NOT NULL         -- JSON array of {at, event}
    ) STRICT;";

/// A journal in one SQLite file: the embedded default.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    /// What a snapshot of the present state covers.
    end: Position,
    /// `None` when the file was opened to be read, or is closed.
    run: Option<run::Run>,
    loss: Option<Loss>,
    past: Past,
    /// An append has failed: its batch may be in the log or not.
    has_failed: bool,
}

impl Sqlite {
    /// Opens the file, or creates it. It stays locked against other programs' writes until dropped.
    ///
    /// # Errors
    ///
    /// [`JournalError::Lost`] when events that had been confirmed are missing; the file stays unchanged then.
    /// [`JournalError::Name`], [`Foreign`](JournalError::Foreign), [`Newer`](JournalError::Newer),
    /// [`Busy`](JournalError::Busy) and [`Storage`](JournalError::Storage) say why it can't be opened.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let mut journal = Self::connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        match journal.loss.take() {
            Some(loss) => Err(JournalError::Lost(loss)),
            None => journal.begin(),
        }
    }

    /// Opens the file as [`Sqlite::open`] does, but continues without missing events, which [`Sqlite::loss`] names.
    ///
    /// # Errors
    ///
    /// Those of [`Sqlite::open`] except [`JournalError::Lost`].
    pub fn open_despite_loss(path: &Path) -> Result<Self, JournalError> {
        Self::connect(path, OpenFlags::SQLITE_OPEN_CREATE)?.begin()
    }

    /// Opens an existing file, and writes nothing to it.
    ///
    /// # Errors
    ///
    /// Those of [`Sqlite::open_despite_loss`], and [`JournalError::Name`] when there is no such file.
    pub fn open_to_read(path: &Path) -> Result<Self, JournalError> {
        Self::connect(path, OpenFlags::empty())
    }

    /// Returns the data file that is used when none is named.
    pub fn default_path() -> PathBuf {
        PathBuf::from("parlor.db")
    }

    /// Returns the events that were missing when the file was opened.
    pub fn loss(&self) -> Option<&Loss> {
        self.loss.as_ref()
    }

    /// Opens the file and reads its state; writes nothing.
    fn connect(path: &Path, create: OpenFlags) -> Result<Self, JournalError> {
        path::check(path)?;
        let file = path.display().to_string();
        if create.is_empty() && !path.exists() {
            return Err(JournalError::Name { name: file, reason: "there is no such file".to_owned() });
        }
        let storage = |error: rusqlite::Error| explain_open(&file, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
        let connection = Connection::open_with_flags(path, flags).map_err(storage)?;
        connection.busy_timeout(std::time::Duration::ZERO).map_err(storage)?;
        // The lock is taken at the first access and kept: a second Parlor is turned away, not interleaved.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(storage)?;
        // The log stays where it is until it is known that nothing is missing in it, and that a run has ended normally.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(storage)?;
        let mut journal = Self {
            connection,
            path: path.to_owned(),
            end: Position::default(),
            run: None,
            loss: None,
            past: Past::default(),
            has_failed: false,
        };
        if journal.is_new(&file)? {
            return Ok(journal);
        }
        journal.end =
            batch_before(&journal.connection, u64::MAX)?.map(|batch| batch.position).unwrap_or_default();
        journal.past = Past::read(&journal.connection)?;
        journal.loss = run::find_loss(&journal.connection, path, journal.end.events)?;
        Ok(journal)
    }

    /// Whether the file is empty. Other programs' files are refused.
    fn is_new(&self, file: &str) -> Result<bool, JournalError> {
        let number = |sql: &str| -> Result<i64, JournalError> {
            self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| explain_open(file, error))
        };
        let application = number("PRAGMA application_id")?;
        let tables = number("SELECT count(*) FROM sqlite_schema")?;
        let file = file.to_owned();
        if application != APPLICATION && tables > 0 {
            let reason = "it is another program's SQLite database".to_owned();
            return Err(JournalError::Foreign { file, reason });
        }
        let found = number("PRAGMA user_version")?;
        if found > FORMAT {
            return Err(JournalError::Newer { file, found, known: FORMAT });
        }
        Ok(tables == 0)
    }

    /// Prepares the file for appends.
    fn begin(mut self) -> Result<Self, JournalError> {
        let file = self.path.display().to_string();
        let storage = |error: rusqlite::Error| explain_open(&file, error);
        let is_new = self.is_new(&file)?;
        // It has to be known before the first page is written: pages at the end can be given back to the file system.
        if is_new {
            // It is a transaction of its own. The next one syncs what it writes, so a start need not wait for it twice.
            self.connection.pragma_update(None, "synchronous", "OFF").map_err(storage)?;
            self.connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(storage)?;
            self.connection.pragma_update(None, "synchronous", "FULL").map_err(storage)?;
        }
        self.connection.pragma_update(None, "journal_mode", "WAL").map_err(storage)?;
        // In WAL mode NORMAL may lose commits at a power cut; nothing acknowledged may be lost here.
        self.connection.pragma_update(None, "synchronous", "FULL").map_err(storage)?;
        let schema = if is_new { SCHEMA } else { "DROP TABLE IF EXISTS snapshot;" };
        // One transaction: each is a sync, and a start has to be fast.
        let begin = format!(
            "BEGIN; {schema} {} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; {} COMMIT;",
            history::SCHEMA,
            run::BEGIN
        );
        self.connection.execute_batch(&begin).map_err(storage)?;
        self.run = Some(run::Run::begin(&self.connection, &self.path, self.end.events)?);
        Ok(self)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // A caller that needs the error calls `close` itself.
        let _ = self.close();
    }
}

/// One batch, without its events.
struct BatchEnd {
    /// The number of its first event.
    first: i64,
    position: Position,
}

/// Returns the last batch that begins before that event.
fn batch_before(connection: &Connection, event: u64) -> Result<Option<BatchEnd>, JournalError> {
    let last = "SELECT first, count, crc FROM batch WHERE first < ? ORDER BY first DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| {
        let (first, count): (i64, i64) = (row.get(0)?, row.get(1)?);
        let events = first.saturating_add(count).unsigned_abs();
        Ok(BatchEnd { first, position: Position { events, batch_crc: row.get(2)? } })
    };
    connection.query_row(last, [signed(event)], read).optional().map_err(storage)
}

fn storage(error: rusqlite::Error) -> JournalError {
    JournalError::storage(error)
}

fn explain_open(file: &str, error: rusqlite::Error) -> JournalError {
    let file = file.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalError::Busy { file },
        Some(ErrorCode::NotADatabase) => {
            JournalError::Foreign { file, reason: "it is not a database".to_owned() }
        }
        _ => JournalError::storage(error),
    }
}

/// SQLite's integers have a sign.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Journal for Sqlite {
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError> {
        let found = self.end.events;
        if expected != found {
            return Err(JournalError::Fenced { expected, found });
        }
        let run = self.run.as_ref().ok_or(JournalError::Closed)?;
        if batch.is_empty() {
            return Ok(());
        }
        let body = encode_records(batch).map_err(JournalError::storage)?;
        let crc = crc32fast::hash(body.as_bytes());
        let insert = "INSERT INTO batch (first, count, crc, events) VALUES (?, ?, ?, ?)";
        let row = params![signed(expected), signed(batch.len() as u64), crc, body];
        let inserted =
            self.connection.prepare_cached(insert).and_then(|mut statement| statement.execute(row));
        if let Err(error) = inserted {
            self.has_failed = true;
            return Err(storage(error));
        }
        self.end = Position { events: expected + batch.len() as u64, batch_crc: crc };
        run.confirm(self.end.events);
        Ok(())
    }

    fn len(&self) -> u64 {
        self.end.events
    }

    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError> {
        if self.past.is_dropped(from) {
            return Err(JournalError::Dropped { first: self.past.first() });
        }
        rows::replay(&self.connection, from, each)
    }

    fn verify(&mut self, from: u64) -> Result<Verified, JournalError> {
        rows::verify(&self.connection, from, self.end.events)
    }

    fn snapshot_writer(&self) -> Box<dyn SnapshotWriter> {
        Box::new(snapshot::Writer { path: path::beside(&self.path, "-snapshot"), position: self.end })
    }

    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError> {
        let path = path::beside(&self.path, "-snapshot");
        let Some((position, snapshot)) = snapshot::open(&path)? else { return Ok(None) };
        let batch = batch_before(&self.connection, position.events)?;
        if batch.map(|batch| batch.position) != Some(position) {
            let reason = "it belongs to another journal, or events that it covers are missing".to_owned();
            return Err(JournalError::Snapshot { file: path.display().to_string(), reason });
        }
        Ok(Some(snapshot))
    }

    fn history(&mut self) -> Option<&mut dyn History> {
        Some(self)
    }

    fn blocks(&self) -> bool {
        true
    }

    fn close(&mut self) -> Result<(), JournalError> {
        let Some(run) = self.run.take().filter(|_| !self.has_failed) else { return Ok(()) };
        run.end(&self.connection)?;
        self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(storage)?;
        Ok(())
    }
}
