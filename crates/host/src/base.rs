//! A snapshot as the base of a journal, which stands for events that were dropped: the same bytes, in pieces.

use parlor_storage::JournalError;
use parlor_storage::journal::history::{Base, History, PIECE};

/// Calls a step on the history; the steps of a running world leave room for its appends.
pub(crate) trait Steps {
    fn step<T>(
        &mut self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError>;
}

/// A journal that nothing else uses yet.
impl Steps for &mut (dyn History + '_) {
    fn step<T>(
        &mut self,
        act: impl FnOnce(&mut dyn History) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        act(&mut **self)
    }
}

/// Writes a snapshot as the next base.
pub(crate) fn write(snapshot: &[u8], steps: &mut impl Steps) -> Result<(), JournalError> {
    snapshot.chunks(PIECE).try_for_each(|piece| steps.step(|history| history.add_piece(piece)))
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

/// Whether a base is just that snapshot. Both are not in memory at once.
pub(crate) fn holds(base: Base, snapshot: &[u8], steps: &mut impl Steps) -> Result<bool, JournalError> {
    let mut rest = snapshot;
    for number in 0.. {
        let Some(piece) = steps.step(|history| history.read_piece(base, number))? else { break };
        let Some(after) = rest.strip_prefix(piece.as_slice()) else { return Ok(false) };
        rest = after;
    }
    Ok(rest.is_empty())
}
