//! A world for tests of decoders and views.

use parlor_world::ops::account::{AdoptToken, CreateUser};
use parlor_world::ops::message::Send;
use parlor_world::ops::session::SignIn;
use parlor_world::state::account::{Token, UserProfile};
use parlor_world::state::session::{ClientInfo, KeyId, KeySecret};
use parlor_world::text::Text;
use parlor_world::{AccountId, Command, Effects, Timestamp, World};

pub(crate) const ANN: AccountId = AccountId(1001);
pub(crate) const BOB: AccountId = AccountId(1002);
pub(crate) const BOT: AccountId = AccountId(777);
pub(crate) const OTHER_BOT: AccountId = AccountId(778);

/// Two users and two bots without any chats.
pub(crate) struct TestWorld {
    pub(crate) world: World,
    /// The effects of the last command.
    pub(crate) effects: Effects,
}

impl TestWorld {
    pub(crate) fn new() -> Self {
        let mut world = Self { world: World::new([7; 16]), effects: Effects::default() };
        for (id, name) in [(ANN, "Ann"), (BOB, "Bob")] {
            let profile = UserProfile { first_name: name.into(), ..UserProfile::default() };
            world.run(CreateUser { id: Some(id), profile });
        }
        for bot in [BOT, OTHER_BOT] {
            world.run(AdoptToken(Token { bot, secret: "AAAA".into() }));
        }
        world
    }

    /// Executes a command.
    pub(crate) fn run<C: Command>(&mut self, command: C) -> C::Outcome {
        self.effects = Effects::default();
        self.world.handle(&command, NOW, &mut Vec::new(), &mut self.effects).unwrap()
    }

    pub(crate) fn send(&mut self, from: AccountId, to: AccountId, text: &str) {
        self.run(Send::text(from, to, Text::plain(text)));
    }

    /// Signs a bot in, after which it has a log of updates.
    pub(crate) fn use_mtproto(&mut self, account: AccountId) {
        let (key, secret) = (KeyId(1), KeySecret(String::new()));
        self.run(SignIn { key, secret, account, client: ClientInfo::default() });
    }

    /// Returns the date of all events.
    #[expect(clippy::unused_self, reason = "reads as the world's date")]
    pub(crate) fn date(&self) -> i32 {
        crate::view::date(NOW)
    }
}

const NOW: Timestamp = Timestamp(1_790_000_000_000);
