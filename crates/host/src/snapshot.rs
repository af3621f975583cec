//! A world as bytes, for a fast start. Never the only copy: what can't be read is replayed from the events.

use parlor_world::World;
use parlor_world::shared::{reading_snapshot, writing_snapshot};

/// Raised with every change of the world's own layout; snapshots of other layouts are replayed instead.
const LAYOUT: u32 = 5;

pub(crate) fn encode(world: &World) -> Option<Vec<u8>> {
    writing_snapshot(|| postcard::to_stdvec(&(LAYOUT, world)).ok())
}

pub(crate) fn decode(bytes: &[u8]) -> Option<World> {
    let (layout, rest) = postcard::take_from_bytes::<u32>(bytes).ok()?;
    if layout != LAYOUT {
        return None;
    }
    reading_snapshot(|| postcard::from_bytes(rest).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_world::account::{CreateBot, CreateUser, UserProfile};
    use parlor_world::authorization::{Client, KeyId, KeySecret, SignIn};
    use parlor_world::dialog::{ChatRef, Start};
    use parlor_world::message::{EditText, Route, Send};
    use parlor_world::text::Text;
    use parlor_world::{AccountId, BotId, Command, DialogId, MessageId, Side, Timestamp, UserId};

    fn done<C: Command>(world: &mut World, command: C) {
        assert!(world.handle(&command, Timestamp(1_790_000_000_000), &mut Vec::new()).is_ok());
    }

    /// A message is in its dialog, in both logs and in the queue; an edit leaves the old one in the logs only.
    #[test]
    fn what_is_shared_is_written_once_and_shared_again() {
        let mut world = World::new([7; 16]);
        let (user, bot) = (UserId(1), BotId(101));
        let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
        done(&mut world, CreateUser { id: Some(user), profile });
        done(&mut world, CreateBot { id: Some(bot), ..CreateBot::default() });
        let (key, secret, client) = (KeyId(1), KeySecret(String::new()), Client::default());
        done(&mut world, SignIn { key, secret, account: AccountId::Bot(bot), client });
        let dialog = DialogId { user, bot };
        done(&mut world, Start { dialog, payload: None, random_id: None });
        let long = "a text that is found again".repeat(150);
        done(&mut world, Send::by_user(dialog, Text::plain(&long)));
        done(&mut world, Send::by_bot(bot, ChatRef::Id(1), Text::plain("before")));
        let text = Text::plain("after");
        let route = Route::Bot(bot, ChatRef::Id(1));
        done(&mut world, EditText { route, message: MessageId(3), text, link_preview: None, markup: None });

        let bytes = encode(&world).unwrap();
        assert!(bytes.len() < 2 * long.len(), "the long text is there more than once");
        let read = decode(&bytes).unwrap();
        assert_eq!(encode(&read).unwrap(), bytes, "what was shared is shared no more");
        // Speed limits begin anew with every start: the rest is as it was.
        assert_eq!(read.dialog(dialog).unwrap().messages(Side::User).count(), 3);
        assert!(read.user(user) == world.user(user));
        assert!(decode(&bytes[..bytes.len() - 1]).is_none());
        // Written by itself, a world needs no scope.
        let alone = postcard::to_stdvec(&read).unwrap();
        assert!(postcard::from_bytes::<World>(&alone).unwrap() == read);
    }
}
