//! Rules of the dialog, as tables: what happened, what is asked, what the world says.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use parlor_world::account::{
    BotFlags, CreateBot, CreateUser, DeleteUser, EditBot, EditUser, FlagsPatch, ProfilePatch, UserProfile,
};
use parlor_world::authorization::{Login, SendCode};
use parlor_world::bot::TextKind;
use parlor_world::chat_action::{ChatAction, ShowChatAction};
use parlor_world::dialog::{
    AllowWriting, Block, ChatRef, DecideJoin, MarkRead, RequestToJoin, See, Start, WriteAccess,
};
use parlor_world::link::{Link, LinkAction};
use parlor_world::message::{
    ClearHistory, Cleared, DeleteByUser, EditText, Forward, MAX_CLEARED, Mode, Original, Pin, Route, Send,
    UnpinAll,
};
use parlor_world::refusal::Purpose;
use parlor_world::text::Text;
use parlor_world::{
    AccountId, BotId, DialogId, MessageId, Recorded, Refusal, Side, Timestamp, UserId, World,
};

const DIALOG: DialogId = DialogId { user: UserId(1), bot: BotId(101) };
const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn world() -> World {
    let mut world = World::new([7; 16]);
    let mut journal = Vec::new();
    for id in [1, 2] {
        let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
        world.handle(&CreateUser { id: Some(UserId(id)), profile }, NOW, &mut journal).unwrap();
    }
    for id in [101, 102] {
        let bot = CreateBot { id: Some(BotId(id)), ..CreateBot::default() };
        world.handle(&bot, NOW, &mut journal).unwrap();
    }
    world
}

/// What happened before.
#[derive(Debug, Clone, Copy)]
enum Given {
    Start,
    Write,
    See,
    Block,
    Unblock,
    Delete,
    /// Logs in on the bot's website, and lets it write.
    Allow,
    /// Asks to join a chat that the bot administers.
    Join,
    /// The bot decides on that.
    Decide,
    /// Five minutes pass.
    Wait,
}

/// Does all that; the time afterwards.
fn given(world: &mut World, all: &[Given]) -> Timestamp {
    let journal: &mut Vec<Recorded> = &mut Vec::new();
    let mut now = NOW;
    for step in all {
        match step {
            Given::Start => {
                world
                    .handle(&Start { dialog: DIALOG, payload: None, random_id: None }, NOW, journal)
                    .unwrap();
            }
            Given::Write => {
                world.handle(&Send::by_user(DIALOG, Text::plain("good morning")), NOW, journal).unwrap();
            }
            Given::See => world.handle(&See { dialog: DIALOG }, NOW, journal).unwrap(),
            Given::Block => world.handle(&Block { dialog: DIALOG, blocked: true }, NOW, journal).unwrap(),
            Given::Unblock => world.handle(&Block { dialog: DIALOG, blocked: false }, NOW, journal).unwrap(),
            Given::Delete => world.handle(&DeleteUser { user: DIALOG.user }, NOW, journal).unwrap(),
            Given::Allow => {
                let access = WriteAccess::Website { domain: "example.com".to_owned() };
                world.handle(&AllowWriting { dialog: DIALOG, access }, NOW, journal).unwrap();
            }
            Given::Join => {
                let title = "Gardeners".to_owned();
                let join = RequestToJoin { dialog: DIALOG, chat: CHAT, title, is_channel: false };
                world.handle(&join, NOW, journal).unwrap();
            }
            Given::Decide => world.handle(&decision(), NOW, journal).unwrap(),
            Given::Wait => now = now.plus_seconds(300),
        }
    }
    now
}

/// The chat that people ask to join.
const CHAT: i64 = -1_001_234_567_890;

fn decision() -> DecideJoin {
    DecideJoin { bot: DIALOG.bot, chat: CHAT, user: DIALOG.user, approved: true }
}

