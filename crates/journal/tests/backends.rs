//! The conformance suite on every backend, and what only files can suffer.

use parlor_journal::{Journal, JournalError, Memory, Sqlite, conformance};
use parlor_world::{Event, Recorded, Timestamp, UserId};

fn one(n: i64) -> Recorded {
    Recorded { at: Timestamp(n), event: Event::UserDeleted { user: UserId(n) } }
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
    let vandal = rusqlite::Connection::open(&path).unwrap();
    vandal.execute("UPDATE batch SET events = replace(events, '3', '8') WHERE first = 3", []).unwrap();
    drop(vandal);
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
    let vandal = rusqlite::Connection::open(&path).unwrap();
    vandal.execute("DELETE FROM batch WHERE first = 1", []).unwrap();
    drop(vandal);
    let error = Sqlite::open(&path).unwrap().replay(0, &mut |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "the journal is damaged at event 1: events 1 to 2 are missing");
}

#[test]
fn newer_foreign_and_busy_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let newer = folder.path().join("newer.db");
    drop(Sqlite::open(&newer).unwrap());
    rusqlite::Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Sqlite::open(&newer), Err(JournalError::Newer { found: 99, known: 1, .. })));

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
fn a_damaged_snapshot_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut journal = Sqlite::open(&path).unwrap();
    journal.append(0, &[one(0)]).unwrap();
    journal.save_snapshot(1, b"state").unwrap();
    drop(journal);
    rusqlite::Connection::open(&path).unwrap().execute("UPDATE snapshot SET crc = crc + 1", []).unwrap();
    assert_eq!(Sqlite::open(&path).unwrap().latest_snapshot().unwrap(), None);
}
