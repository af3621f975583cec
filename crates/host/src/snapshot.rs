//! A world as bytes, for a fast start: its rows in MessagePack, one after the other, with the names of all fields. A later
//! Parlor can read it, as it reads the journal's JSON.

use parlor_world::World;
use parlor_world::state::snapshot::{Row, RowRef};
use std::io::Cursor;

/// The version of the form: the first value of every snapshot. Within a version, fields of rows are only added, with a
/// default.
const VERSION: u32 = 1;

/// A snapshot that is being written, row by row, while the world goes on.
pub(crate) struct Encoder {
    bytes: Vec<u8>,
    /// False once a row could not be encoded.
    is_whole: bool,
}

impl Encoder {
    /// Begins with the world as it is now.
    pub(crate) fn begin(world: &mut World) -> Self {
        let head = world.begin_capture();
        let mut encoder = Self { bytes: Vec::new(), is_whole: true };
        encoder.is_whole &= rmp_serde::encode::write(&mut encoder.bytes, &VERSION).is_ok();
        encoder.add(&RowRef::Head(&head));
        encoder
    }

    /// Adds up to `limit` more rows; returns whether there are more.
    pub(crate) fn advance(&mut self, world: &mut World, limit: usize) -> bool {
        world.capture(limit, &mut |row| self.add(&row)) == limit
    }

    /// `None` if a row could not be encoded.
    pub(crate) fn finish(self) -> Option<Vec<u8>> {
        Some(self.bytes).filter(|_| self.is_whole)
    }

    fn add(&mut self, row: &RowRef<'_>) {
        self.is_whole &= rmp_serde::encode::write_named(&mut self.bytes, row).is_ok();
    }
}

/// Whether a snapshot can be read, and is written again as it is.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let Ok(mut world) = decode(bytes) else { return false };
    let mut encoder = Encoder::begin(&mut world);
    while encoder.advance(&mut world, usize::MAX) {}
    encoder.finish().is_some_and(|again| again == bytes)
}

/// The world of a snapshot.
///
/// # Errors
///
/// What is wrong with it: it is damaged, or a later version wrote it.
pub(crate) fn decode(bytes: &[u8]) -> Result<World, String> {
    let broken = |error: rmp_serde::decode::Error| error.to_string();
    let mut reader = Cursor::new(bytes);
    let mut world = World::unrestored();
    let version: u32 = rmp_serde::from_read(&mut reader).map_err(broken)?;
    if version != VERSION {
        return Err(format!("it has version {version}, and this Parlor reads version {VERSION}"));
    }
    while reader.position() < bytes.len() as u64 {
        world.restore(rmp_serde::from_read::<_, Row>(&mut reader).map_err(broken)?);
    }
    Ok(world.restored())
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
        while encoder.advance(world, 2) {}
        encoder.finish().unwrap()
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
        let long = "a text that is found again".repeat(150);
        stage.execute(Send::text(user, bot, Text::plain(&long)));
        stage.execute(Send::text(bot, user, Text::plain("before")));
        let edit = MessageEdit::Text { text: Text::plain("after"), link_preview: None };
        let (actor, target, message) = (bot.into(), user.into(), MessageId(3));
        stage.execute(EditMessage { actor, target, message, edit, markup: None });

        let bytes = encode(&mut stage.world);
        let copies = bytes.windows(long.len()).filter(|part| *part == long.as_bytes()).count();
        assert_eq!(copies, 1, "the long text");
        let mut read = decode(&bytes).unwrap();
        assert_eq!(encode(&mut read), bytes, "equal worlds give equal bytes");
        // Speed limits begin anew with every start: the rest is as it was.
        assert_eq!(read.dialog(user, ChatId::private(user, bot)).unwrap().messages().count(), 3);
        assert!(read.user(user) == stage.world.user(user));
        assert!(is_whole(&bytes));
        assert!(decode(&bytes[..bytes.len() - 1]).is_err());
        // Neither does it matter how the world came to be.
        let mut replayed = World::new([0; 16]);
        let effects = &mut Effects::default();
        stage.journal.iter().for_each(|recorded| replayed.apply(recorded, effects));
        assert_eq!(encode(&mut replayed), bytes);
    }
}
