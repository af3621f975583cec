//! Bases, and the deletion of the batches that they cover.

use super::{Sqlite, batch_before, signed, storage};
use crate::journal::JournalError;
use crate::journal::history::{Base, History};
use rusqlite::{Connection, OptionalExtension, params};

/// Part of the transaction that prepares a file for appends.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS base (     -- at most one row: the world after the first events
        events  INTEGER NOT NULL,         -- how many events it covers
        first   INTEGER NOT NULL,         -- its first piece
        last    INTEGER NOT NULL          -- its last piece
    ) STRICT;
    CREATE TABLE IF NOT EXISTS base_piece (
        number  INTEGER PRIMARY KEY,
        crc     INTEGER NOT NULL,         -- CRC-32 of the bytes
        bytes   BLOB NOT NULL
    ) STRICT;";

/// Bytes of events that are deleted in one step, unless a single batch is larger.
const DROP_STEP: i64 = 1 << 20;
/// Pages that are cut off the end of the file in one step: a megabyte.
const VACUUM_STEP: i64 = 256;
/// Free pages that are left in the file, since the next events need them again: 4 MiB, or half of the file.
const SPARE_PAGES: i64 = 1024;

/// What the journal holds of the past.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Past {
    /// The first event that was not dropped.
    first: u64,
    /// `None` before the first base.
    current: Option<Current>,
    /// Pieces of the next base.
    added: i64,
    is_kept: bool,
}

/// The current base: the pieces from `first` to `last`.
#[derive(Debug, Clone, Copy)]
struct Current {
    events: u64,
    first: i64,
    last: i64,
}

impl Past {
    pub(super) fn read(connection: &Connection) -> Result<Self, JournalError> {
        let first = first_batch(connection)?;
        let table = "SELECT count(*) FROM sqlite_schema WHERE name = 'base'";
        let tables: i64 = connection.query_row(table, [], |row| row.get(0)).map_err(storage)?;
        // Files of format 2 have no base.
        let current = if tables == 0 { None } else { current(connection)? };
        Ok(Self { first, current, ..Self::default() })
    }

    /// Whether the events before `first` are covered by a base.
    pub(super) fn is_dropped(&self, event: u64) -> bool {
        event < self.first && self.current.is_some_and(|base| self.first <= base.events)
    }

    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// The number of the last piece of the current base; the next base begins after it.
    fn last_piece(&self) -> i64 {
        self.current.map_or(0, |base| base.last)
    }
}

fn current(connection: &Connection) -> Result<Option<Current>, JournalError> {
    let read = |row: &rusqlite::Row<'_>| {
        let events: i64 = row.get(0)?;
        Ok(Current { events: events.unsigned_abs(), first: row.get(1)?, last: row.get(2)? })
    };
    connection.query_row("SELECT events, first, last FROM base", [], read).optional().map_err(storage)
}

/// Returns the number of the first event in the file; 0 in an empty one.
fn first_batch(connection: &Connection) -> Result<u64, JournalError> {
    let first = "SELECT first FROM batch ORDER BY first LIMIT 1";
    let first: Option<i64> = connection.query_row(first, [], |row| row.get(0)).optional().map_err(storage)?;
    Ok(first.unwrap_or_default().unsigned_abs())
}

impl Sqlite {
    fn is_open(&self) -> Result<(), JournalError> {
        self.run.as_ref().map(|_| ()).ok_or(JournalError::Closed)
    }

