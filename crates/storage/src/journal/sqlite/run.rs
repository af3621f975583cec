//! Finds out whether confirmed events are missing (docs/decisions/0007-what-is-known-after-a-crash.md).
//!
//! Each use of the data file is a run with a random id. While one is under way, the file says so, and the file
//! `…-confirmed` beside it holds the number of events that were confirmed so far: written after every append, never
//! synced. After a killed process it is exact; after a power cut it may be too low, never too high.

use super::path::beside;
use super::storage;
use super::wal::{self, Wal};
use crate::journal::{JournalError, Loss};
use rusqlite::{Connection, OptionalExtension};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Part of the transaction that makes a file ready to be appended to.
pub(super) const BEGIN: &str = "
    CREATE TABLE IF NOT EXISTS run (
        id      INTEGER NOT NULL,     -- of the run that used the file last
        ended   INTEGER NOT NULL      -- whether it ended normally
    ) STRICT;
    DELETE FROM run;
    INSERT INTO run (id, ended) VALUES (random(), 0);";

/// Id, number of events, CRC-32 of both.
const RECORD: usize = 20;

/// A run that is under way.
#[derive(Debug)]
pub(super) struct Run {
    id: i64,
    confirmed: File,
    path: PathBuf,
}

impl Run {
    /// Goes on from [`BEGIN`], on a file whose journal has that many events.
    pub(super) fn begin(connection: &Connection, path: &Path, count: u64) -> Result<Self, JournalError> {
        let id = connection.query_row("SELECT id FROM run", [], |row| row.get(0)).map_err(storage)?;
        let path = beside(path, "-confirmed");
        let failed = |error| JournalError::file(&path, error);
        let confirmed =
            File::options().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        confirmed.write_all_at(&record(id, count), 0).map_err(failed)?;
        // Once, so that a power cut leaves one of the two: this file, or a log that is not empty.
        confirmed.sync_all().map_err(failed)?;
        checkpoint(connection)?;
        Ok(Self { id, confirmed, path })
    }

    /// Notes how many events are durable.
    pub(super) fn confirm(&self, count: u64) {
        // Where this fails, less is known after a crash; no event is lost by it.
        let _ = self.confirmed.write_all_at(&record(self.id, count), 0);
    }

    /// Ends the run: everything is in the data file.
    pub(super) fn end(&self, connection: &Connection) -> Result<(), JournalError> {
        connection.execute("UPDATE run SET ended = 1", []).map_err(storage)?;
        checkpoint(connection)?;
        let _ = std::fs::remove_file(&self.path);
        Ok(())
    }
}

/// Brings everything into the data file, and cuts its log to nothing.
fn checkpoint(connection: &Connection) -> Result<(), JournalError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(storage)
}

/// Returns the events that the last run confirmed and that are missing. Nothing may have been written to the file yet.
pub(super) fn find_loss(
    connection: &Connection,
    path: &Path,
    count: u64,
) -> Result<Option<Loss>, JournalError> {
    let table = "SELECT count(*) FROM sqlite_schema WHERE name = 'run'";
    let tables: i64 = connection.query_row(table, [], |row| row.get(0)).map_err(storage)?;
    // Files of earlier versions have no record of runs.
    if tables == 0 {
        return Ok(None);
    }
    let last = "SELECT id, ended FROM run";
    let last: Option<(i64, bool)> =
        connection.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(storage)?;
    let Some((id, false)) = last else { return Ok(None) };
    let confirmed = read(&beside(path, "-confirmed"), id);
    let log = beside(path, "-wal");
    let wal = wal::inspect(&log).map_err(|error| JournalError::file(&log, error))?;
    let known = confirmed.map(|confirmed| confirmed.saturating_sub(count));
    let log = match (wal, known) {
        (Wal::Damaged, _) => "is damaged",
        (Wal::Absent, None | Some(1..)) => "is missing or empty",
        (Wal::Whole, Some(1..)) => "was cut or damaged",
        // All that was confirmed is there. A log that is missing was brought into the data file by another program.
        _ => return Ok(None),
    };
    let known = known.filter(|known| *known > 0);
    Ok(Some(Loss { file: path.display().to_string(), first: count, known, log }))
}

/// How many events the run with that id has confirmed.
fn read(path: &Path, id: i64) -> Option<u64> {
    let bytes = std::fs::read(path).ok()?;
    let count = u64::from_le_bytes(bytes.get(8..16)?.try_into().ok()?);
    (bytes == record(id, count)).then_some(count)
}

fn record(id: i64, count: u64) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    let (body, crc) = record.split_at_mut(16);
    body[..8].copy_from_slice(&id.to_le_bytes());
    body[8..].copy_from_slice(&count.to_le_bytes());
    crc.copy_from_slice(&crc32fast::hash(body).to_le_bytes());
    record
}
