//! The conformance suite on every backend, and damage that only files can have.

use parlor_storage::journal::conformance::{all_of, pieces_of};
use parlor_storage::journal::{Journal, JournalError, Memory, Sqlite, conformance};
use parlor_world::event::AccountEvent;
use parlor_world::{AccountId, Recorded, Timestamp};
use std::error::Error;
use std::path::Path;

fn one(n: i64) -> Recorded {
    Recorded::new(Timestamp(n), AccountEvent::UserDeleted { user: AccountId(n) })
}

#[test]
fn memory_conforms() {
    conformance::check(|old: Option<Memory>| old.unwrap_or_else(Memory::keeping));
}

#[test]
fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    conformance::check(|old: Option<Sqlite>| {
        drop(old);
        Sqlite::open(&path).unwrap()
    });
}

#[test]
fn damage_is_refused_with_its_position() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    for n in 0..5 {
        journal.append(n, &[one(n.cast_signed())]).unwrap();
    }
    drop(journal);
    let other_program = rusqlite::Connection::open(&path).unwrap();
    other_program.execute("UPDATE batch SET events = replace(events, '3', '8') WHERE first = 3", []).unwrap();
    drop(other_program);
    let mut seen = 0;
    let error = Sqlite::open(&path).unwrap().replay(0, &mut |_| seen += 1).unwrap_err();
    assert_eq!(error.to_string(), "the journal is damaged at event 3: the checksum is wrong");
    assert_eq!(seen, 3);
}

#[test]
fn a_missing_batch_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    journal.append(0, &[one(0)]).unwrap();
    journal.append(1, &[one(1), one(2)]).unwrap();
    journal.append(3, &[one(3)]).unwrap();
    drop(journal);
    let other_program = rusqlite::Connection::open(&path).unwrap();
    other_program.execute("DELETE FROM batch WHERE first = 1", []).unwrap();
    drop(other_program);
    let error = Sqlite::open(&path).unwrap().replay(0, &mut |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "the journal is damaged at event 1: events 1 to 2 are missing");
}

#[test]
fn newer_foreign_and_busy_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.db");
    drop(Sqlite::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Sqlite::open(&newer), Err(JournalError::Newer { found: 99, known: 3, .. })));

    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database at all, but long enough to be looked at as one".repeat(20))
        .unwrap();
    assert!(matches!(Sqlite::open(&text), Err(JournalError::Foreign { .. })));

    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(Sqlite::open(&other), Err(JournalError::Foreign { .. })));

    let busy = folder.path().join("busy.db");
    let mut first = Sqlite::open(&busy).unwrap();
    first.append(0, &[one(0)]).unwrap();
    let error = Sqlite::open(&busy).unwrap_err();
    assert!(matches!(error, JournalError::Busy { .. }), "{error}");
}

#[test]
fn names_that_are_no_files_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("byte"), "x").unwrap();
    let plain = "only a file's plain path can (--memory keeps nothing)";
    for (name, reason) in [
        (String::new(), "the name is empty".to_owned()),
        (":memory:".to_owned(), plain.to_owned()),
        ("file:x?mode=memory".to_owned(), plain.to_owned()),
        (format!("file:{}", at("x")), plain.to_owned()),
        (at(""), "it is a folder".to_owned()),
        (at("missing/parlor.db"), format!("there is no folder {}", at("missing"))),
        (at("byte/parlor.db"), format!("there is no folder {}", at("byte"))),
    ] {
        let error = Sqlite::open(Path::new(&name)).unwrap_err();
        assert_eq!(error.to_string(), format!("{name} can't be used as a data file: {reason}"));
    }
    let error = Sqlite::open(Path::new(&at("byte"))).unwrap_err();
    assert_eq!(error.to_string(), format!("{} is not a Parlor data file: it is not a database", at("byte")));
    assert_eq!(std::fs::read(at("byte")).unwrap(), b"x", "it is left as it was");
    // A missing file is fine for a server, which creates it, but an error for a program that only reads.
    assert!(Sqlite::open_to_read(Path::new(&at("new.db"))).is_err() && !Path::new(&at("new.db")).exists());
    assert!(Sqlite::open(Path::new(&at("new.db"))).is_ok());
}