    /// Deletes one piece that does not belong to the current base.
    fn drop_piece(&self) -> Result<bool, JournalError> {
        let (first, last) = self.past.current.map_or((1, 0), |base| (base.first, base.last));
        let delete = "DELETE FROM base_piece WHERE number = (
            SELECT number FROM base_piece WHERE number < ?1 OR number > ?2 ORDER BY number LIMIT 1)";
        let mut delete = self.connection.prepare_cached(delete).map_err(storage)?;
        Ok(delete.execute([first, last]).map_err(storage)? > 0)
    }

    /// Deletes batches before the one that the current base ends with. That one stays: its checksum tells snapshots of
    /// this journal from others, and the number of events is known by it.
    fn drop_batches(&mut self) -> Result<bool, JournalError> {
        let Some(base) = self.past.current.filter(|_| !self.past.is_kept) else { return Ok(false) };
        let Some(last) = batch_before(&self.connection, base.events)? else { return Ok(false) };
        let Some(end) = self.step_end(last.first)? else { return Ok(false) };
        let mut delete =
            self.connection.prepare_cached("DELETE FROM batch WHERE first <= ?").map_err(storage)?;
        delete.execute([end]).map_err(storage)?;
        drop(delete);
        self.past.first = first_batch(&self.connection)?;
        Ok(true)
    }

    /// Returns the last of the oldest batches that are deleted together; `None` if there is none before `limit`.
    fn step_end(&self, limit: i64) -> Result<Option<i64>, JournalError> {
        // The size of a text is known without reading it.
        let oldest = "SELECT first, octet_length(events) FROM batch WHERE first < ? ORDER BY first";
        let mut oldest = self.connection.prepare_cached(oldest).map_err(storage)?;
        let mut rows = oldest.query([limit]).map_err(storage)?;
        let (mut end, mut size) = (None, 0);
        while let Some(row) = rows.next().map_err(storage)? {
            end = Some(row.get(0).map_err(storage)?);
            size += row.get::<_, i64>(1).map_err(storage)?;
            if size >= DROP_STEP {
                break;
            }
        }
        Ok(end)
    }

    /// Returns to the file system free pages that the journal will not need soon.
    fn return_pages(&self) -> Result<bool, JournalError> {
        let number = |pragma: &str| -> Result<i64, JournalError> {
            self.connection.query_row(pragma, [], |row| row.get(0)).map_err(storage)
        };
        let free = number("PRAGMA freelist_count")?;
        if free <= SPARE_PAGES.max(number("PRAGMA page_count")? / 2) {
            return Ok(false);
        }
        let vacuum = format!("PRAGMA incremental_vacuum({VACUUM_STEP})");
        let mut vacuum = self.connection.prepare(&vacuum).map_err(storage)?;
        // Each row is a page.
        let mut pages = vacuum.query([]).map_err(storage)?;
        while pages.next().map_err(storage)?.is_some() {}
        drop(pages);
        // A file of format 2 can only use its free pages again.
        Ok(number("PRAGMA freelist_count")? < free)
    }
}

impl History for Sqlite {
    fn is_kept(&self) -> bool {
        self.past.is_kept
    }

    fn set_kept(&mut self, is_kept: bool) {
        self.past.is_kept = is_kept;
    }

    fn first(&self) -> u64 {
        self.past.first
    }

    fn base(&self) -> u64 {
        self.past.current.map_or(0, |base| base.events)
    }

    fn read_piece(&mut self, base: Base, number: u64) -> Result<Option<Vec<u8>>, JournalError> {
        let past = &self.past;
        let (first, last) = match base {
            Base::Current => past.current.map_or((1, 0), |base| (base.first, base.last)),
            Base::Next => (past.last_piece() + 1, past.last_piece() + past.added),
        };
        let row = first.saturating_add(signed(number));
        if row > last {
            return Ok(None);
        }
        let piece = "SELECT crc, bytes FROM base_piece WHERE number = ?";
        let mut piece = self.connection.prepare_cached(piece).map_err(storage)?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?));
        let damaged = |reason: &str| JournalError::Base { reason: format!("piece {number}: {reason}") };
        match piece.query_row([row], read).optional().map_err(|error| damaged(&error.to_string()))? {
            Some((crc, bytes)) if crc32fast::hash(&bytes) == crc => Ok(Some(bytes)),
            Some(_) => Err(damaged("the checksum is wrong")),
            None => Err(damaged("it is missing")),
        }
    }

    fn add_piece(&mut self, piece: &[u8]) -> Result<(), JournalError> {
        self.is_open()?;
        let number = self.past.last_piece() + self.past.added + 1;
        // In the place of a piece that an interrupted attempt left.
        let insert = "INSERT OR REPLACE INTO base_piece (number, crc, bytes) VALUES (?, ?, ?)";
        let mut insert = self.connection.prepare_cached(insert).map_err(storage)?;
        insert.execute(params![number, crc32fast::hash(piece), piece]).map_err(storage)?;
        self.past.added += 1;
        Ok(())
    }

    fn adopt(&mut self, events: u64) -> Result<(), JournalError> {
        self.is_open()?;
        let refuse = |reason: &str| Err(JournalError::Base { reason: reason.to_owned() });
        if self.past.added == 0 {
            return refuse("it is empty");
        }
        if batch_before(&self.connection, events)?.map(|batch| batch.position.events) != Some(events) {
            return refuse("it does not end with a batch of this journal");
        }
        let first = self.past.last_piece() + 1;
        let next = Current { events, first, last: self.past.last_piece() + self.past.added };
        let transaction = self.connection.transaction().map_err(storage)?;
        transaction.execute("DELETE FROM base", []).map_err(storage)?;
        let insert = "INSERT INTO base (events, first, last) VALUES (?, ?, ?)";
        transaction.execute(insert, [signed(events), next.first, next.last]).map_err(storage)?;
        transaction.commit().map_err(storage)?;
        self.past.current = Some(next);
        self.past.added = 0;
        Ok(())
    }

    fn drop_step(&mut self) -> Result<bool, JournalError> {
        self.is_open()?;
        self.past.added = 0;
        Ok(self.drop_piece()? || self.drop_batches()? || self.return_pages()?)
    }
}
