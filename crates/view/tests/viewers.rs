//! The same things, seen by the two accounts of a private chat.

#![expect(clippy::expect_used, reason = "a test may fail where it is")]

use parlor_view::{ViewContext, chat, message, reply_keyboard, update};
use parlor_wire_bot_api::objects;
use parlor_world::account::{BotFlags, CreateBot, CreateUser, Token, UserProfile};
use parlor_world::bot::{SetText, TextKind};
use parlor_world::dialog::{AllowWriting, Block, ChatRef, MarkRead, Start, WriteAccess};
use parlor_world::markup::{Keyboard, KeyboardButton, KeyboardRequest, Markup};
use parlor_world::message::{DeleteByUser, Pin, React, Reaction, ReplyTo, Route, Send};
use parlor_world::text::Text;
use parlor_world::updates::{AllowUpdates, AllowedUpdates};
use parlor_world::{AccountId, BotId, Command, DialogId, MessageId, Side, Timestamp, UserId, World};
use serde_json::{Value, json};

const USER: AccountId = AccountId::User(UserId(1001));
const BOT: AccountId = AccountId::Bot(BotId(7));
const DIALOG: DialogId = DialogId { user: UserId(1001), bot: BotId(7) };
const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn act<C: Command>(world: &mut World, command: C) -> C::Outcome {
    world.handle(&command, NOW, &mut Vec::new()).expect("it is allowed")
}

/// Ann, who speaks German, has started the weather bot with a payload.
fn begin() -> World {
    let mut world = World::new([1; 16]);
    let profile = UserProfile {
        first_name: "Ann".into(),
        username: Some("ann_lee".into()),
        language_code: Some("de".into()),
        ..UserProfile::default()
    };
    act(&mut world, CreateUser { id: Some(DIALOG.user), profile });
    let (username, name) = (Some("weather_bot".to_owned()), Some("Weather".to_owned()));
    let flags = BotFlags::default();
    let token = Token::parse("7:AAAA");
    act(&mut world, CreateBot { token, id: None, username, name, owner: None, flags });
    let (language, text) = ("de".to_owned(), "Wetter".to_owned());
    act(&mut world, SetText { bot: DIALOG.bot, kind: TextKind::Name, language, text });
    act(&mut world, Start { dialog: DIALOG, payload: Some("rain".to_owned()), random_id: None });
    world
}

fn say(world: &mut World, text: &str, reply: Option<ReplyTo>) {
    let command = Send { reply, ..Send::by_bot(DIALOG.bot, ChatRef::Id(1001), Text::plain(text)) };
    let _ = act(world, command);
}

/// Everything that an account sees in the chat.
fn seen(world: &World, viewer: AccountId) -> Value {
    let side = if viewer == USER { Side::User } else { Side::Bot };
    let context = ViewContext::new(world, DIALOG, viewer);
    let messages = world.dialog(DIALOG).into_iter().flat_map(|dialog| dialog.messages(side));
    json(messages.map(|own| message(&context, own)).collect::<Vec<objects::Message>>())
}

fn json(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("it is plain data")
}

fn ann() -> Value {
    json!({"id": 1001, "is_bot": false, "first_name": "Ann", "username": "ann_lee", "language_code": "de"})
}

#[test]
fn a_chat_is_the_other_account() {
    let world = begin();
    let seen = |viewer| json(chat(&ViewContext::new(&world, DIALOG, viewer)));
    assert_eq!(seen(BOT), json!({"id": 1001, "type": "private", "username": "ann_lee", "first_name": "Ann"}));
    assert_eq!(
        seen(USER),
        json!({"id": 7, "type": "private", "username": "weather_bot", "first_name": "Wetter"})
    );
}

#[test]
fn a_message_has_the_viewers_numbers_names_and_text() {
    let mut world = begin();
    let other = DialogId { user: UserId(1002), bot: DIALOG.bot };
    act(
        &mut world,
        CreateUser {
            id: Some(other.user),
            profile: UserProfile { first_name: "Ben".into(), ..UserProfile::default() },
        },
    );
    // The bot's numbering goes on over all of its chats.
    act(&mut world, Start { dialog: other, payload: None, random_id: None });
    say(&mut world, "Rain", Some(ReplyTo { message: Some(MessageId(1)), ..ReplyTo::default() }));
    let command = |text: &str| json!({"date": 1_700_000_000, "from": ann(), "text": text, "entities": [{"type": "bot_command", "offset": 0, "length": 6}]});
    let with = |mut value: Value, id: i64, chat: &Value| {
        value["message_id"] = json!(id);
        value["chat"] = chat.clone();
        value
    };
    for (viewer, chat, name, start, ids) in [
        (
            BOT,
            json!({"id": 1001, "type": "private", "username": "ann_lee", "first_name": "Ann"}),
            "Weather",
            "/start rain",
            [1, 3],
        ),
        (
            USER,
            json!({"id": 7, "type": "private", "username": "weather_bot", "first_name": "Wetter"}),
            "Wetter",
            "/start",
            [1, 2],
        ),
    ] {
        let start = with(command(start), ids[0], &chat);
        let bot = json!({"id": 7, "is_bot": true, "first_name": name, "username": "weather_bot"});
        let answer = json!({"date": 1_700_000_000, "from": bot, "text": "Rain", "reply_to_message": start});
        assert_eq!(seen(&world, viewer), json!([start, with(answer, ids[1], &chat)]), "{viewer:?}");
    }
}

