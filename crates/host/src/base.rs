//! The base of a journal: a snapshot that replaces dropped events. It holds the same bytes as the snapshot, in pieces.

use parlor_storage::JournalError;
use parlor_storage::journal::history::{Base, History, PIECE};
use std::io::{BufRead, Read};

/// Runs steps on the history of a journal. In a running world, the appends of commands go between the steps.
pub(crate) trait Steps {
    fn step<T>(
        &mut self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError>;
}

/// Access to a journal that nothing else uses yet.
impl Steps for &mut (dyn History + '_) {
    fn step<T>(
        &mut self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        act(&mut **self)
    }
}

/// Writes a snapshot as the next base.
pub(crate) fn write(mut snapshot: impl BufRead, steps: &mut impl Steps) -> Result<(), JournalError> {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        snapshot.by_ref().take(PIECE as u64).read_to_end(&mut piece).map_err(JournalError::storage)?;
        if piece.is_empty() {
            return Ok(());
        }
        steps.step(|history| history.add_piece(&piece))?;
    }
}

/// Reads a base.
pub(crate) fn read(base: Base, steps: &mut impl Steps) -> Result<Vec<u8>, JournalError> {
    let mut snapshot = Vec::new();
    for number in 0.. {
        match steps.step(|history| history.read_piece(base, number))? {
            Some(piece) => snapshot.extend(piece),
            None => break,
        }
    }
    Ok(snapshot)
}

/// Returns whether a base holds exactly the bytes of a snapshot.
pub(crate) fn holds(
    base: Base,
    mut snapshot: impl BufRead,
    steps: &mut impl Steps,
) -> Result<bool, JournalError> {
    for number in 0.. {
        let Some(piece) = steps.step(|history| history.read_piece(base, number))? else { break };
        let mut expected = Vec::with_capacity(piece.len());
        let mut part = snapshot.by_ref().take(piece.len() as u64);
        part.read_to_end(&mut expected).map_err(JournalError::storage)?;
        if piece != expected {
            return Ok(false);
        }
    }
    Ok(snapshot.fill_buf().map_err(JournalError::storage)?.is_empty())
}
