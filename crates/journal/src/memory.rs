use crate::{Journal, JournalError};
use parlor_world::Recorded;

/// Keeps nothing: for worlds that end with the server or the test.
///
/// Only [`Memory::keeping`] remembers its events, for tests of replay; a test world that ran for a day would hold
/// every event twice otherwise.
#[derive(Debug, Default)]
pub struct Memory {
    count: u64,
    kept: Option<Vec<Recorded>>,
    snapshot: Option<(u64, Vec<u8>)>,
}

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

    fn save_snapshot(&mut self, events: u64, state: &[u8]) -> Result<(), JournalError> {
        if self.kept.is_some() {
            self.snapshot = Some((events, state.to_vec()));
        }
        Ok(())
    }

    fn latest_snapshot(&mut self) -> Result<Option<(u64, Vec<u8>)>, JournalError> {
        Ok(self.snapshot.clone())
    }

    fn blocks(&self) -> bool {
        false
    }
}
