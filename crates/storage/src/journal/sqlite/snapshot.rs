//! A snapshot is a file beside the data file, so that it can be written while the journal is appended to.
//!
//! Its header holds what ties it to the journal: the number of events that it covers, and the checksum of the last
//! batch among them. A checksum covers all of it.
//!
//! Each piece is synced before the next one: the journal's own syncs would have to wait for all of it otherwise
//! (ext4 writes out the new blocks of every file when one is synced).

use crate::journal::{JournalError, Pieces, SnapshotWriter};
use crc32fast::Hasher;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Its last byte is the version of this layout.
const MAGIC: [u8; 8] = *b"ParlorS\x01";
const HEADER: usize = 24;

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

    fn read_back(&self) -> Result<Vec<u8>, JournalError> {
        match read(&self.path)? {
            Some((position, state)) if position == self.position => Ok(state),
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

/// Reads a snapshot whole, if there is one.
pub(super) fn read(path: &Path) -> Result<Option<(Position, Vec<u8>)>, JournalError> {
    let refused = |reason: String| JournalError::Snapshot { file: path.display().to_string(), reason };
    let mut bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(JournalError::file(path, error)),
    };
    let position = position(&bytes).ok_or_else(|| refused("it is no snapshot of this version".to_owned()))?;
    let state = bytes.split_off(HEADER);
    let mut sum = position.begin_sum();
    sum.update(&state);
    if position.header(sum) != bytes[..] {
        return Err(refused("its checksum is wrong".to_owned()));
    }
    Ok(Some((position, state)))
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