/// Sends and chat actions ask the same question.
#[test]
fn may_the_bot_write() {
    use Given::*;
    let table: [(&[Given], Result<(), Refusal>); 18] = [
        (&[], Err(Refusal::ChatNotFound)),
        (&[See], Err(Refusal::NeverStarted)),
        (&[Start], Ok(())),
        (&[Write], Ok(())),
        (&[See, Write], Ok(())),
        (&[Start, Block], Err(Refusal::BlockedByUser)),
        (&[Block], Err(Refusal::BlockedByUser)),
        (&[Start, Block, Unblock], Ok(())),
        (&[Block, Unblock], Err(Refusal::NeverStarted)),
        (&[Start, Block, Start], Ok(())),
        (&[Allow], Ok(())),
        (&[See, Allow, Wait], Ok(())),
        (&[Allow, Block], Err(Refusal::BlockedByUser)),
        (&[Join], Ok(())),
        (&[Join, Wait], Err(Refusal::NeverStarted)),
        (&[Join, Decide], Err(Refusal::NeverStarted)),
        (&[Join, Wait, Write], Ok(())),
        (&[Join, Block], Err(Refusal::BlockedByUser)),
    ];
    for (before, expected) in table {
        let mut world = world();
        let now = given(&mut world, before);
        let chat = ChatRef::Id(1);
        let typing = ShowChatAction { bot: DIALOG.bot, chat: chat.clone(), action: Some(ChatAction::Typing) };
        assert_eq!(world.handle(&typing, now, &mut Vec::new()), expected, "typing after {before:?}");
        let send = Send::by_bot(DIALOG.bot, chat, Text::plain("hello"));
        assert_eq!(world.handle(&send, now, &mut Vec::new()).map(drop), expected, "text after {before:?}");
    }
    let mut gone = world();
    given(&mut gone, &[Start, Delete]);
    let send = Send::by_bot(DIALOG.bot, ChatRef::Id(1), Text::plain("hello"));
    assert_eq!(gone.handle(&send, NOW, &mut Vec::new()).map(drop), Err(Refusal::UserDeactivated));
}

/// What the top of the dialog says, and for how long; a request is decided once.
#[test]
fn why_the_bot_may_write() {
    use Given::*;
    let website = || Some(WriteAccess::Website { domain: "example.com".to_owned() });
    let table: [(&[Given], Option<WriteAccess>); 4] =
        [(&[Allow], website()), (&[Allow, Write], None), (&[Write, Allow], None), (&[Join], None)];
    for (before, expected) in table {
        let mut world = world();
        given(&mut world, before);
        let dialog = world.dialog(DIALOG).unwrap();
        assert_eq!(dialog.write_access(), expected.as_ref(), "{before:?}");
    }
    let mut world = world();
    assert_eq!(world.handle(&decision(), NOW, &mut Vec::new()), Err(Refusal::ChatNotFound));
    let missing = Err(Refusal::JoinRequestMissing);
    given(&mut world, &[Join, Decide]);
    assert_eq!(world.handle(&decision(), NOW, &mut Vec::new()), missing);
    given(&mut world, &[Join]);
    let other = DecideJoin { chat: CHAT - 1, ..decision() };
    assert_eq!(world.handle(&other, NOW, &mut Vec::new()), Err(Refusal::ChatNotFound));
}

#[test]
fn whom_a_bot_may_name() {
    let table = [
        (ChatRef::Empty, Refusal::ChatIdEmpty),
        (ChatRef::Id(2), Refusal::ChatNotFound),
        (ChatRef::Id(77), Refusal::ChatNotFound),
        (ChatRef::Id(102), Refusal::PeerIsBot),
        (ChatRef::Username("@b102_bot".to_owned()), Refusal::PeerIsBot),
        (ChatRef::Username("@nobody".to_owned()), Refusal::ChatNotFound),
    ];
    for (chat, expected) in table {
        let send = Send::by_bot(DIALOG.bot, chat.clone(), Text::plain("hello"));
        assert_eq!(world().handle(&send, NOW, &mut Vec::new()).map(drop), Err(expected), "{chat:?}");
    }
}

#[test]
fn payloads_of_deep_links() {
    let long = "x".repeat(65);
    let table = [
        ("", Ok("/start")),
        ("airplane", Ok("/start airplane")),
        ("A-Za-z0-9_", Ok("/start A-Za-z0-9_")),
        (&long[..64], Ok("/start ")),
        (&long, Err(Refusal::StartParamTooLong)),
        ("two words", Err(Refusal::StartParamInvalid)),
        ("плюс", Err(Refusal::StartParamInvalid)),
        ("a=b", Err(Refusal::StartParamInvalid)),
    ];
    for (payload, expected) in table {
        let mut world = world();
        let start = Start { dialog: DIALOG, payload: Some(payload.to_owned()), random_id: None };
        let outcome = world.handle(&start, NOW, &mut Vec::new());
        match expected {
            Err(refusal) => assert_eq!(outcome.map(drop), Err(refusal), "{payload}"),
            Ok(text) => {
                let dialog = world.dialog(DIALOG).unwrap();
                let message = dialog.message(Side::Bot, outcome.unwrap().bot).unwrap();
                assert!(message.text(Side::Bot).unwrap().text.starts_with(text), "{payload}");
                assert_eq!(&*message.text(Side::User).unwrap().text, "/start", "the user sees no payload");
            }
        }
    }
}

