//! Dropping events from a file: a process that is killed between any two steps, a log that is lost, and the disk space.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use parlor_storage::journal::history::{Base, PIECE};
use parlor_storage::{History, Journal, JournalError, Sqlite};
use parlor_world::event::AccountEvent;
use parlor_world::{AccountId, Recorded, Timestamp};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn events(range: std::ops::Range<u64>) -> Vec<Recorded> {
    let event = |n: u64| AccountEvent::UserDeleted { user: AccountId(n.cast_signed()) };
    range.map(|n| Recorded::new(Timestamp(0), event(n))).collect()
}

/// Batches of 50 events: three kilobytes or so.
fn append(journal: &mut Sqlite, batches: u64) {
    append_batches(journal, batches, 50);
}

fn append_batches(journal: &mut Sqlite, batches: u64, count: u64) {
    for _ in 0..batches {
        let next = journal.len();
        journal.append(next, &events(next..next + count)).unwrap();
    }
}

/// The contents of the base that covers this many events in these tests.
fn base_of(events: u64) -> Vec<Vec<u8>> {
    let piece = |n: u8| vec![n ^ events.to_le_bytes()[0]; PIECE / 4];
    (0..3).map(piece).collect()
}

/// Runs all steps of a replacement, and a check after each.
fn replace(journal: &mut Sqlite, mut look: impl FnMut(&mut Sqlite)) {
    while journal.drop_step().unwrap() {
        look(journal);
    }
    let covered = journal.len();
    for piece in base_of(covered) {
        journal.add_piece(&piece).unwrap();
        look(journal);
    }
    journal.adopt(covered).unwrap();
    look(journal);
    while journal.drop_step().unwrap() {
        look(journal);
    }
}

/// Checks that the journal can be replayed, from the first event or from a base; returns how many events it has.
fn assert_usable(journal: &mut Sqlite) -> u64 {
    let covered = journal.base();
    let pieces: Vec<_> =
        (0..).map_while(|number| journal.read_piece(Base::Current, number).unwrap()).collect();
    assert!(covered == 0 && pieces.is_empty() || pieces == base_of(covered), "the base of {covered} events");
    let first = journal.first();
    assert!(first <= covered, "{first} to {covered} are missing");
    let mut found = Vec::new();
    journal.replay(first, &mut |event| found.push(event)).unwrap();
    assert!(found == events(first..journal.len()), "from {first}");
    journal.len()
}

fn copy(running: &TempDir) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(running.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    let path = folder.path().join("parlor.db");
    (folder, path)
}

#[test]
fn a_kill_between_any_two_steps_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Sqlite::open(&folder.path().join("parlor.db")).unwrap();
    let mut steps = 0;
    for batches in [40, 900, 1] {
        append(&mut journal, batches);
        replace(&mut journal, |journal| {
            steps += 1;
            // A copy of the files is what a kill leaves.
            let (_copied, path) = copy(&folder);
            let mut killed = Sqlite::open(&path).unwrap();
            assert_eq!(assert_usable(&mut killed), journal.len());
            // The journal can still be appended to, and the next replacement finishes this one.
            append(&mut killed, 1);
            replace(&mut killed, |_| ());
            assert_eq!(assert_usable(&mut killed), journal.len() + 50);
            assert_eq!(killed.first(), journal.len());
        });
    }
    assert!(steps > 15, "{steps}");
}

