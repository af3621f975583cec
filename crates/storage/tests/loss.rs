//! The detection of losses after a crash, on real files: every loss is reported, and none where nothing is missing.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use parlor_storage::{Journal, JournalError, Loss, Sqlite};
use parlor_world::event::AccountEvent;
use parlor_world::{AccountId, Recorded, Timestamp};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The first page of a log begins here; each frame has a header and a page.
const WAL_HEADER: usize = 32;
const FRAME: usize = 24 + 4096;

fn batch(n: u64) -> Vec<Recorded> {
    (0..3)
        .map(|_| Recorded::new(Timestamp(0), AccountEvent::UserDeleted { user: AccountId(n.cast_signed()) }))
        .collect()
}

fn append(journal: &mut Sqlite, batches: u64) {
    for _ in 0..batches {
        let next = journal.len();
        journal.append(next, &batch(next)).unwrap();
    }
}

/// The files that a killed process leaves behind.
struct Crashed {
    folder: TempDir,
}

impl Crashed {
    /// Appends this many batches of three events in one run.
    fn after(batches: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Sqlite::open(&folder.path().join("parlor.db")).unwrap();
        append(&mut journal, batches);
        Self::of(&folder)
    }

    /// A copy of the files of a journal that is open: what a kill would leave.
    fn of(running: &TempDir) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(running.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self { folder }
    }

    fn path(&self, suffix: &str) -> PathBuf {
        self.folder.path().join(format!("parlor.db{suffix}"))
    }

    fn remove(&self, suffix: &str) {
        std::fs::remove_file(self.path(suffix)).unwrap();
    }

    fn change(&self, suffix: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = std::fs::read(self.path(suffix)).unwrap();
        change(&mut bytes);
        std::fs::write(self.path(suffix), bytes).unwrap();
    }

    /// Returns how many events there are, or what is missing.
    fn open(&self) -> Result<u64, Loss> {
        match Sqlite::open(&self.path("")) {
            Ok(journal) => Ok(journal.len()),
            Err(JournalError::Lost(loss)) => Err(loss),
            Err(other) => panic!("{other}"),
        }
    }

    /// Checks that this many events are missing, from that number on, and that the check itself changed no file.
    fn assert_lost(&self, first: u64, known: Option<u64>, log: &str) {
        let before = contents(self.folder.path());
        for _ in 0..2 {
            let loss = self.open().unwrap_err();
            assert_eq!((loss.first, loss.known, loss.log), (first, known, log), "{loss}");
        }
        assert!(contents(self.folder.path()) == before, "a refused file is left as it is");
        let mut journal = Sqlite::open_despite_loss(&self.path("")).unwrap();
        assert_eq!((journal.len(), journal.loss().map(|loss| loss.first)), (first, Some(first)));
        append(&mut journal, 1);
        // From now on the shorter journal is the valid one, after another crash too.
        assert_eq!(Self::of(&self.folder).open(), Ok(first + 3));
        drop(journal);
        assert_eq!(self.open(), Ok(first + 3));
    }
}

fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = paths.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    // SQLite makes an empty log as soon as it reads.
    all.retain(|(_, contents)| !contents.is_empty());
    all.sort();
    all
}

#[test]
fn a_crash_with_all_files_is_silent() {
    // Short of a checkpoint, at one, and far beyond: SQLite makes one for every thousand pages.
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Sqlite::open(&folder.path().join("parlor.db")).unwrap();
    for batches in [0, 1, 1, 10, 300, 1, 1, 700, 1, 1500, 1] {
        append(&mut journal, batches);
        let crashed = Crashed::of(&folder);
        for _ in 0..2 {
            assert_eq!(crashed.open(), Ok(journal.len()));
        }
        // The process is killed repeatedly before it does anything else.
        let mut again = Crashed::of(&folder);
        for _ in 0..3 {
            let reopened = Sqlite::open(&again.path("")).unwrap();
            assert_eq!(reopened.len(), journal.len());
            let next = Crashed::of(&again.folder);
            drop(reopened);
            again = next;
        }
    }
}

#[test]
fn a_kill_inside_of_an_append_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Sqlite::open(&folder.path().join("parlor.db")).unwrap();
    append(&mut journal, 20);
    let before = Crashed::of(&folder);
    append(&mut journal, 1);
    let after = std::fs::read(folder.path().join("parlor.db-wal")).unwrap();
    let confirmed = std::fs::read(before.path("-wal")).unwrap().len();
    assert!(after.len() > confirmed);
    // The log ends anywhere in what was being appended, or is written but not yet confirmed.
    for end in confirmed..=after.len() {
        if end % 97 == 0 || end % FRAME == WAL_HEADER || end + 3 > after.len() {
            let torn = Crashed::of(&before.folder);
            torn.change("-wal", |wal| *wal = after[..end].to_vec());
            let events = if end == after.len() { 63 } else { 60 };
            assert_eq!(torn.open(), Ok(events), "{end} bytes");
        }
    }
}

