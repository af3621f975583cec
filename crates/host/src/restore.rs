//! The state that a start continues from: the snapshot, else the base, else an empty world.

use crate::base::Steps;
use crate::console::tell_operator;
use crate::snapshots::Coverage;
use crate::{base, snapshot};
use parlor_storage::journal::history::{Base, History};
use parlor_storage::{Journal, JournalError, Snapshot};
use parlor_world::{Effects, World};

/// A world after the first events of a journal.
struct State {
    /// How many events it covers.
    covered: u64,
    /// The length of the snapshot that it was read from; 0 if there was none.
    size: u64,
    world: World,
}

/// Restores the world that a journal holds. `key` is the key of the world if the journal is empty.
///
/// # Errors
///
/// When an event can't be read, or the events were dropped and neither the snapshot nor the base can be used.
pub(crate) fn restore(journal: &mut dyn Journal, key: [u8; 16]) -> Result<(Coverage, World), JournalError> {
    let empty = || State { covered: 0, size: 0, world: World::new(key) };
    let state = match read_snapshot(journal) {
        Some(state) => state,
        None => read_base(journal)?.unwrap_or_else(empty),
    };
    let State { covered, size, mut world } = state;
    let effects = &mut Effects::default();
    journal.replay(covered, &mut |recorded| {
        world.apply(&recorded, effects);
        effects.clear();
    })?;
    let base = journal.history().filter(|history| !history.is_kept()).map(|history| history.base());
    Ok((Coverage::new(covered, size, base), world))
}

fn read_snapshot(journal: &mut dyn Journal) -> Option<State> {
    match journal.latest_snapshot() {
        // A later version may have written it if it can't be decoded.
        Ok(saved) => saved.and_then(|Snapshot { events, length, bytes }| {
            Some(State { covered: events, size: length, world: snapshot::decode(bytes).ok()? })
        }),
        // It was left over when somebody removed the data file.
        Err(_) if journal.is_empty() => None,
        Err(error) => {
            tell_operator(&format!("{}; the events are replayed instead", error.explain()));
            None
        }
    }
}

/// Returns the world of the base; `None` if the events can be replayed from the first.
fn read_base(journal: &mut dyn Journal) -> Result<Option<State>, JournalError> {
    let Some(mut history) = journal.history().filter(|history| history.base() > 0) else { return Ok(None) };
    let covered = history.base();
    match read(&mut history) {
        Ok(world) => Ok(Some(State { covered, size: 0, world })),
        Err(error) if history.first() > 0 => Err(error),
        Err(error) => {
            tell_operator(&format!("{}; the events are replayed instead", error.explain()));
            Ok(None)
        }
    }
}

/// Reads the base, if there is one, as a start would.
///
/// # Errors
///
/// When it is damaged, or cannot be read by this version.
pub fn verify_base(history: &mut dyn History) -> Result<(), JournalError> {
    let mut steps = history;
    if steps.base() == 0 { Ok(()) } else { read(&mut steps).map(drop) }
}

fn read(steps: &mut impl Steps) -> Result<World, JournalError> {
    let bytes = base::read(Base::Current, steps)?;
    snapshot::decode(bytes.as_slice()).map_err(|reason| JournalError::Base { reason })
}
