use super::{Journal, JournalError, SnapshotWriter, Verified};
use parlor_world::Recorded;
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps nothing: for worlds that end with the server or the test.
///
/// Only [`Memory::keeping`] remembers its events, for tests of replay; a test world that ran for a day would hold
/// every event twice otherwise.
#[derive(Debug, Default)]
pub struct Memory {
    count: u64,
    kept: Option<Vec<Recorded>>,
    snapshot: Snapshot,
}

/// How many events it covers, and its bytes.
type Snapshot = Arc<Mutex<Option<(u64, Vec<u8>)>>>;

impl Memory {
    /// Forgets events as they come.
    pub fn forgetting() -> Self {
        Self::default()
    }

    /// Remembers them.
    pub fn keeping() -> Self {
        Self { kept: Some(Vec::new()), ..Self::default() }
    }
}

impl Journal for Memory {
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError> {
        if expected != self.count {
            return Err(JournalError::Fenced { expected, found: self.count });
        }
        self.count += batch.len() as u64;
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(batch);
        }
        Ok(())
    }

    fn len(&self) -> u64 {
        self.count
    }

    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError> {
        let kept = self.kept.iter().flatten().skip(usize::try_from(from).unwrap_or(usize::MAX));
        kept.cloned().for_each(each);
        Ok(())
    }

    fn verify(&mut self, _from: u64) -> Result<Verified, JournalError> {
        Ok(Verified { next: self.count, ..Verified::default() })
    }

    fn snapshot_writer(&self) -> Box<dyn SnapshotWriter> {
        let snapshot = self.kept.is_some().then(|| self.snapshot.clone());
        Box::new(Writer { events: self.count, snapshot })
    }

    fn latest_snapshot(&mut self) -> Result<Option<(u64, Vec<u8>)>, JournalError> {
        Ok(self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn blocks(&self) -> bool {
        false
    }

    fn close(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

struct Writer {
    events: u64,
    snapshot: Option<Snapshot>,
}

impl SnapshotWriter for Writer {
    fn events(&self) -> u64 {
        self.events
    }

    fn save(&self, state: &[u8]) -> Result<(), JournalError> {
        if let Some(snapshot) = &self.snapshot {
            let mut snapshot = snapshot.lock().unwrap_or_else(PoisonError::into_inner);
            *snapshot = Some((self.events, state.to_vec()));
        }
        Ok(())
    }
}
