//! Conversations with BotFather, told as people have them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

mod support;

use parlor_world::markup::{ButtonAction, Markup};
use parlor_world::ops::account::{AdoptToken, CreateBot, CreateUser, DeleteBot, EditBot};
use parlor_world::ops::chat::{SetBlocked, StartBot};
use parlor_world::ops::message::Send;
use parlor_world::ops::query::PressButton;
use parlor_world::refusal::BotTextKind;
use parlor_world::state::account::{BOT_FATHER, Token, UserProfile};
use parlor_world::state::message::Message;
use parlor_world::text::Text;
use parlor_world::{AccountId, ChatId, Command, DialogView, Effects, Refusal, Timestamp, World};
use support::Stage;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const ANN: AccountId = AccountId(1);
const IVAN: AccountId = AccountId(2);

/// A world with two users, one of whom reads Russian.
struct Chat {
    world: Stage,
}

impl Chat {
    fn new() -> Self {
        let mut chat = Self { world: Stage::new(NOW) };
        for (id, language) in [(ANN, None), (IVAN, Some("ru-RU"))] {
            let language_code = language.map(Into::into);
            let profile = UserProfile { first_name: "X".into(), language_code, ..UserProfile::default() };
            chat.execute(&CreateUser { id: Some(id), profile }).unwrap();
        }
        chat
    }

    fn execute<C: Command>(&mut self, command: &C) -> Result<C::Outcome, Refusal> {
        self.world.execute(command, NOW)
    }

    fn dialog(&self, user: AccountId) -> DialogView<'_> {
        self.world.dialog(user, ChatId::private(user, BOT_FATHER)).unwrap()
    }

    /// Writes, and reads the answer.
    fn say(&mut self, user: AccountId, text: &str) -> String {
        self.execute(&Send::text(user, BOT_FATHER, Text::plain(text))).unwrap();
        let last = self.last(user);
        assert_eq!(last.from, BOT_FATHER, "an answer to {text}");
        last.text_for(user).unwrap().text.into()
    }

    /// Presses the button with that text under the last message that has one; reads the last message.
    fn press(&mut self, user: AccountId, text: &str) -> String {
        let buttons = |message: &&Message| message.markup().and_then(Markup::inline).is_some();
        let message = self.dialog(user).messages().rfind(buttons).unwrap();
        let mut keys = message.markup().unwrap().inline().unwrap().iter().flatten();
        let key = keys.find(|key| key.text == text).unwrap_or_else(|| panic!("no button {text}"));
        let ButtonAction::Callback(data) = key.action.clone() else { panic!("{text} asks for nothing") };
        let message = message.id_for(user);
        let query = self.execute(&PressButton { user, target: BOT_FATHER.into(), message, data }).unwrap();
        assert!(self.world.query(query).unwrap().answer.is_some(), "the press is answered");
        self.dialog(user).message(message).unwrap().text_for(user).unwrap().text.into()
    }

    fn last(&self, user: AccountId) -> &Message {
        self.dialog(user).last_message().unwrap()
    }

    fn bot(&self, username: &str) -> AccountId {
        self.world.by_username(username).unwrap_or_else(|| panic!("no {username}"))
    }

    fn token(&self, username: &str) -> String {
        self.world.bot(self.bot(username)).unwrap().token().unwrap()
    }

    /// Each line said by Ann, with a part of the answer.
    fn tell(&mut self, lines: &[(&str, &str)]) {
        for (said, expected) in lines {
            let answer = self.say(ANN, said);
            assert!(answer.contains(expected), "{said:?}: {answer:?} has no {expected:?}");
        }
    }

    /// The journal alone gives the same world.
    fn check_replay(&self) {
        let mut replayed = World::new([7; 16]);
        let effects = &mut Effects::default();
        self.world.journal.iter().for_each(|recorded| replayed.apply(recorded, effects));
        assert!(replayed == self.world.world, "replayed, the world is another one");
    }
}

#[test]
fn a_bot_is_made_and_its_token_works() {
    let mut chat = Chat::new();
    chat.tell(&[
        ("/start", "/newbot - create a new bot"),
        ("hello", "Unrecognized command. Say what?"),
        ("/mybots", "You don't have any bots yet"),
        ("/newbot", "Alright, a new bot. How are we going to call it?"),
        ("Tetris", "Good. Now let's choose a username for your bot."),
        ("tetris", "must end in 'bot'"),
        ("1_bot", "Sorry, this username is invalid."),
        ("@BotFather", "must end in 'bot'"),
        ("tetris_bot", "Use this token to access the HTTP API:\n"),
        ("/newbot", "Alright"),
        ("Second", "Good."),
        ("Tetris_Bot", "Sorry, this username is already taken."),
        ("/cancel", "The command newbot has been cancelled."),
        ("/cancel", "No active command to cancel."),
    ]);
    let token = chat.token("tetris_bot");
    assert!(chat.say(ANN, "/token").contains("Choose a bot"));
    assert!(matches!(chat.last(ANN).markup(), Some(Markup::Keyboard(_))));
    assert!(chat.say(ANN, "@tetris_bot").contains(&token));
    assert!(matches!(chat.last(ANN).markup(), Some(Markup::Remove { .. })), "the keyboard goes away again");
    let adopted = AdoptToken(Token::parse(&token).unwrap());
    assert_eq!(chat.execute(&adopted), Ok(chat.bot("tetris_bot")));
    chat.tell(&[("/revoke", "your old token will stop working"), ("tetris_bot", "replaced with a new one")]);
    assert_eq!(chat.execute(&adopted), Err(Refusal::TokenInvalid));
    chat.check_replay();
}