#[test]
fn links_to_bots() {
    let start = |payload: &str| Some(LinkAction::Start(payload.to_owned()));
    let table = [
        ("https://t.me/some_bot", Some(LinkAction::Open)),
        ("http://www.telegram.me/some_bot/", Some(LinkAction::Open)),
        ("t.me/some_bot?start=abc", start("abc")),
        ("https://some_bot.t.me/?start=abc", start("abc")),
        ("tg://resolve?domain=some_bot&start=abc", start("abc")),
        ("TG:resolve?domain=some_bot", Some(LinkAction::Open)),
        ("@some_bot", Some(LinkAction::Open)),
        ("https://t.me/some_bot?startgroup=x", Some(LinkAction::StartGroup("x".to_owned()))),
        ("https://example.org/some_bot", None),
        ("https://t.me/", None),
        ("mailto:some_bot", None),
    ];
    for (link, expected) in table {
        let parsed = Link::parse(link);
        assert!(parsed.as_ref().is_none_or(|link| link.username == "some_bot"), "{link}");
        assert_eq!(parsed.map(|link| link.action), expected, "{link}");
    }
}

#[test]
fn who_may_edit_what() {
    let mut world = world();
    given(&mut world, &[Given::Write]);
    let sent = Send::by_bot(DIALOG.bot, ChatRef::Id(1), Text::plain("one"));
    world.handle(&sent, NOW, &mut Vec::new()).unwrap();
    let by_bot = || Route::Bot(DIALOG.bot, ChatRef::Id(1));
    let table = [
        (by_bot(), 2, "one", Err(Refusal::MessageNotModified)),
        (by_bot(), 2, "two", Ok(())),
        (by_bot(), 1, "two", Err(Refusal::MessageCantBeEdited)),
        (by_bot(), 9, "two", Err(Refusal::MessageNotFound(Purpose::Edit))),
        (by_bot(), 2, " ", Err(Refusal::TextEmpty)),
        (Route::User(DIALOG), 1, "better", Ok(())),
        (Route::User(DIALOG), 2, "better", Err(Refusal::MessageCantBeEdited)),
    ];
    for (route, id, text, expected) in table {
        let edit = EditText {
            route,
            message: MessageId(id),
            text: Text::plain(text),
            link_preview: None,
            markup: None,
        };
        assert_eq!(world.handle(&edit, NOW, &mut Vec::new()).map(drop), expected, "{id} {text}");
    }
}

/// The same number again is the same message, and only for the same sender.
#[test]
fn a_random_id_is_one_message() {
    let mut world = world();
    given(&mut world, &[Given::Start]);
    let send = Send { random_id: Some(42), ..Send::by_bot(DIALOG.bot, ChatRef::Id(1), Text::plain("once")) };
    let first = world.handle(&send, NOW, &mut Vec::new()).unwrap();
    let mut journal = Vec::new();
    assert_eq!(world.handle(&send, NOW, &mut journal), Ok(first));
    assert!(journal.is_empty());
    let other = Send { random_id: Some(42), ..Send::by_user(DIALOG, Text::plain("mine")) };
    assert_ne!(world.handle(&other, NOW, &mut journal).unwrap().1, first.1);
}

fn forward(from: DialogId, to: DialogId, message: i32) -> Forward {
    Forward {
        to: Route::User(to),
        from: Route::User(from),
        messages: vec![Original { id: MessageId(message), random_id: Some(7) }],
        skip_missing: false,
        mode: Mode::Forward,
        silent: false,
        protected: false,
    }
}

