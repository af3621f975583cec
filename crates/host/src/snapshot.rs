//! Encodes a world for a fast start: its packed rows, leaf by leaf, in MessagePack with the names of all fields. Later
//! versions can read it, as they can read the journal's JSON.

use parlor_storage::JournalError;
use parlor_world::World;
use parlor_world::state::snapshot::{Part, PartRef};
use serde::Serialize;
use std::io::BufRead;

/// The version of the format, which is the first value of every snapshot. Within a version, fields of rows are only added,
/// with a default.
const VERSION: u32 = 2;

/// A snapshot that is being encoded, part by part, while the world executes commands.
pub(crate) struct Encoder {
    /// Encoded bytes that were not taken yet.
    bytes: Vec<u8>,
    /// The first part that could not be encoded.
    failure: Option<rmp_serde::encode::Error>,
    is_done: bool,
}

/// The minimum length of a piece, in bytes; only the last may be shorter.
const PIECE: usize = 1 << 20;

impl Encoder {
    /// Begins with the world as it is now.
    pub(crate) fn begin(world: &mut World) -> Self {
        let head = world.begin_capture();
        let mut encoder = Self { bytes: Vec::new(), failure: None, is_done: false };
        encoder.add(&VERSION);
        encoder.add(&PartRef::Head(&head));
        encoder
    }

    /// Returns whether the piece is too short, and there are more rows.
    pub(crate) fn needs_rows(&self) -> bool {
        !self.is_done && self.bytes.len() < PIECE
    }

    /// Adds about `rows` rows of the world, as it was when the snapshot began.
    pub(crate) fn add_rows(&mut self, world: &mut World, rows: usize) {
        self.is_done = !world.capture(rows, &mut |part| self.add(&part));
    }

    /// Returns the next piece; `None` after the last.
    ///
    /// # Errors
    ///
    /// If a part could not be encoded.
    pub(crate) fn take_piece(&mut self) -> Option<Result<Vec<u8>, JournalError>> {
        if let Some(failure) = self.failure.take() {
            return Some(Err(JournalError::storage(failure)));
        }
        let piece = std::mem::take(&mut self.bytes);
        (!piece.is_empty()).then_some(Ok(piece))
    }

    fn add(&mut self, part: &impl Serialize) {
        if let Err(error) = rmp_serde::encode::write_named(&mut self.bytes, part) {
            self.failure.get_or_insert(error);
        }
    }
}

/// Checks that every row of a snapshot can be decoded, and encodes to the same bytes again.
///
/// # Errors
///
/// A description of the first problem.
pub(crate) fn verify(bytes: impl BufRead) -> Result<(), String> {
    each_part(bytes, |part| part.verify())
}

/// Decodes a world from a snapshot. Its rows are decoded later, when they are used.
///
/// # Errors
///
/// A description of the problem, if the snapshot is damaged or was written by a later version.
pub(crate) fn decode(bytes: impl BufRead) -> Result<World, String> {
    let mut world = World::being_restored();
    each_part(bytes, |part| {
        world.restore(part);
        Ok(())
    })?;
    Ok(world.restored())
}

fn each_part(mut bytes: impl BufRead, mut act: impl FnMut(Part) -> Result<(), String>) -> Result<(), String> {
    let broken = |error: rmp_serde::decode::Error| error.to_string();
    let version: u32 = rmp_serde::from_read(&mut bytes).map_err(broken)?;
    if version != VERSION {
        return Err(format!("it has version {version}, and this Parlor reads version {VERSION}"));
    }
    while !bytes.fill_buf().map_err(|error| error.to_string())?.is_empty() {
        act(rmp_serde::from_read(&mut bytes).map_err(broken)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_world::ops::account::{CreateBot, CreateUser};
    use parlor_world::ops::chat::StartBot;
    use parlor_world::ops::message::{EditMessage, MessageEdit, Send};
    use parlor_world::ops::session::SignIn;
    use parlor_world::state::account::UserProfile;
    use parlor_world::state::session::{ClientInfo, KeyId, KeySecret};
    use parlor_world::text::Text;
    use parlor_world::{AccountId, ChatId, Command, Effects, MessageId, Recorded, Timestamp};

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    /// A world with its journal.
    struct Stage {
        world: World,
        journal: Vec<Recorded>,
    }

    impl Stage {
        fn execute<C: Command>(&mut self, command: C) {
            let done = self.world.handle(&command, NOW, &mut self.journal, &mut Effects::default());
            assert!(done.is_ok());
        }
    }

    fn encode(world: &mut World) -> Vec<u8> {
        let mut encoder = Encoder::begin(world);
        while encoder.needs_rows() {
            encoder.add_rows(world, 2);
        }
        let piece = encoder.take_piece().unwrap().unwrap();
        assert!(encoder.take_piece().is_none());
        piece
    }

    /// A message is in a chat, in two boxes, two logs and a queue; an edit leaves the old version in the logs only.
    #[test]
    fn a_message_is_written_once() {
        let world = World::new([7; 16]);
        let mut stage = Stage { journal: vec![world.genesis(NOW)], world };
        let (user, bot) = (AccountId(1), AccountId(101));
        let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
        stage.execute(CreateUser { id: Some(user), profile });
        stage.execute(CreateBot { id: Some(bot), ..CreateBot::default() });
        let (key, secret, client) = (KeyId(1), KeySecret(String::new()), ClientInfo::default());
        stage.execute(SignIn { key, secret, account: bot, client });
        stage.execute(StartBot { user, bot, payload: None, random_id: None });
        let text = "Kp7#qZ!mW2^xR9&vT4*yB6(uN1)sL5-";
        stage.execute(Send::text(user, bot, Text::plain(text)));
        stage.execute(Send::text(bot, user, Text::plain("before")));
        let edit = MessageEdit::Text { text: Text::plain("after"), link_preview: None };
        let (actor, target, message) = (bot.into(), user.into(), MessageId(3));
        stage.execute(EditMessage { actor, target, message, edit, markup: None });

        let bytes = encode(&mut stage.world);
        let copies = bytes.windows(text.len()).filter(|part| *part == text.as_bytes()).count();
        assert_eq!(copies, 1);
        let mut read = decode(bytes.as_slice()).unwrap();
        assert_eq!(encode(&mut read), bytes, "equal worlds give equal bytes");
        // Rate limits are not stored, so the worlds are compared by parts.
        assert_eq!(read.dialog(user, ChatId::private(user, bot)).unwrap().messages().count(), 3);
        assert!(read.user(user) == stage.world.user(user));
        assert_eq!(verify(bytes.as_slice()), Ok(()));
        assert!(verify(&bytes[..bytes.len() - 1]).is_err());
        assert!(decode(&bytes[..bytes.len() - 1]).is_err());
        // A replayed world gives the same bytes as a decoded one.
        let mut replayed = World::new([0; 16]);
        let effects = &mut Effects::default();
        stage.journal.iter().for_each(|recorded| replayed.apply(recorded, effects));
        assert_eq!(encode(&mut replayed), bytes);
    }
}
