//! A snapshot is a file beside the data file, so that it can be written while the journal is appended to.
//!
//! Its header holds what ties it to the journal: the number of events that it covers, and the checksum of the last
//! batch among them. A checksum covers all of it.
//!
//! Each piece is synced before the next one: the journal's own syncs would have to wait for all of it otherwise
//! (ext4 writes out the new blocks of every file when one is synced).

use crate::journal::{JournalError, Pieces, Snapshot, SnapshotWriter};
use crc32fast::Hasher;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Its last byte is the version of this layout.
const MAGIC: [u8; 8] = *b"ParlorS\x01";
const HEADER: usize = 24;
/// So much of a snapshot is read at once.
const BUFFER: usize = 256 << 10;

/// The range of events that a snapshot covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Position {
    /// How many events.
    pub(super) events: u64,
    /// The checksum of the batch that ends there.
    pub(super) batch_crc: u32,
}

/// Writes the snapshot of one position.
pub(super) struct Writer {
    pub(super) path: PathBuf,
    pub(super) position: Position,
}

impl SnapshotWriter for Writer {
    fn events(&self) -> u64 {
        self.position.events
    }

    fn save(&self, pieces: Pieces<'_>) -> Result<u64, JournalError> {
        let new = super::path::beside(&self.path, ".new");
        let failed = |error| JournalError::file(&self.path, error);
        let saved = self.write(&new, pieces).and_then(|length| {
            replace(&new, &self.path).map_err(failed)?;
            Ok(length)
        });
        saved.inspect_err(|_| drop(std::fs::remove_file(&new)))
    }

    fn read_back(&self) -> Result<Snapshot, JournalError> {
        match open(&self.path)? {
            Some((position, snapshot)) if position == self.position => Ok(snapshot),
            _ => {
                let (file, reason) = (self.path.display().to_string(), "it was replaced".to_owned());
                Err(JournalError::Snapshot { file, reason })
            }
        }
    }
}

impl Writer {
    fn write(&self, path: &Path, pieces: Pieces<'_>) -> Result<u64, JournalError> {
        let failed = |error| JournalError::file(&self.path, error);
        let mut file = File::create(path).map_err(failed)?;
        file.write_all(&[0; HEADER]).map_err(failed)?;
        let mut sum = self.position.begin_sum();
        let mut length = 0;
        for piece in pieces {
            let piece = piece?;
            sum.update(&piece);
            file.write_all(&piece).and_then(|()| file.sync_data()).map_err(failed)?;
            length += piece.len() as u64;
        }
        // The sum of all comes first: a file that was cut has none.
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.write_all(&self.position.header(sum)).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(length)
    }
}

/// Puts the new file in the place of the old one, durably.
fn replace(new: &Path, old: &Path) -> io::Result<()> {
    std::fs::rename(new, old)?;
    let folder = old.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Opens a snapshot, if there is one, and verifies its checksum.
pub(super) fn open(path: &Path) -> Result<Option<(Position, Snapshot)>, JournalError> {
    let refused =
        |reason: &str| JournalError::Snapshot { file: path.display().to_string(), reason: reason.to_owned() };
    let failed = |error| JournalError::file(path, error);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = BufReader::with_capacity(BUFFER, file);
    let mut header = Vec::with_capacity(HEADER);
    bytes.by_ref().take(HEADER as u64).read_to_end(&mut header).map_err(failed)?;
    let position = position(&header).ok_or_else(|| refused("it is no snapshot of this version"))?;
    let (sum, length) = sum(position, &mut bytes).map_err(failed)?;
    if position.header(sum) != header[..] {
        return Err(refused("its checksum is wrong"));
    }
    bytes.seek(SeekFrom::Start(HEADER as u64)).map_err(failed)?;
    Ok(Some((position, Snapshot { events: position.events, length, bytes: Box::new(bytes) })))
}

/// The checksum of a snapshot, and the length of the state in it.
fn sum(position: Position, state: &mut impl BufRead) -> io::Result<(Hasher, u64)> {
    let (mut sum, mut length) = (position.begin_sum(), 0);
    loop {
        let part = state.fill_buf()?;
        if part.is_empty() {
            return Ok((sum, length));
        }
        sum.update(part);
        let read = part.len();
        length += read as u64;
        state.consume(read);
    }
}

fn position(bytes: &[u8]) -> Option<Position> {
    let rest = bytes.get(..HEADER)?.strip_prefix(&MAGIC)?;
    let events = u64::from_le_bytes(rest.get(..8)?.try_into().ok()?);
    let batch_crc = u32::from_le_bytes(rest.get(8..12)?.try_into().ok()?);
    Some(Position { events, batch_crc })
}

impl Position {
    /// What stands before the checksum.
    fn body(self) -> [u8; HEADER - 4] {
        let mut body = [0; HEADER - 4];
        body[..8].copy_from_slice(&MAGIC);
        body[8..16].copy_from_slice(&self.events.to_le_bytes());
        body[16..].copy_from_slice(&self.batch_crc.to_le_bytes());
        body
    }

    /// The checksum, to which the state is to be added.
    fn begin_sum(self) -> Hasher {
        let mut sum = Hasher::new();
        sum.update(&self.body());
        sum
    }

    fn header(self, sum: Hasher) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..HEADER - 4].copy_from_slice(&self.body());
        header[HEADER - 4..].copy_from_slice(&sum.finalize().to_le_bytes());
        header
    }
}
