//! The same things, seen by the two accounts of a private chat.

#![expect(clippy::expect_used, reason = "a test may fail where it is")]

use parlor_view::{ViewContext, chat, log_update, message, queued_update, reply_keyboard};
use parlor_wire_bot_api::objects;
use parlor_world::content::WriteAccess;
use parlor_world::markup::{Keyboard, KeyboardButton, KeyboardRequest, Markup};
use parlor_world::ops::account::{CreateBot, CreateUser};
use parlor_world::ops::bot::SetBotText;
use parlor_world::ops::chat::{GrantWriteAccess, MarkRead, SetBlocked, StartBot};
use parlor_world::ops::message::{DeleteMessages, PinMessage, ReplyTo, Send, SetReactions};
use parlor_world::ops::updates::ConfirmUpdates;
use parlor_world::refusal::BotTextKind;
use parlor_world::state::account::{BotFlags, Token, UserProfile};
use parlor_world::state::message::Reaction;
use parlor_world::state::update_queue::AllowedUpdates;
use parlor_world::text::Text;
use parlor_world::{AccountId, ChatId, Command, Effects, MessageId, Timestamp, World};
use serde_json::{Value, json};

const USER: AccountId = AccountId(1001);
const BOT: AccountId = AccountId(7);
const CHAT: ChatId = ChatId::Private(BOT, USER);
const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn act<C: Command>(world: &mut World, command: C) -> C::Outcome {
    world.handle(&command, NOW, &mut Vec::new(), &mut Effects::default()).expect("it is allowed")
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
    act(&mut world, CreateUser { id: Some(USER), profile });
    let (username, name) = (Some("weather_bot".to_owned()), Some("Weather".to_owned()));
    let flags = BotFlags::default();
    let token = Token::parse("7:AAAA");
    act(&mut world, CreateBot { token, id: None, username, name, owner: None, flags });
    let (language, text) = ("de".to_owned(), "Wetter".to_owned());
    act(&mut world, SetBotText { bot: BOT, kind: BotTextKind::Name, language, text });
    act(&mut world, StartBot { user: USER, bot: BOT, payload: Some("rain".to_owned()), random_id: None });
    world
}

fn say(world: &mut World, text: &str, reply: Option<ReplyTo>) {
    let mut command = Send::text(BOT, USER, Text::plain(text));
    command.options.reply = reply;
    act(world, command);
}

/// Everything that an account sees in the chat.
fn seen(world: &World, viewer: AccountId) -> Value {
    let context = ViewContext::new(world, viewer, CHAT);
    let messages = context.dialog().into_iter().flat_map(|dialog| dialog.messages());
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
    let seen = |viewer| json(chat(&ViewContext::new(&world, viewer, CHAT)));
    assert_eq!(seen(BOT), json!({"id": 1001, "type": "private", "username": "ann_lee", "first_name": "Ann"}));
    assert_eq!(
        seen(USER),
        json!({"id": 7, "type": "private", "username": "weather_bot", "first_name": "Wetter"})
    );
}

#[test]
fn a_message_has_the_viewers_numbers_names_and_text() {
    let mut world = begin();
    let other = AccountId(1002);
    act(
        &mut world,
        CreateUser {
            id: Some(other),
            profile: UserProfile { first_name: "Ben".into(), ..UserProfile::default() },
        },
    );
    // The bot's numbering goes on over all of its chats.
    act(&mut world, StartBot { user: other, bot: BOT, payload: None, random_id: None });
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
        PinMessage {
            actor: USER.into(),
            target: BOT.into(),
            message: Some(MessageId(1)),
            is_pinned: true,
            is_silent: false,
        },
    );
    let (actor, target, messages) = (USER.into(), BOT.into(), vec![MessageId(1)]);
    act(&mut world, DeleteMessages { actor, target, messages, for_all: false, skip_missing: false });
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
        act(&mut world, GrantWriteAccess { user: USER, bot: BOT, access });
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
    act(&mut world, ConfirmUpdates { bot: BOT, offset: 0, allowed: Some(allowed) });
    let reactions = vec![Reaction::parse("👍").expect("known")];
    let (actor, target) = (USER.into(), BOT.into());
    act(&mut world, SetReactions { actor, target, message: MessageId(1), reactions });
    act(&mut world, SetBlocked { user: USER, target: BOT.into(), is_blocked: true });
    let log = world.log(USER).expect("Ann's log");
    let user: Vec<_> = log.from(i64::MIN, NOW).map(|entry| log_update(&world, USER, entry)).collect();
    let queue = world.queue(BOT).expect("the bot's queue");
    let bot: Vec<_> = queue.from(i64::MIN, NOW).map(|entry| queued_update(&world, BOT, entry)).collect();
    for (viewer, updates, name) in [(USER, user, "Wetter"), (BOT, bot, "Weather")] {
        let chat = json(chat(&ViewContext::new(&world, viewer, CHAT)));
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
    let button = |text: &str, request| KeyboardButton { text: text.to_owned(), style: None, request };
    let keyboard = Keyboard { rows: vec![vec![button("Yes", None)]], resize: true, ..Keyboard::default() };
    let poll = KeyboardRequest::Poll(String::new());
    for (own, expected) in [
        (Markup::Inline(Vec::new()), Value::Null),
        (Markup::Remove { selective: false }, json!({"remove_keyboard": true})),
        (
            Markup::ForceReply { placeholder: Some("So".to_owned()), selective: true },
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
    let mut off = Send::text(BOT, USER, Text::plain("Off"));
    off.options.markup = Some(Markup::Remove { selective: false });
    act(&mut world, off);
    assert_eq!(seen(&world, BOT)[1].get("reply_markup"), None);
}

#[test]
fn what_only_the_app_knows_of_a_message() {
    let mut world = begin();
    say(&mut world, "Rain", None);
    let facts = |world: &World, viewer, id| {
        let context = ViewContext::new(world, viewer, CHAT);
        let own = world.message(viewer, MessageId(id)).expect("it is there");
        let ids: Vec<_> = context.ids(own).map(|(_, id)| id.0).collect();
        (context.is_outgoing(own), context.is_read(own), ids)
    };
    assert_eq!(facts(&world, USER, 2), (false, false, vec![2, 2]));
    assert_eq!(facts(&world, BOT, 2), (true, false, vec![2, 2]));
    act(&mut world, MarkRead { actor: USER.into(), target: BOT.into(), up_to: None });
    assert_eq!(facts(&world, USER, 2), (false, true, vec![2, 2]));
    assert_eq!(facts(&world, BOT, 2), (true, true, vec![2, 2]));
}
