//! Random commands from many users and bots: what must hold whatever they do.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use parlor_world::account::{CreateBot, CreateUser, DeleteUser, UserProfile};
use parlor_world::authorization::{Client, KeyId, KeySecret, SignIn};
use parlor_world::dialog::{
    AllowWriting, Block, ChatRef, DecideJoin, RequestToJoin, See, Start, WriteAccess,
};
use parlor_world::message::{Delete, Forward, Message, Mode, Pin, Route, Send};
use parlor_world::text::Text;
use parlor_world::updates::{Confirm, Update, Weight};
use parlor_world::{
    AccountId, BotId, DialogId, MessageId, Recorded, Refusal, Side, Timestamp, UserId, World, bot_father,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

const USERS: i64 = 3;
const BOTS: i64 = 2;

#[derive(Debug, Clone)]
enum Act {
    Start(DialogId),
    UserWrites(DialogId),
    BotWrites(DialogId),
    Block(DialogId, bool),
    See(DialogId),
    DeleteUser(UserId),
    DeleteMessage(DialogId, i32),
    Pin(DialogId, i32),
    Confirm(BotId, i64),
    Forward(DialogId, BotId, i32),
    Allow(DialogId),
    Join(DialogId),
    Decide(DialogId),
    TellsBotFather(UserId, &'static str),
}

/// What people say to BotFather, in any order.
const LINES: [&str; 14] = [
    "/newbot",
    "Tetris",
    "tetris_bot",
    "/setname",
    "@tetris_bot",
    "@b101_bot",
    "/setjoingroups",
    "Disable",
    "/revoke",
    "/deletebot",
    "Yes, I am totally sure.",
    "/mybots",
    "/empty",
    "/cancel",
];

const CHAT: i64 = -1_001_000_000_001;

fn dialog() -> impl Strategy<Value = DialogId> {
    (1..=USERS, 1..=BOTS).prop_map(|(user, bot)| DialogId { user: UserId(user), bot: BotId(100 + bot) })
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => dialog().prop_map(Act::Start),
        8 => dialog().prop_map(Act::UserWrites),
        16 => dialog().prop_map(Act::BotWrites),
        4 => (dialog(), any::<bool>()).prop_map(|(dialog, blocked)| Act::Block(dialog, blocked)),
        2 => dialog().prop_map(Act::See),
        1 => (1..=USERS).prop_map(|user| Act::DeleteUser(UserId(user))),
        2 => (dialog(), 1..20i32).prop_map(|(dialog, id)| Act::DeleteMessage(dialog, id)),
        2 => (dialog(), 1..20i32).prop_map(|(dialog, id)| Act::Pin(dialog, id)),
        2 => (1..=BOTS, -3..6i64).prop_map(|(bot, step)| Act::Confirm(BotId(100 + bot), step)),
        2 => (dialog(), dialog(), 1..20i32).prop_map(|(from, to, id)| Act::Forward(from, to.bot, id)),
        1 => dialog().prop_map(Act::Allow),
        2 => dialog().prop_map(Act::Join),
        1 => dialog().prop_map(Act::Decide),
        8 => (1..=USERS, prop::sample::select(&LINES[..]))
            .prop_map(|(user, line)| Act::TellsBotFather(UserId(user), line)),
    ]
}

fn populated(journal: &mut Vec<Recorded>) -> World {
    let mut world = World::new([7; 16]);
    journal.push(world.birth(Timestamp(0)));
    for id in 1..=USERS {
        let profile = UserProfile { first_name: "User".into(), ..UserProfile::default() };
        world.handle(&CreateUser { id: Some(UserId(id)), profile }, Timestamp(0), journal).unwrap();
    }
    for id in 1..=BOTS {
        let bot = CreateBot { id: Some(BotId(100 + id)), ..CreateBot::default() };
        world.handle(&bot, Timestamp(0), journal).unwrap();
        // It uses MTProto too: its log has everything.
        let sign_in = SignIn {
            key: KeyId(id),
            secret: KeySecret(String::new()),
            account: AccountId::Bot(BotId(100 + id)),
            client: Client::default(),
        };
        world.handle(&sign_in, Timestamp(0), journal).unwrap();
    }
    world
}

fn perform(world: &mut World, act: &Act, now: Timestamp, journal: &mut Vec<Recorded>) -> Result<(), Refusal> {
    let chat = |dialog: &DialogId| ChatRef::Id(dialog.user.0);
    match act {
        Act::Start(dialog) => {
            world.handle(&Start { dialog: *dialog, payload: None, random_id: None }, now, journal).map(drop)
        }
        Act::UserWrites(dialog) => {
            world.handle(&Send::by_user(*dialog, Text::plain("hi")), now, journal).map(drop)
        }
        Act::BotWrites(dialog) => {
            world.handle(&Send::by_bot(dialog.bot, chat(dialog), Text::plain("ho")), now, journal).map(drop)
        }
        Act::Block(dialog, blocked) => {
            world.handle(&Block { dialog: *dialog, blocked: *blocked }, now, journal)
        }
        Act::See(dialog) => world.handle(&See { dialog: *dialog }, now, journal),
        Act::DeleteUser(user) => world.handle(&DeleteUser { user: *user }, now, journal),
        Act::DeleteMessage(dialog, id) => {
            let messages = vec![MessageId(*id)];
            let delete = Delete { bot: dialog.bot, chat: chat(dialog), messages, skip_missing: true };
            world.handle(&delete, now, journal)
        }
        Act::Pin(dialog, id) => {
            let route = Route::Bot(dialog.bot, chat(dialog));
            let pin = Pin { route, message: Some(MessageId(*id)), pinned: true, silent: false };
            world.handle(&pin, now, journal)
        }
        Act::Forward(from, bot, id) => {
            let forward = Forward {
                to: Route::User(DialogId { bot: *bot, ..*from }),
                from: Route::User(*from),
                messages: vec![MessageId(*id).into()],
                skip_missing: false,
                mode: Mode::Forward,
                silent: false,
                protected: false,
            };
            world.handle(&forward, now, journal).map(drop)
        }
        Act::Allow(dialog) => {
            let allow = AllowWriting { dialog: *dialog, access: WriteAccess::Request };
            world.handle(&allow, now, journal).map(drop)
        }
        Act::Join(dialog) => {
            let join =
                RequestToJoin { dialog: *dialog, chat: CHAT, title: "Chat".to_owned(), is_channel: false };
            world.handle(&join, now, journal)
        }
        Act::Decide(dialog) => {
            let decide = DecideJoin { bot: dialog.bot, chat: CHAT, user: dialog.user, approved: false };
            world.handle(&decide, now, journal)
        }
        Act::TellsBotFather(user, line) => {
            let dialog = DialogId { user: *user, bot: bot_father::ID };
            let said = journal.len();
            world.handle(&Send::by_user(dialog, Text::plain(line)), now, journal)?;
            assert!(journal.len() > said + 1, "BotFather answers everything");
            Ok(())
        }
        Act::Confirm(bot, step) => {
            let first = world.bot(*bot).unwrap().queue.from(0, now).next().map_or(0, |entry| entry.number);
            let offset = if *step < 0 { *step } else { first + step };
            world.handle(&Confirm { bot: *bot, offset }, now, journal).map(drop)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_they_do(acts in prop::collection::vec(act(), 1..120)) {
        let mut journal = Vec::new();
        let mut world = populated(&mut journal);
        let mut ids: BTreeSet<(BotId, MessageId)> = BTreeSet::new();
        for (step, act) in acts.iter().enumerate() {
            let now = Timestamp(i64::try_from(step).unwrap() * 1000);
            let before = journal.len();
            let blocked = |world: &World, id| world.dialog(id).is_some_and(|dialog| dialog.blocked);
            let was_blocked = match act { Act::BotWrites(id) => blocked(&world, *id), _ => false };
            let outcome = perform(&mut world, act, now, &mut journal);
            // A refusal leaves nothing behind; a blocked bot gets no message in.
            prop_assert!(outcome.is_ok() || journal.len() == before);
            prop_assert!(!(was_blocked && outcome.is_ok()), "a blocked bot wrote: {act:?}");
            for recorded in &journal[before..] {
                if let parlor_world::Event::MessageSent { dialog, message } = &recorded.event {
                    prop_assert!(ids.insert((dialog.bot, message.id.bot)), "an id repeats: {message:?}");
                }
            }
            for log in world.users().map(|user| &user.log).chain(world.bots().filter_map(|bot| bot.log.as_ref())) {
                let states: Vec<_> = log.from(0, now).map(|entry| (entry.state, entry.weight)).collect();
                let follows = |pair: &[(Weight, Weight)]| {
                    let [(before, _), (after, by)] = pair else { return false };
                    before.pts + by.pts == after.pts && before.qts + by.qts == after.qts
                };
                prop_assert!(states.windows(2).all(follows), "pts or qts has a gap: {states:?}");
                prop_assert!(states.last().is_none_or(|(state, _)| *state == log.state()));
            }
            for (user, bot) in world.users().flat_map(|user| world.bots().map(move |bot| (user.id, bot.id))) {
                let id = DialogId { user, bot };
                for side in [Side::User, Side::Bot] {
                    let messages = world.dialog(id).into_iter().flat_map(|dialog| dialog.messages(side));
                    let found = |message: &Message| world.dialog_of_message(id.account(side), message.id.on(side));
                    let mut found = messages.map(found);
                    prop_assert!(found.all(|found| found == Some(id)), "a message is not found by its id alone");
                }
            }
            for bot in world.bots() {
                let numbers: Vec<i64> = bot.queue.from(0, now).map(|entry| entry.number).collect();
                prop_assert!(numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]), "a gap: {numbers:?}");
                prop_assert!(numbers.last().is_none_or(|last| last + 1 == bot.queue.next()));
            }
        }
        // The journal, through its own spelling, gives the same world.
        let text = serde_json::to_string(&journal).unwrap();
        let mut replayed = World::new([0; 16]);
        for recorded in serde_json::from_str::<Vec<Recorded>>(&text).unwrap() {
            replayed.apply(&recorded);
        }
        prop_assert!(replayed == world, "replay differs");
    }
}

#[test]
fn my_chat_member_comes_on_block_and_unblock_only() {
    let mut journal = Vec::new();
    let mut world = populated(&mut journal);
    let dialog = DialogId { user: UserId(1), bot: BotId(101) };
    for act in
        [Act::Start(dialog), Act::Block(dialog, true), Act::Block(dialog, true), Act::Block(dialog, false)]
    {
        perform(&mut world, &act, Timestamp(1), &mut journal).unwrap();
    }
    let told: Vec<_> =
        world.bot(dialog.bot).unwrap().queue.from(0, Timestamp(1)).map(|entry| &entry.update).collect();
    assert!(matches!(
        told[..],
        [
            Update::Message { .. },
            Update::Blocked { blocked: true, .. },
            Update::Blocked { blocked: false, .. }
        ]
    ));
    perform(&mut world, &Act::BotWrites(dialog), Timestamp(1), &mut journal)
        .expect("no new /start is needed");
    assert_eq!(world.dialog(dialog).unwrap().messages(Side::User).count(), 2);
}
