//! The contract of [`Journal`] as one test suite. A backend's tests call [`check`] with a function that opens the same
//! journal again.

use super::{Journal, JournalError};
use parlor_world::{Event, Recorded, Timestamp, UserId};

fn events(numbers: std::ops::Range<i64>) -> Vec<Recorded> {
    numbers.map(|n| Recorded { at: Timestamp(n), event: Event::UserDeleted { user: UserId(n) } }).collect()
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
    writer.save(b"older").expect("snapshot");
    // It is saved while the journal grows, and covers what it was made for.
    let writer = journal.snapshot_writer();
    journal.append(9, &events(9..10)).expect("append beside a snapshot");
    writer.save(b"nine").expect("newer snapshot");
    let mut journal = open(Some(journal));
    assert_eq!(journal.latest_snapshot().expect("snapshot"), Some((9, b"nine".to_vec())));
    assert_eq!(all(&mut journal, 9).expect("the tail"), events(9..10));
    journal.append(10, &events(10..11)).expect("append after a snapshot");
    journal.close().expect("close");
    journal.close().expect("closing again changes nothing");
    assert_eq!(open(Some(journal)).len(), 11);
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