/// A person passes on what a bot wrote: any first message opens a dialog, a forward too.
#[test]
fn people_forward() {
    let mut world = world();
    let journal = &mut Vec::new();
    given(&mut world, &[Given::Start]);
    let sent = Send::by_bot(DIALOG.bot, ChatRef::Id(1), Text::plain("news"));
    world.handle(&sent, NOW, journal).unwrap();
    let secret = Send { protected: true, ..Send::by_bot(DIALOG.bot, ChatRef::Id(1), Text::plain("secret")) };
    world.handle(&secret, NOW, journal).unwrap();
    let pin = |message| Pin { route: Route::User(DIALOG), message, pinned: true, silent: false };
    world.handle(&pin(Some(MessageId(2))), NOW, journal).unwrap();
    let other = DialogId { bot: BotId(102), ..DIALOG };
    let table = [
        (9, Refusal::MessageNotFound(Purpose::Forward)),
        (3, Refusal::ContentProtected),
        (4, Refusal::MessageCantBeForwarded),
    ];
    for (message, refusal) in table {
        let outcome = world.handle(&forward(DIALOG, other, message), NOW, journal);
        assert_eq!(outcome, Err(refusal), "{message}");
    }
    let first = world.handle(&forward(DIALOG, other, 2), NOW, journal).unwrap();
    let before = journal.len();
    assert_eq!(world.handle(&forward(DIALOG, other, 2), NOW, journal), Ok(first.clone()));
    assert_eq!(journal.len(), before, "the same number again is the same message");
    let there = world.dialog(other).unwrap();
    let message = there.message(Side::Bot, first.1[0].bot).unwrap();
    assert_eq!(message.origin().unwrap().sender, AccountId::Bot(DIALOG.bot));
    assert!(there.may_write(NOW).is_ok());
    world.handle(&Block { dialog: other, blocked: true }, NOW, journal).unwrap();
    assert_eq!(world.handle(&forward(DIALOG, other, 2), NOW, journal), Err(Refusal::YouBlockedBot));
}

#[test]
fn both_sides_unpin_all() {
    for route in [Route::User(DIALOG), Route::Bot(DIALOG.bot, ChatRef::Id(1))] {
        let mut world = world();
        let journal = &mut Vec::new();
        given(&mut world, &[Given::Start, Given::Write]);
        for message in [1, 2] {
            let message = Some(MessageId(message));
            let pin = Pin { route: route.clone(), message, pinned: true, silent: false };
            world.handle(&pin, NOW, journal).unwrap();
        }
        assert_eq!(world.dialog(DIALOG).unwrap().pinned(Side::User).count(), 2);
        world.handle(&UnpinAll { route }, NOW, journal).unwrap();
        assert_eq!(world.dialog(DIALOG).unwrap().pinned(Side::User).count(), 0);
    }
}

#[test]
fn login_codes() {
    let mut world = world();
    let phone = "+9996621234".to_owned();
    let hash = world.handle(&SendCode { phone: phone.clone() }, NOW, &mut Vec::new()).unwrap();
    let late = NOW.plus_seconds(300);
    let table = [
        (hash.as_str(), "22222", NOW, Ok(Login::Nobody)),
        (hash.as_str(), "22223", NOW, Err(Refusal::PhoneCodeInvalid)),
        (hash.as_str(), "", NOW, Err(Refusal::PhoneCodeEmpty)),
        ("other", "22222", NOW, Err(Refusal::PhoneCodeExpired)),
        (hash.as_str(), "22222", late, Err(Refusal::PhoneCodeExpired)),
    ];
    for (hash, code, now, expected) in table {
        assert_eq!(world.check_code(&phone, hash, code, now), expected, "{hash} {code}");
    }
    for phone in ["12", "call me", "1234567890123456"] {
        let refused = world.handle(&SendCode { phone: phone.to_owned() }, NOW, &mut Vec::new());
        assert_eq!(refused, Err(Refusal::PhoneNumberInvalid), "{phone}");
    }
}