#[test]
fn everything_about_a_bot_can_be_set() {
    let mut chat = Chat::new();
    chat.tell(&[("/newbot", ""), ("Tetris", ""), ("tetris_bot", "Done!")]);
    let long = "x".repeat(121);
    chat.tell(&[
        ("/setname", "Choose a bot to change name."),
        ("@nobody_bot", "Invalid bot selected."),
        ("@tetris_bot", "OK. Send me the new name"),
        (&long, "64 characters at most"),
        ("Blocks", "Success! Name updated."),
        ("/setdescription", ""),
        ("tetris_bot", "What can this bot do?"),
        ("Falling blocks", "Success! Description updated."),
        ("/setabouttext", ""),
        ("tetris_bot", "'About' text"),
        (&long, "120 characters at most"),
        ("A game", "Success! About section updated."),
        ("/setcommands", ""),
        ("tetris_bot", "command1 - Description"),
        ("no list", "the list of commands is invalid"),
        ("play - Play a game\nscore - The best players", "Success! Command list updated."),
        ("/setdomain", ""),
        ("tetris_bot", "Current domain is: none"),
        ("no domain!", "that is not a domain"),
        ("https://example.com/", "Success! Domain updated."),
        ("/setjoingroups", ""),
        ("tetris_bot", "Current status is: ENABLED"),
        ("perhaps", "Please choose 'Enable' or 'Disable'."),
        ("Disable", "The new status is: DISABLED."),
        ("/setprivacy", ""),
        ("tetris_bot", "Current status is: ENABLED"),
        ("disable", "The new status is: DISABLED."),
        ("/setinline", ""),
        ("tetris_bot", "Current status is: DISABLED"),
        ("Find a game", "Success! Inline settings updated."),
    ]);
    let bot = chat.world.bot(chat.bot("tetris_bot")).unwrap();
    let texts = [
        (BotTextKind::Name, "Blocks"),
        (BotTextKind::Description, "Falling blocks"),
        (BotTextKind::ShortDescription, "A game"),
        (BotTextKind::Domain, "example.com"),
        (BotTextKind::InlinePlaceholder, "Find a game"),
    ];
    for (kind, text) in texts {
        assert_eq!(bot.settings.text(kind, ""), text);
    }
    let commands = bot.settings.shown_commands(ANN, "");
    assert_eq!(commands.iter().map(|c| &*c.command).collect::<Vec<_>>(), ["play", "score"]);
    let flags = bot.flags;
    assert!(!flags.can_join_groups && flags.can_read_all_group_messages && flags.supports_inline_queries);
    chat.tell(&[
        ("/setcommands", ""),
        ("tetris_bot", ""),
        ("/empty", "Command list updated."),
        ("/deletebot", "Choose a bot to delete."),
        ("tetris_bot", "Are you sure?"),
        ("Yes", "Please enter the confirmation text exactly"),
        ("Yes, I am totally sure.", "Done! The bot is gone."),
        ("/token", "You don't have any bots yet."),
    ]);
    chat.check_replay();
}

#[test]
fn menus_do_the_same() {
    let mut chat = Chat::new();
    chat.tell(&[
        ("/newbot", ""),
        ("Tetris", ""),
        ("tetris_bot", ""),
        ("/mybots", "Choose a bot from the list below:"),
    ]);
    assert!(chat.press(ANN, "@tetris_bot").starts_with("Here it is: Tetris @tetris_bot."));
    let before = chat.token("tetris_bot");
    assert!(chat.press(ANN, "API Token").contains(&before));
    assert!(!chat.press(ANN, "Revoke current token").contains(&before));
    chat.press(ANN, "« Back to Bot");
    chat.press(ANN, "Edit Bot");
    chat.press(ANN, "Edit Name");
    assert!(chat.say(ANN, "Blocks").contains("Name updated"));
    chat.press(ANN, "« Back to Bot");
    assert!(chat.press(ANN, "Bot Settings").contains("Settings for @tetris_bot"));
    chat.press(ANN, "Allow Groups?");
    assert!(chat.say(ANN, "Disable").contains("DISABLED"));
    chat.press(ANN, "« Back to Bot");
    assert!(chat.press(ANN, "« Back to Bot List").contains("Choose a bot"));
    chat.check_replay();
}

