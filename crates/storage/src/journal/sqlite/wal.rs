//! Detects losses by SQLite's write-ahead log.
//!
//! SQLite itself reads the log up to the first frame that is wrong, and says nothing of what comes after it: usually
//! that is the rest of an older log, or of a transaction that a crash cut off. The format is described at
//! <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// Without its lowest bit, which says in which order the bytes of a word are summed.
const MAGIC: u32 = 0x377f_0682;
/// The page sizes that SQLite knows.
const PAGE_SIZES: std::ops::RangeInclusive<u32> = 512..=65_536;

/// The state of a write-ahead log before anything is written to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wal {
    /// Missing, or without contents. SQLite makes the file anew when it only reads.
    Absent,
    /// Nothing that was committed is missing, as far as the log alone can say.
    Whole,
    /// Whole transactions follow an invalid frame.
    Damaged,
}

/// Reads the log to its end.
pub(super) fn inspect(path: &Path) -> io::Result<Wal> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Wal::Absent),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() == 0 {
        return Ok(Wal::Absent);
    }
    let mut file = BufReader::new(file);
    let mut header = [0; HEADER];
    if !fill(&mut file, &mut header)? {
        return Ok(Wal::Damaged);
    }
    // The first write after a checkpoint, which a power cut has undone.
    if header == [0; HEADER] {
        return Ok(Wal::Whole);
    }
    let magic = word(&header, 0);
    let page_size = word(&header, 8);
    let mut sum = Sum { big_endian: magic & 1 == 1, value: (0, 0) };
    sum.add(&header[..24]);
    if magic & !1 != MAGIC || !PAGE_SIZES.contains(&page_size) || sum.value != pair(&header, 24) {
        return Ok(Wal::Damaged);
    }
    let mut frame = vec![0; FRAME_HEADER + page_size as usize];
    let mut is_valid = true;
    let mut lost_commit = false;
    while fill(&mut file, &mut frame)? {
        let is_current = pair(&frame, 8) == pair(&header, 16);
        if is_valid {
            sum.add(&frame[..8]);
            sum.add(&frame[FRAME_HEADER..]);
            is_valid = is_current && sum.value == pair(&frame, 16);
        }
        if is_valid || !is_current {
            continue;
        }
        // A transaction begins only after the previous one was synced, so a power cut can damage only the last one.
        if lost_commit {
            return Ok(Wal::Damaged);
        }
        let is_commit = word(&frame, 4) != 0;
        lost_commit = is_commit;
    }
    Ok(Wal::Whole)
}

/// False at the end of the file, also in the middle of the buffer.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn pair(bytes: &[u8], at: usize) -> (u32, u32) {
    (word(bytes, at), word(bytes, at + 4))
}

/// The running checksum of a log.
struct Sum {
    big_endian: bool,
    value: (u32, u32),
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        let (mut a, mut b) = self.value;
        for at in (0..bytes.len()).step_by(8) {
            let (x, y) = pair(bytes, at);
            let [x, y] = if self.big_endian { [x, y] } else { [x.swap_bytes(), y.swap_bytes()] };
            a = a.wrapping_add(x).wrapping_add(b);
            b = b.wrapping_add(y).wrapping_add(a);
        }
        self.value = (a, b);
    }
}
