use super::history::{Base, History};
use super::{Journal, JournalError, Pieces, Snapshot, SnapshotWriter, Verified};
use parlor_world::Recorded;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

/// A journal in memory, for worlds that end with the server or the test.
///
/// Only [`Memory::keeping`] remembers its events, for tests of replay; a test world that ran for a day would hold
/// every event twice otherwise.
#[derive(Debug, Default)]
pub struct Memory {
    count: u64,
    kept: Option<Kept>,
    snapshot: Arc<Mutex<Option<Saved>>>,
}

/// A snapshot.
#[derive(Debug, Clone)]
struct Saved {
    /// How many events it covers.
    events: u64,
    state: Vec<u8>,
}

impl Saved {
    fn open(self) -> Snapshot {
        let Self { events, state } = self;
        Snapshot { events, length: state.len() as u64, bytes: Box::new(Cursor::new(state)) }
    }
}

#[derive(Debug, Default)]
struct Kept {
    /// The number of the first event in `events`.
    first: u64,
    events: Vec<Recorded>,
    /// How many events the current base covers.
    base: u64,
    current: Vec<Vec<u8>>,
    next: Vec<Vec<u8>>,
    drops_history: bool,
}

impl Memory {
    /// A journal that forgets events at once.
    pub fn forgetting() -> Self {
        Self::default()
    }

    /// A journal that keeps all events until told otherwise ([`History::set_kept`]).
    pub fn keeping() -> Self {
        Self { kept: Some(Kept::default()), ..Self::default() }
    }
}

impl Journal for Memory {
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError> {
        if expected != self.count {
            return Err(JournalError::Fenced { expected, found: self.count });
        }
        self.count += batch.len() as u64;
        if let Some(kept) = &mut self.kept {
            kept.events.extend_from_slice(batch);
        }
        Ok(())
    }

    fn len(&self) -> u64 {
        self.count
    }

    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError> {
        let Some(Kept { first, events, .. }) = &self.kept else { return Ok(()) };
        let skipped = from.checked_sub(*first).ok_or(JournalError::Dropped { first: *first })?;
        let rest = events.iter().skip(usize::try_from(skipped).unwrap_or(usize::MAX));
        rest.cloned().for_each(each);
        Ok(())
    }

    fn verify(&mut self, _from: u64) -> Result<Verified, JournalError> {
        Ok(Verified { next: self.count, ..Verified::default() })
    }

    fn snapshot_writer(&self) -> Box<dyn SnapshotWriter> {
        let snapshot = self.kept.is_some().then(|| self.snapshot.clone());
        Box::new(Writer { events: self.count, snapshot })
    }

    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError> {
        let saved = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(saved.map(Saved::open))
    }

    fn history(&mut self) -> Option<&mut dyn History> {
        self.kept.as_mut().map(|kept| kept as &mut dyn History)
    }

    fn blocks(&self) -> bool {
        false
    }

    fn close(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

impl History for Kept {
    fn is_kept(&self) -> bool {
        !self.drops_history
    }

    fn set_kept(&mut self, is_kept: bool) {
        self.drops_history = !is_kept;
    }

    fn first(&self) -> u64 {
        self.first
    }

    fn base(&self) -> u64 {
        self.base
    }

    fn read_piece(&mut self, base: Base, number: u64) -> Result<Option<Vec<u8>>, JournalError> {
        let pieces = match base {
            Base::Current => &self.current,
            Base::Next => &self.next,
        };
        Ok(usize::try_from(number).ok().and_then(|number| pieces.get(number).cloned()))
    }

    fn add_piece(&mut self, piece: &[u8]) -> Result<(), JournalError> {
        self.next.push(piece.to_vec());
        Ok(())
    }

    fn adopt(&mut self, events: u64) -> Result<(), JournalError> {
        if self.next.is_empty() {
            return Err(JournalError::Base { reason: "it is empty".to_owned() });
        }
        self.current = std::mem::take(&mut self.next);
        self.base = events;
        Ok(())
    }

    fn drop_step(&mut self) -> Result<bool, JournalError> {
        self.next.clear();
        if self.drops_history {
            let dropped = usize::try_from(self.base.saturating_sub(self.first)).unwrap_or(usize::MAX);
            self.events.drain(..dropped.min(self.events.len()));
            self.first = self.first.max(self.base);
        }
        Ok(false)
    }
}

struct Writer {
    events: u64,
    snapshot: Option<Arc<Mutex<Option<Saved>>>>,
}

impl SnapshotWriter for Writer {
    fn events(&self) -> u64 {
        self.events
    }

    fn save(&self, pieces: Pieces<'_>) -> Result<u64, JournalError> {
        let state = pieces.collect::<Result<Vec<_>, _>>()?.concat();
        let length = state.len() as u64;
        if let Some(snapshot) = &self.snapshot {
            *snapshot.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(Saved { events: self.events, state });
        }
        Ok(length)
    }

    fn read_back(&self) -> Result<Snapshot, JournalError> {
        let saved = self.snapshot.as_ref().and_then(|snapshot| {
            let saved = snapshot.lock().unwrap_or_else(PoisonError::into_inner);
            saved.clone().filter(|saved| saved.events == self.events)
        });
        let missing =
            || JournalError::Snapshot { file: "in memory".to_owned(), reason: "it was replaced".to_owned() };
        saved.map(Saved::open).ok_or_else(missing)
    }
}