#[test]
fn a_power_cut_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Sqlite::open(&folder.path().join("parlor.db")).unwrap();
    append(&mut journal, 20);
    let before = Crashed::of(&folder);
    append(&mut journal, 5);
    // The number of confirmed events is never synced: it may be behind, empty, or gone.
    for stale in
        [None, Some(Vec::new()), Some(vec![0; 20]), Some(std::fs::read(before.path("-confirmed")).unwrap())]
    {
        let cut = Crashed::of(&folder);
        match stale {
            Some(bytes) => cut.change("-confirmed", |confirmed| *confirmed = bytes),
            None => cut.remove("-confirmed"),
        }
        assert_eq!(cut.open(), Ok(75));
    }
    // Of the transaction that was being written, only later pages reached the disk.
    append(&mut journal, 1);
    let torn = Crashed::of(&folder);
    let confirmed = std::fs::read(before.path("-confirmed")).unwrap();
    torn.change("-confirmed", |bytes| *bytes = confirmed);
    torn.change("-wal", |wal| {
        let last = wal.len() - FRAME;
        wal[last + 100] ^= 1;
    });
    assert_eq!(torn.open(), Ok(75));
}

#[test]
fn a_normal_end_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    append(&mut journal, 400);
    drop(journal);
    let names: Vec<_> = contents(folder.path()).into_iter().map(|(path, _)| path).collect();
    assert_eq!(names, std::slice::from_ref(&path), "one file is left");
    assert_eq!(Sqlite::open(&path).unwrap().len(), 1200);
}

#[test]
fn a_missing_log_is_noticed() {
    let crashed = Crashed::after(20);
    crashed.remove("-wal");
    crashed.assert_lost(0, Some(60), "is missing or empty");

    // The data file was copied alone.
    let crashed = Crashed::after(20);
    crashed.remove("-wal");
    crashed.remove("-confirmed");
    crashed.assert_lost(0, None, "is missing or empty");
}

#[test]
fn a_cut_log_is_noticed() {
    // Each batch of the twenty is a frame or more.
    for frames in [0, 1, 7, 10, 19] {
        for rest in [0, 100] {
            let crashed = Crashed::after(20);
            crashed.change("-wal", |wal| wal.truncate(WAL_HEADER + frames * FRAME + rest));
            let loss = crashed.open().unwrap_err();
            assert!(loss.first < 60 && loss.known == Some(60 - loss.first), "{frames}: {loss}");
            crashed.assert_lost(loss.first, loss.known, "was cut or damaged");
        }
    }
    let crashed = Crashed::after(20);
    crashed.change("-wal", Vec::clear);
    crashed.assert_lost(0, Some(60), "is missing or empty");
}

#[test]
fn a_flipped_bit_is_noticed() {
    let length = |batches| std::fs::read(Crashed::after(batches).path("-wal")).unwrap().len();
    let (length, last) = (length(20), length(20) - length(19));
    for at in (0..length).step_by(1931) {
        let crashed = Crashed::after(20);
        crashed.change("-wal", |wal| wal[at] ^= 0x10);
        let loss = crashed.open().unwrap_err();
        assert_eq!(loss.known, Some(60 - loss.first), "byte {at}: {loss}");
        // Without the number of confirmed events, what comes after the damage tells of it; its last transaction
        // might be one that was never confirmed.
        crashed.remove("-confirmed");
        if at < length - last {
            let loss = crashed.open().unwrap_err();
            assert_eq!((loss.known, loss.log), (None, "is damaged"), "byte {at}");
        }
    }
}

/// Moves the log into the data file, and removes the log.
#[test]
fn a_look_with_another_program_is_silent() {
    let crashed = Crashed::after(20);
    let other = rusqlite::Connection::open(crashed.path("")).unwrap();
    let count: i64 = other.query_row("SELECT sum(count) FROM batch", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 60);
    drop(other);
    assert!(!crashed.path("-wal").exists());
    assert_eq!(crashed.open(), Ok(60));
}

#[test]
fn a_backup_that_is_put_back_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    append(&mut Sqlite::open(&path).unwrap(), 2);
    let backup = std::fs::read(&path).unwrap();
    let mut journal = Sqlite::open(&path).unwrap();
    append(&mut journal, 2);
    // Killed; only the data file is replaced, and its log removed, as it belongs to the other.
    let restored = Crashed::of(&folder);
    restored.change("", |bytes| *bytes = backup);
    restored.remove("-wal");
    assert_eq!(restored.open(), Ok(6));
}

#[test]
fn a_loss_is_said_in_words() {
    let loss = |known| Loss { file: "a.db".to_owned(), first: 7, known, log: "is missing" };
    let begin = "Parlor did not end normally when it last used a.db, and a.db-wal is missing.";
    for (known, rest) in [
        (None, "Events from number 7 on may be missing."),
        (Some(1), "1 event that had been confirmed is missing: number 7."),
        (Some(5), "5 events that had been confirmed are missing: numbers 7 to 11."),
    ] {
        assert_eq!(loss(known).to_string(), format!("{begin} {rest}"));
    }
}