#[test]
fn what_a_viewer_no_longer_sees_is_inaccessible_to_them_alone() {
    let mut world = begin();
    act(
        &mut world,
        Pin { route: Route::User(DIALOG), message: Some(MessageId(1)), pinned: true, silent: false },
    );
    act(&mut world, DeleteByUser { dialog: DIALOG, messages: vec![MessageId(1)], for_both: false });
    let user = seen(&world, USER);
    assert_eq!(user[0]["pinned_message"], json!({"chat": user[0]["chat"], "message_id": 1, "date": 0}));
    assert_eq!(seen(&world, BOT)[1]["pinned_message"]["text"], "/start rain");
}

#[test]
fn a_service_message_says_how_the_bot_was_allowed_to_write() {
    let mut world = begin();
    for (access, field, expected) in [
        (WriteAccess::Website { domain: "a.example".into() }, "connected_website", json!("a.example")),
        (
            WriteAccess::WebApp { name: "shop".into() },
            "write_access_allowed",
            json!({"web_app_name": "shop"}),
        ),
        (WriteAccess::WebApp { name: String::new() }, "write_access_allowed", json!({})),
        (WriteAccess::AttachmentMenu, "write_access_allowed", json!({"from_attachment_menu": true})),
        (WriteAccess::Request, "write_access_allowed", json!({"from_request": true})),
    ] {
        act(&mut world, AllowWriting { dialog: DIALOG, access });
        for viewer in [USER, BOT] {
            let messages = seen(&world, viewer);
            let last = messages.as_array().and_then(|all| all.last()).and_then(Value::as_object);
            let last = last.expect("a message");
            assert_eq!(last[field], expected);
            assert_eq!(last.len(), 5, "message_id, from, date, chat, {field}");
        }
    }
}

#[test]
fn an_update_is_the_same_thing_to_both() {
    let mut world = begin();
    let allowed = AllowedUpdates::from_names(["message", "message_reaction", "my_chat_member"]);
    act(&mut world, AllowUpdates { bot: DIALOG.bot, allowed });
    let reactions = vec![Reaction::parse("👍").expect("known")];
    act(&mut world, React { route: Route::User(DIALOG), message: MessageId(1), reactions });
    act(&mut world, Block { dialog: DIALOG, blocked: true });
    let user = &world.user(DIALOG.user).expect("Ann").log;
    let bot = &world.bot(DIALOG.bot).expect("the bot").queue;
    for (viewer, log, name) in [(USER, user, "Wetter"), (BOT, bot, "Weather")] {
        let updates: Vec<_> = log.from(i64::MIN, NOW).map(|entry| update(&world, viewer, entry)).collect();
        let chat = json(chat(&ViewContext::new(&world, DIALOG, viewer)));
        let weather = json!({"id": 7, "is_bot": true, "first_name": name, "username": "weather_bot"});
        let expected = json!([
            {"update_id": updates[0].update_id, "message": seen(&world, viewer)[0]},
            {"update_id": updates[1].update_id, "message_reaction": {
                "chat": chat, "message_id": 1, "user": ann(), "date": 1_700_000_000,
                "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}},
            {"update_id": updates[2].update_id, "my_chat_member": {
                "chat": chat, "from": ann(), "date": 1_700_000_000,
                "old_chat_member": {"status": "member", "user": weather},
                "new_chat_member": {"status": "kicked", "user": weather, "until_date": 0}}},
        ]);
        assert_eq!(json(&updates), expected, "{viewer:?}");
    }
}

#[test]
fn what_a_message_does_to_the_keyboard() {
    let mut world = begin();
    let button =
        |text: &str, request| KeyboardButton { text: text.to_owned(), style: String::new(), request };
    let keyboard = Keyboard { rows: vec![vec![button("Yes", None)]], resize: true, ..Keyboard::default() };
    let poll = KeyboardRequest::Poll(String::new());
    for (own, expected) in [
        (Markup::Inline(Vec::new()), Value::Null),
        (Markup::Remove { selective: false }, json!({"remove_keyboard": true})),
        (
            Markup::ForceReply { placeholder: "So".to_owned(), selective: true },
            json!({"force_reply": true, "input_field_placeholder": "So", "selective": true}),
        ),
        (Markup::Keyboard(keyboard), json!({"keyboard": [[{"text": "Yes"}]], "resize_keyboard": true})),
        (
            Markup::Keyboard(Keyboard {
                rows: vec![vec![button("Quiz", Some(poll)), button("Here", Some(KeyboardRequest::Location))]],
                ..Keyboard::default()
            }),
            json!({"keyboard": [[{"text": "Quiz", "request_poll": {}}, {"text": "Here", "request_location": true}]]}),
        ),
    ] {
        assert_eq!(json(reply_keyboard(&own)), expected, "{own:?}");
    }
    // Bots are not told of it.
    let markup = Some(Markup::Remove { selective: false });
    let _ =
        act(&mut world, Send { markup, ..Send::by_bot(DIALOG.bot, ChatRef::Id(1001), Text::plain("Off")) });
    assert_eq!(seen(&world, BOT)[1].get("reply_markup"), None);
}

#[test]
fn what_only_the_app_knows_of_a_message() {
    let mut world = begin();
    say(&mut world, "Rain", None);
    let facts = |world: &World, viewer, id| {
        let context = ViewContext::new(world, DIALOG, viewer);
        let own = context.find(MessageId(id)).expect("it is there");
        (context.is_outgoing(own), context.is_read(own), context.ids(own).map(|(_, id)| id.0))
    };
    assert_eq!(facts(&world, USER, 2), (false, false, [2, 2]));
    assert_eq!(facts(&world, BOT, 2), (true, false, [2, 2]));
    act(&mut world, MarkRead { dialog: DIALOG, by: Side::User, up_to: None });
    assert_eq!(facts(&world, USER, 2), (false, true, [2, 2]));
    assert_eq!(facts(&world, BOT, 2), (true, true, [2, 2]));
}
