//! Restores a world at startup: from the snapshot, otherwise from the base, otherwise from an empty world.

use crate::base::Steps;
use crate::console::notify_operator;
use crate::snapshots::Coverage;
use crate::{base, snapshot};
use parlor_storage::journal::history::{Base, History};
use parlor_storage::{Journal, JournalError, Snapshot};
use parlor_world::{Effects, World};

/// A world after the first events of a journal.
struct State {
    /// How many events are applied to it.
    covered: u64,
    /// The length of the snapshot that it was read from; 0 if it was not read from one.
    size: u64,
    world: World,
}

/// Restores the world that a journal holds. `key` is the key of the world if the journal is empty.
///
/// # Errors
///
/// If an event can't be read, or if events were dropped and neither the snapshot nor the base can be used.
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
        // A snapshot that can't be decoded is ignored: a later version may have written it.
        Ok(saved) => saved.and_then(|Snapshot { events, length, bytes }| {
            Some(State { covered: events, size: length, world: snapshot::decode(bytes).ok()? })
        }),
        // The snapshot file was left behind when the data file was deleted.
        Err(_) if journal.is_empty() => None,
        Err(error) => {
            notify_operator(&format!("{}; the events are replayed instead", error.explain()));
            None
        }
    }
}

/// Returns the world of the base; `None` if there is no base, or if it can't be read and no event was dropped yet.
fn read_base(journal: &mut dyn Journal) -> Result<Option<State>, JournalError> {
    let Some(mut history) = journal.history().filter(|history| history.base() > 0) else { return Ok(None) };
    let covered = history.base();
    match read(&mut history) {
        Ok(world) => Ok(Some(State { covered, size: 0, world })),
        Err(error) if history.first() > 0 => Err(error),
        Err(error) => {
            notify_operator(&format!("{}; the events are replayed instead", error.explain()));
            Ok(None)
        }
    }
}

/// Verifies every row of the base, if there is one. Opening a world does not: it decodes a row when the row is used.
///
/// # Errors
///
/// If the base is damaged, or cannot be read by this version.
pub fn verify_base(history: &mut dyn History) -> Result<(), JournalError> {
    let mut steps = history;
    if steps.base() == 0 {
        return Ok(());
    }
    let bytes = base::read(Base::Current, &mut steps)?;
    snapshot::verify(bytes.as_slice()).map_err(|reason| JournalError::Base { reason })
}

fn read(steps: &mut impl Steps) -> Result<World, JournalError> {
    let bytes = base::read(Base::Current, steps)?;
    snapshot::decode(bytes.as_slice()).map_err(|reason| JournalError::Base { reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Encoder;
    use parlor_storage::Memory;
    use parlor_world::Timestamp;
    use parlor_world::ops::account::CreateUser;
    use parlor_world::state::account::UserProfile;

    /// The checksums of the pieces are right here: they are computed over the damaged bytes.
    #[test]
    fn every_row_of_a_base_is_verified() {
        let mut world = World::new([7; 16]);
        let mut events = vec![world.genesis(Timestamp(1))];
        let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
        let create = CreateUser { id: None, profile };
        assert!(world.handle(&create, Timestamp(1), &mut events, &mut Effects::default()).is_ok());
        let mut encoder = Encoder::begin(&mut world);
        while encoder.needs_rows() {
            encoder.add_rows(&mut world, 100);
        }
        let whole = encoder.take_piece().unwrap().unwrap();
        let mut damaged = whole.clone();
        let name = damaged.windows(3).position(|part| part == b"Ann").unwrap();
        damaged[name] = 0xff;
        for (bytes, is_intact) in [(whole, true), (damaged, false)] {
            let mut journal = Memory::keeping();
            journal.append(0, &events).unwrap();
            let history = journal.history().unwrap();
            history.add_piece(&bytes).unwrap();
            history.adopt(events.len() as u64).unwrap();
            assert_eq!(verify_base(history).is_ok(), is_intact);
        }
    }
}
