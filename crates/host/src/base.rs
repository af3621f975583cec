//! A world as bytes that later versions can read: MessagePack with the names of fields and variants.
//!
//! Snapshots ([`crate::snapshot`]) are smaller and faster to read, but only by the version that wrote them. A base
//! stands for events that were dropped, so it is read like those: fields that are new have defaults, and a field is not
//! renamed without an alias.

use crate::snapshot;
use parlor_storage::JournalError;
use parlor_storage::journal::history::{Base, History, PIECE};
use parlor_world::World;
use parlor_world::shared::{reading_snapshot, writing_snapshot};
use serde::Deserialize;
use std::io::{self, Read, Write};

/// Raised when names and defaults are not enough to read an older base.
const FORMAT: u32 = 1;

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

/// Writes a world as the next base.
pub(crate) fn write(world: &World, steps: &mut impl Steps) -> Result<(), JournalError> {
    let mut pieces = PieceWriter { piece: Vec::with_capacity(PIECE), steps, failure: None };
    let written = writing_snapshot(|| {
        rmp_serde::encode::write_named(&mut pieces, &FORMAT)?;
        rmp_serde::encode::write_named(&mut pieces, world)
    });
    let written =
        written.map_err(JournalError::storage).and_then(|()| pieces.end().map_err(JournalError::storage));
    // The error of the journal, and not what the encoder says about it.
    match pieces.failure {
        Some(failure) => Err(failure),
        None => written,
    }
}

/// Reads the world from a base.
pub(crate) fn read(base: Base, steps: &mut impl Steps) -> Result<World, JournalError> {
    let mut pieces = PieceReader { base, next: 0, piece: io::Cursor::default(), steps, failure: None };
    let world = decode(&mut pieces);
    match pieces.failure {
        Some(failure) => Err(failure),
        None => world.map_err(|reason| JournalError::Base { reason }),
    }
}

/// Whether the next base holds the same world as that snapshot.
pub(crate) fn matches(state: &[u8], steps: &mut impl Steps) -> Result<bool, JournalError> {
    let world = read(Base::Next, steps)?;
    Ok(snapshot::encode(&world).is_some_and(|encoded| encoded == state))
}

fn decode(pieces: &mut impl Read) -> Result<World, String> {
    let mut decoder = rmp_serde::Deserializer::new(pieces);
    let format = u32::deserialize(&mut decoder).map_err(|error| error.to_string())?;
    if format > FORMAT {
        return Err(format!("it has format {format}, and this version reads up to {FORMAT}"));
    }
    reading_snapshot(|| World::deserialize(&mut decoder)).map_err(|error| error.to_string())
}

/// Cuts a stream into pieces of the next base.
struct PieceWriter<'a, S> {
    piece: Vec<u8>,
    steps: &'a mut S,
    failure: Option<JournalError>,
}

impl<S: Steps> PieceWriter<'_, S> {
    fn end(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece);
        if piece.is_empty() {
            return Ok(());
        }
        self.steps.step(|history| history.add_piece(&piece)).map_err(|error| keep(&mut self.failure, error))
    }
}

impl<S: Steps> Write for PieceWriter<'_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(&bytes[..taken]);
        if self.piece.len() == PIECE {
            self.end()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Joins the pieces of a base.
struct PieceReader<'a, S> {
    base: Base,
    next: u64,
    piece: io::Cursor<Vec<u8>>,
    steps: &'a mut S,
    failure: Option<JournalError>,
}

impl<S: Steps> Read for PieceReader<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.piece.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let (base, next) = (self.base, self.next);
        let piece = self.steps.step(|history| history.read_piece(base, next));
        match piece.map_err(|error| keep(&mut self.failure, error))? {
            Some(piece) => {
                self.piece = io::Cursor::new(piece);
                self.next += 1;
                self.piece.read(buffer)
            }
            None => Ok(0),
        }
    }
}

fn keep(failure: &mut Option<JournalError>, error: JournalError) -> io::Error {
    *failure = Some(error);
    io::Error::other("the journal failed")
}