#[test]
fn every_batch_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    for n in 0..9 {
        journal.append(2 * n, &[one(0), one(1)]).unwrap();
    }
    drop(journal);
    let other_program = rusqlite::Connection::open(&path).unwrap();
    for change in [
        "UPDATE batch SET events = replace(events, '1', '8') WHERE first = 4",
        "DELETE FROM batch WHERE first = 8",
        "UPDATE batch SET count = 9 WHERE first = 12",
    ] {
        assert_eq!(other_program.execute(change, []).unwrap(), 1);
    }
    drop(other_program);
    let found = Sqlite::open_to_read(&path).unwrap().verify(0).unwrap();
    let damages: Vec<String> = found.damages.iter().map(ToString::to_string).collect();
    assert_eq!(
        damages,
        [
            "the journal is damaged at event 4: the checksum is wrong",
            "the journal is damaged at event 8: events 8 to 9 are missing",
            "the journal is damaged at event 12: 2 events where 9 were written",
        ]
    );
    assert_eq!((found.whole, found.next), (6, 18));
}

/// One flipped bit anywhere, its event number included.
#[test]
fn a_damaged_snapshot_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let snapshot = folder.path().join("parlor.db-snapshot");
    let mut journal = Sqlite::open(&path).unwrap();
    journal.append(0, &[one(0)]).unwrap();
    journal.snapshot_writer().save(&mut pieces_of(b"state")).unwrap();
    assert_eq!(journal.latest_snapshot().unwrap().map(all_of), Some((1, b"state".to_vec())));
    let whole = std::fs::read(&snapshot).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(&snapshot, &damaged).unwrap();
        let error = journal.latest_snapshot().err().unwrap();
        let JournalError::Snapshot { reason, .. } = error else { panic!("byte {at}: {error}") };
        // The first bytes identify the file's format.
        let expected = if at < 8 { "it is no snapshot of this version" } else { "its checksum is wrong" };
        assert_eq!(reason, expected, "byte {at}");
        std::fs::write(&snapshot, &whole[..at]).unwrap();
        assert!(journal.latest_snapshot().is_err(), "cut after {at} bytes");
    }
    std::fs::remove_file(&snapshot).unwrap();
    assert!(journal.latest_snapshot().unwrap().is_none());
}

/// A backup of the data file was put back beside a newer snapshot, or another world's.
#[test]
fn a_snapshot_of_another_journal_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let other = folder.path().join("other.db");
    for (path, second) in [(&path, 1), (&other, 2)] {
        let mut journal = Sqlite::open(path).unwrap();
        journal.append(0, &[one(0)]).unwrap();
        journal.append(1, &[one(second)]).unwrap();
        journal.snapshot_writer().save(&mut pieces_of(b"state")).unwrap();
    }
    std::fs::copy(folder.path().join("other.db-snapshot"), folder.path().join("parlor.db-snapshot")).unwrap();
    let mut journal = Sqlite::open(&path).unwrap();
    let error = journal.latest_snapshot().err().unwrap().to_string();
    assert!(error.contains("it belongs to another journal"), "{error}");
}

#[test]
fn a_snapshot_that_fails_leaves_the_older_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Sqlite::open(&folder.path().join("parlor.db")).unwrap();
    journal.append(0, &[one(0)]).unwrap();
    journal.snapshot_writer().save(&mut pieces_of(b"older")).unwrap();
    // No file can be made where a folder is.
    std::fs::create_dir(folder.path().join("parlor.db-snapshot.new")).unwrap();
    let error = journal.snapshot_writer().save(&mut pieces_of(b"newer")).unwrap_err();
    assert!(error.to_string().ends_with("parlor.db-snapshot could not be read or written"), "{error}");
    let cause = error.source().unwrap().downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::IsADirectory);
    assert_eq!(error.explain(), format!("{error}: {cause}"));
    assert_eq!(journal.latest_snapshot().unwrap().map(all_of), Some((1, b"older".to_vec())));
}