/// Two clients that change different fields at the same time both succeed: neither sends the other's old value back.
#[test]
fn an_edit_of_a_profile_changes_only_its_own_fields() {
    let mut world = world();
    let text = |text: &str| Some(Some(text.into()));
    let patches = [
        ProfilePatch { bio: text("Gardener"), phone: text("123456"), ..ProfilePatch::default() },
        ProfilePatch { last_name: text("Lee"), phone: Some(None), ..ProfilePatch::default() },
        ProfilePatch { username: text("ann_lee"), is_premium: Some(true), ..ProfilePatch::default() },
    ];
    for patch in patches {
        world.handle(&EditUser { user: UserId(1), patch }, NOW, &mut Vec::new()).unwrap();
    }
    let expected = UserProfile {
        first_name: "Ann".into(),
        last_name: Some("Lee".into()),
        username: Some("ann_lee".into()),
        bio: Some("Gardener".into()),
        is_premium: true,
        ..UserProfile::default()
    };
    assert_eq!(*world.user(UserId(1)).unwrap().profile, expected);
}

#[test]
fn an_edit_of_a_bot_changes_all_that_it_names_or_nothing() {
    let mut world = world();
    let bot = BotId(101);
    let old = world.bot(bot).unwrap().clone();
    let flags = FlagsPatch { can_join_groups: Some(false), ..FlagsPatch::default() };
    let texts = vec![(TextKind::Name, "Weather".to_owned()), (TextKind::Description, "x".repeat(513))];
    let edit = EditBot { username: Some("weather_bot".to_owned()), flags, texts, ..EditBot::new(bot) };
    let refused = world.handle(&edit, NOW, &mut Vec::new()).unwrap_err();
    assert_eq!(refused, Refusal::BotTextTooLong(TextKind::Description));
    assert_eq!(*world.bot(bot).unwrap(), old);
    let edit = EditBot { texts: vec![(TextKind::Name, "Weather".to_owned())], ..edit };
    world.handle(&edit, NOW, &mut Vec::new()).unwrap();
    let new = world.bot(bot).unwrap();
    assert_eq!(new.flags, BotFlags { can_join_groups: false, ..BotFlags::default() });
    assert_eq!((&*new.username, new.settings.text(TextKind::Name, "")), ("weather_bot", "Weather"));
}

#[test]
fn what_the_other_side_has_read_outlives_the_message_at_its_mark() {
    let mut world = world();
    given(&mut world, &[Given::Start, Given::Write, Given::Write]);
    let read = |world: &World| world.dialog(DIALOG).unwrap().read_by_other(Side::User);
    assert_eq!(read(&world), None);
    let mark = MarkRead { dialog: DIALOG, by: Side::Bot, up_to: Some(MessageId(2)) };
    world.handle(&mark, NOW, &mut Vec::new()).unwrap();
    for (deleted, expected) in [(None, Some(2)), (Some(2), Some(1)), (Some(1), None)] {
        if let Some(deleted) = deleted {
            let messages = vec![MessageId(deleted)];
            let delete = DeleteByUser { dialog: DIALOG, messages, for_both: true };
            world.handle(&delete, NOW, &mut Vec::new()).unwrap();
        }
        assert_eq!(read(&world), expected.map(MessageId), "after the deletion of {deleted:?}");
    }
}

#[test]
fn a_history_is_cleared_in_batches_up_to_a_message_for_one_or_for_both() {
    let mut world = world();
    given(&mut world, &[Given::Start]);
    for _ in 0..MAX_CLEARED + 20 {
        given(&mut world, &[Given::Write]);
    }
    let all = MAX_CLEARED + 21;
    let left = |world: &World| {
        let dialog = world.dialog(DIALOG).unwrap();
        (dialog.messages(Side::User).count(), dialog.messages(Side::Bot).count())
    };
    let seen_by_bot = left(&world).1;
    let mut clear = |up_to: Option<i32>, between, for_both| {
        let command = ClearHistory { dialog: DIALOG, up_to: up_to.map(MessageId), between, for_both };
        let cleared = world.handle(&command, NOW, &mut Vec::new()).unwrap();
        (cleared, left(&world))
    };
    let cleared = |count, more| Cleared { count, more };
    let never = (Some(NOW.date() + 1), None);
    assert_eq!(clear(None, never, true), (cleared(0, false), (all, seen_by_bot)));
    assert_eq!(clear(Some(2), (None, None), false), (cleared(2, false), (all - 2, seen_by_bot)));
    assert_eq!(clear(None, (None, None), true).0, cleared(MAX_CLEARED, true));
    assert_eq!(clear(None, (None, None), true).0, cleared(19, false));
    let (nothing, (user, _)) = clear(None, (None, None), true);
    assert_eq!((nothing, user), (cleared(0, false), 0));
}
