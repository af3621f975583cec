//! The contract of [`Journal`] as one test suite. A backend's tests call [`check`] with a function that opens the same
//! journal again.

use super::history::{Base, History};
use super::{Journal, JournalError, Snapshot};
use parlor_world::event::AccountEvent;
use parlor_world::{AccountId, Recorded, Timestamp};

fn events(numbers: std::ops::Range<i64>) -> Vec<Recorded> {
    numbers.map(|n| Recorded::new(Timestamp(n), AccountEvent::UserDeleted { user: AccountId(n) })).collect()
}

fn all(journal: &mut dyn Journal, from: u64) -> Result<Vec<Recorded>, JournalError> {
    let mut found = Vec::new();
    journal.replay(from, &mut |recorded| found.push(recorded))?;
    Ok(found)
}

/// Runs the suite. `open` opens the one journal under test; for backends that outlive the process it must find
/// what was appended before.
///
/// # Panics
///
/// When the backend breaks the contract.
#[expect(clippy::panic, clippy::expect_used, reason = "a test suite panics when the test fails")]
pub fn check<J: Journal>(mut open: impl FnMut(Option<J>) -> J) {
    let mut journal = open(None);
    assert!(journal.is_empty() && all(&mut journal, 0).expect("replay").is_empty());
    assert!(journal.latest_snapshot().expect("snapshot").is_none());

    journal.append(0, &events(0..3)).expect("first batch");
    journal.append(3, &events(3..4)).expect("second batch");
    journal.append(4, &[]).expect("an empty batch is none");
    journal.append(4, &events(4..9)).expect("third batch");
    match journal.append(8, &events(8..10)) {
        Err(JournalError::Fenced { expected: 8, found: 9 }) => {}
        other => panic!("a stale writer must be fenced off, got {other:?}"),
    }

    let mut journal = open(Some(journal));
    assert_eq!(journal.len(), 9);
    assert_eq!(all(&mut journal, 0).expect("replay"), events(0..9));
    assert_eq!(all(&mut journal, 2).expect("from inside of a batch"), events(2..9));
    assert!(all(&mut journal, 9).expect("from the end").is_empty());

    verify(&mut journal);

    let writer = journal.snapshot_writer();
    assert_eq!(writer.events(), 9);
    writer.save(&mut pieces_of(b"older")).expect("snapshot");
    // It is saved while the journal grows, and covers what it was made for.
    let writer = journal.snapshot_writer();
    journal.append(9, &events(9..10)).expect("append beside a snapshot");
    assert_eq!(writer.save(&mut pieces_of(b"nine")).expect("newer snapshot"), 4);
    let mut broken = pieces_of(b"ten").chain([Err(JournalError::storage("no more"))]);
    assert!(writer.save(&mut broken).is_err(), "the older one is kept");
    assert_eq!(all_of(writer.read_back().expect("read back")), (9, b"nine".to_vec()));
    let mut journal = open(Some(journal));
    assert_eq!(journal.latest_snapshot().expect("snapshot").map(all_of), Some((9, b"nine".to_vec())));
    assert_eq!(all(&mut journal, 9).expect("the tail"), events(9..10));
    journal.append(10, &events(10..11)).expect("append after a snapshot");
    journal.close().expect("close");
    journal.close().expect("closing again changes nothing");
    let mut journal = open(Some(journal));
    assert_eq!(journal.len(), 11);
    history(&mut journal);
    let mut journal = open(Some(journal));
    let dropped = history_of(&mut journal);
    let first = dropped.first();
    assert!((1..=9).contains(&first) && dropped.base() == 9, "{first}");
    assert_eq!(pieces(dropped, Base::Current), PIECES);
    let expected = events(first.cast_signed()..12);
    assert_eq!(all(&mut journal, first).expect("what is left"), expected);
}

const PIECES: [&[u8]; 3] = [b"one", b"", b"three"];

#[expect(clippy::expect_used, reason = "a test suite panics when the test fails")]
fn history_of(journal: &mut dyn Journal) -> &mut dyn History {
    journal.history().expect("a backend that keeps events can drop them")
}

#[expect(clippy::expect_used, reason = "a test suite panics when the test fails")]
fn pieces(history: &mut dyn History, base: Base) -> Vec<Vec<u8>> {
    (0..).map_while(|number| history.read_piece(base, number).expect("piece")).collect()
}

#[expect(clippy::expect_used, reason = "a test suite panics when the test fails")]
fn drop_all(history: &mut dyn History) {
    while history.drop_step().expect("drop") {}
}

/// On a journal of eleven events, one of whose batches ends after nine.
#[expect(clippy::panic, clippy::expect_used, reason = "a test suite panics when the test fails")]
fn history(journal: &mut dyn Journal) {
    let history = history_of(journal);
    assert_eq!((history.first(), history.base()), (0, 0));
    assert!(pieces(history, Base::Current).is_empty() && pieces(history, Base::Next).is_empty());
    match history.adopt(9) {
        Err(JournalError::Base { .. }) => {}
        other => panic!("an empty base must be refused, got {other:?}"),
    }

    history.add_piece(b"abandoned").expect("piece");
    drop_all(history);
    assert!(pieces(history, Base::Next).is_empty(), "an unfinished base is dropped");

    for piece in PIECES {
        history.add_piece(piece).expect("piece");
    }
    assert_eq!(pieces(history, Base::Next), PIECES);
    assert!(pieces(history, Base::Current).is_empty() && history.base() == 0);
    history.adopt(9).expect("adopt");
    assert_eq!(pieces(history, Base::Current), PIECES);
    assert!(pieces(history, Base::Next).is_empty() && history.base() == 9);

    history.set_kept(true);
    assert!(history.is_kept());
    drop_all(history);
    assert_eq!(history.first(), 0);
    assert_eq!(all(journal, 0).expect("everything is kept"), events(0..11));

    let history = history_of(journal);
    history.set_kept(false);
    drop_all(history);
    let first = history.first();
    assert!((1..=9).contains(&first), "{first}");
    match all(journal, first - 1) {
        Err(JournalError::Dropped { first: named }) => assert_eq!(named, first),
        other => panic!("dropped events must be refused, got {other:?}"),
    }
    assert_eq!(all(journal, 9).expect("what the base does not cover"), events(9..11));
    journal.append(11, &events(11..12)).expect("append after a drop");
    assert_eq!(journal.len(), 12);
}

#[expect(clippy::expect_used, reason = "a test suite panics when the test fails")]
fn verify(journal: &mut dyn Journal) {
    let mut next = 0;
    while next < journal.len() {
        let found = journal.verify(next).expect("verify");
        assert!(found.damages.is_empty() && found.next > next, "{found:?}");
        next = found.next;
    }
}

/// A snapshot in pieces.
pub fn pieces_of(state: &[u8]) -> impl Iterator<Item = Result<Vec<u8>, JournalError>> {
    state.chunks(3).map(|piece| Ok(piece.to_vec()))
}

/// How many events a snapshot covers, and its bytes.
#[expect(clippy::expect_used, reason = "a test suite panics when the test fails")]
pub fn all_of(mut snapshot: Snapshot) -> (u64, Vec<u8>) {
    let mut bytes = Vec::new();
    snapshot.bytes.read_to_end(&mut bytes).expect("the bytes of a snapshot");
    assert_eq!(bytes.len() as u64, snapshot.length);
    (snapshot.events, bytes)
}