#[test]
fn a_lost_log_leaves_an_older_state_that_is_whole() {
    const FRAME: usize = 24 + 4096;
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Sqlite::open(&folder.path().join("parlor.db")).unwrap();
    append(&mut journal, 30);
    replace(&mut journal, |_| ());
    append(&mut journal, 5);
    let mut step = 0;
    let mut refused = 0;
    replace(&mut journal, |_| {
        step += 1;
        let log = std::fs::read(folder.path().join("parlor.db-wal")).unwrap();
        for frames in (0..log.len() / FRAME).step_by(23) {
            let (cut, path) = copy(&folder);
            std::fs::write(cut.path().join("parlor.db-wal"), &log[..32 + frames * FRAME]).unwrap();
            // Only lost events are reported: a lost base is written again.
            refused += u32::from(matches!(Sqlite::open(&path), Err(JournalError::Lost(_))));
            let mut accepted = Sqlite::open_despite_loss(&path).unwrap();
            assert_usable(&mut accepted);
            append(&mut accepted, 1);
            replace(&mut accepted, |_| ());
            assert_usable(&mut accepted);
        }
    });
    assert!(step > 5 && refused > 0, "{step} {refused}");
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[test]
fn the_file_stays_small_and_shrinks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    journal.set_kept(true);
    for _ in 0..5 {
        append_batches(&mut journal, 150, 1000);
        replace(&mut journal, |_| ());
    }
    journal.close().unwrap();
    drop(journal);
    let everything = size(&path);
    assert!(everything > 30 << 20, "{everything}");
    assert_eq!(Sqlite::open(&path).unwrap().first(), 0);

    let mut journal = Sqlite::open(&path).unwrap();
    replace(&mut journal, |_| ());
    drop(journal);
    let shrunk = size(&path);
    assert!(shrunk < 8 << 20, "{shrunk} of {everything}");
    // However much happens from now on.
    for _ in 0..5 {
        let mut journal = Sqlite::open(&path).unwrap();
        append_batches(&mut journal, 50, 1000);
        replace(&mut journal, |_| ());
        drop(journal);
        assert!(size(&path) < 8 << 20, "{}", size(&path));
    }
}

#[test]
fn a_file_of_the_older_format_drops_its_events_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    append_batches(&mut journal, 100, 1000);
    drop(journal);
    let other_program = rusqlite::Connection::open(&path).unwrap();
    let older =
        "DROP TABLE base; DROP TABLE base_piece; PRAGMA user_version = 2; PRAGMA auto_vacuum = NONE; VACUUM;";
    other_program.execute_batch(older).unwrap();
    drop(other_program);
    let read = Sqlite::open_to_read(&path).unwrap();
    assert_eq!((read.base(), read.len()), (0, 100_000));
    drop(read);
    let before = size(&path);
    for _ in 0..4 {
        let mut journal = Sqlite::open(&path).unwrap();
        replace(&mut journal, |_| ());
        assert_eq!(assert_usable(&mut journal), journal.len());
        append_batches(&mut journal, 75, 1000);
        drop(journal);
        assert!(size(&path) <= before + (1 << 20), "{}", size(&path));
    }
}

#[test]
fn a_base_is_refused_for_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    append(&mut journal, 3);
    journal.add_piece(b"base").unwrap();
    let words = |error: JournalError| error.to_string();
    let base = "the journal's base, which holds what happened before its first event, can't be used: ";
    for events in [120, 200, 0] {
        let error = journal.adopt(events).unwrap_err();
        assert_eq!(words(error), format!("{base}it does not end with a batch of this journal"));
    }
    journal.adopt(150).unwrap();
    while journal.drop_step().unwrap() {}
    let error = journal.replay(0, &mut |_| panic!("it was dropped")).unwrap_err();
    assert_eq!(words(error), "the journal begins with event 100: older ones were dropped");
    drop(journal);

    for (change, reason) in [
        ("UPDATE base_piece SET bytes = x'00'", "piece 0: the checksum is wrong"),
        ("DELETE FROM base_piece", "piece 0: it is missing"),
    ] {
        let other_program = rusqlite::Connection::open(&path).unwrap();
        assert_eq!(other_program.execute(change, []).unwrap(), 1);
        drop(other_program);
        let error = Sqlite::open(&path).unwrap().read_piece(Base::Current, 0).unwrap_err();
        assert_eq!(words(error), format!("{base}{reason}"));
    }

    let mut closed = Sqlite::open(&path).unwrap();
    closed.close().unwrap();
    for refused in [closed.add_piece(b"x"), closed.adopt(150), closed.drop_step().map(drop)] {
        assert!(matches!(refused, Err(JournalError::Closed)), "{refused:?}");
    }
}