#[test]
fn it_speaks_russian_and_keeps_people_apart() {
    let mut chat = Chat::new();
    assert!(chat.say(IVAN, "/newbot").contains("новый бот"));
    assert!(chat.say(IVAN, "Тетрис").contains("имя пользователя"));
    // Two conversations at once don't meet.
    chat.tell(&[("Tetris", "Unrecognized command")]);
    assert!(chat.say(IVAN, "ivan_bot").contains("Поздравляем"));
    chat.tell(&[("/token", "You don't have any bots yet.")]);
    // A bot that came by its token belongs to nobody: whoever is here may change it.
    let nobodys = CreateBot { username: Some("free_bot".to_owned()), ..CreateBot::default() };
    chat.execute(&nobodys).unwrap();
    chat.tell(&[("/setname", ""), ("@ivan_bot", "Invalid bot"), ("@BotFather", "Invalid bot")]);
    chat.tell(&[("@free_bot", "OK.")]);
    // A keyboard offers only so many; by its name, every one is found.
    for _ in 0..80 {
        chat.execute(&CreateBot::default()).unwrap();
    }
    let last = chat.world.bots().last().unwrap().username.to_string();
    chat.tell(&[("/setname", ""), (&last, "OK.")]);
    chat.check_replay();
}

/// Whatever is asked, the answer is in the person's language.
#[test]
fn no_answer_is_left_in_english() {
    let mut chat = Chat::new();
    let conversations: [&[&str]; 16] = [
        &["/start", "?", "/cancel", "/mybots", "/token"],
        &["/newbot", "Тетрис", "tetris", "1_bot", "botfather_bot!", "/cancel"],
        &["/newbot", "Тетрис", "tetris_bot"],
        &["/token", "@nobody_bot", "@tetris_bot"],
        &["/revoke", "@tetris_bot"],
        &["/setname", "@tetris_bot", "Кубики"],
        &["/setdescription", "@tetris_bot", "Падают кубики"],
        &["/setabouttext", "@tetris_bot", "Игра"],
        &["/setcommands", "@tetris_bot", "нет", "play - Играть"],
        &["/setdomain", "@tetris_bot", "!", "example.com"],
        &["/setjoingroups", "@tetris_bot", "?", "Disable"],
        &["/setprivacy", "@tetris_bot", "Disable"],
        &["/setinline", "@tetris_bot", "Найти игру"],
        &["/setinline", "@tetris_bot", "/empty"],
        &["/mybots", "/deletebot", "@tetris_bot", "Да"],
        &["/deletebot", "@tetris_bot", "Yes, I am totally sure."],
    ];
    for said in conversations.into_iter().flatten() {
        let answer = chat.say(IVAN, said);
        let letters = answer.chars().filter(|c| ('а'..='я').contains(c)).count();
        assert!(letters > 5, "{said}: {answer}");
    }
    chat.check_replay();
}

#[test]
fn bot_father_itself_cannot_be_changed_and_blocking_silences_it() {
    let mut chat = Chat::new();
    let id = BOT_FATHER;
    assert_eq!(chat.execute(&DeleteBot { bot: id }), Err(Refusal::BotNotFound));
    let edit = EditBot { username: Some("other_bot".to_owned()), ..EditBot::new(id) };
    assert_eq!(chat.execute(&edit), Err(Refusal::BotNotFound));
    assert!(chat.world.bot(id).unwrap().token().is_none());
    // Its id is among those of users, and does not disturb them.
    let profile = UserProfile { first_name: "X".into(), ..UserProfile::default() };
    let made = chat.execute(&CreateUser { id: None, profile: profile.clone() });
    assert_eq!(made, Ok(AccountId(1_000_001)));
    let taken = CreateUser { id: Some(id), profile };
    assert_eq!(chat.execute(&taken), Err(Refusal::AccountIdUnavailable));
    assert!(Token::parse(&format!("{id}:")).is_none());
    let payload = Some("x".to_owned());
    chat.execute(&StartBot { user: ANN, bot: id, payload, random_id: None }).unwrap();
    assert!(chat.last(ANN).text_for(ANN).unwrap().text.contains("/newbot"));
    chat.execute(&SetBlocked { user: ANN, target: id.into(), is_blocked: true }).unwrap();
    let refused = chat.execute(&Send::text(ANN, id, Text::plain("/help")));
    assert_eq!(refused.map(drop), Err(Refusal::YouBlockedUser));
    chat.check_replay();
}
