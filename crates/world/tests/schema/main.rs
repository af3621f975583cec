//! The names that journals and snapshots hold: an exemplar of every variant, compared with `schema.json`.
//!
//! A variant without an exemplar does not compile. A changed line of the file is a changed format: raise
//! `RECORD_VERSION` and teach `event::upcast` the old form. A new line is an addition. `PARLOR_UPDATE=1` rewrites it.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

/// One value per variant: the patterns must cover the type, and each value must match a pattern of its own.
macro_rules! exemplars {
    ($($pattern:pat => $value:expr),+ $(,)?) => {{
        let all = vec![$($value),+];
        let names = all.iter().map(|value| match value { $($pattern => stringify!($pattern)),+ });
        let names: BTreeSet<_> = names.collect();
        assert_eq!(names.len(), all.len(), "two exemplars of one variant: {names:?}");
        all
    }};
}

mod groups;
mod values;

use groups::{CHANNEL, GROUP, InGroups, groups, in_groups, link, member_change};
use parlor_world::content::Content;
use parlor_world::event::{
    AccountEvent, BotCreated, BotEvent, ChatEvent, Delivery, Edit, MessageEvent, QueryEvent, Recorded,
    SessionEvent, UpdatesEvent, WorldEvent,
};
use parlor_world::ids::MessageRef;
use parlor_world::markup::Markup;
use parlor_world::refusal::BotTextKind;
use parlor_world::state::account::{BotFlags, UserProfile};
use parlor_world::state::bot_questions::{Question, Topic};
use parlor_world::state::bot_settings::{BotCommand, CommandScope, MenuButton};
use parlor_world::state::chat::JoinRequest;
use parlor_world::state::dialog::ChatAction;
use parlor_world::state::group::AdminRights;
use parlor_world::state::message::{
    Message, MessageExtras, Origin, OriginChat, Quote, Reaction, Reply, Thread,
};
use parlor_world::state::message_box::{UpdateCount, UpdateState};
use parlor_world::state::query::QueryAnswer;
use parlor_world::state::session::{ClientInfo, KeyId, KeySecret, Password};
use parlor_world::state::update::Update;
use parlor_world::state::update_queue::{AllowedUpdates, UpdateKind, Webhook};
use parlor_world::text::{EntityKind, Text};
use parlor_world::{
    AccountId, ChannelId, ChatId, Event, MessageId, MessageIds, MessageKey, MessageVersion, QueryId,
    Timestamp, UpdateId, World,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use values::{Small, contents, entities, markups, small};

const USER: AccountId = AccountId(1_000_001);
const BOT: AccountId = AccountId(7_000_000_001);
const CHAT: ChatId = ChatId::Private(USER, BOT);
const KEY: MessageKey = MessageKey(5);
const AT: Timestamp = Timestamp(1_790_000_000_000);
const QUERY: QueryId = QueryId(77);

fn worlds() -> Vec<WorldEvent> {
    let Event::World(created) = World::new([7; 16]).genesis(AT).event else { unreachable!() };
    exemplars! { WorldEvent::Created { .. } => created }
}

fn accounts() -> Vec<AccountEvent> {
    let profile = UserProfile {
        first_name: "Ann".into(),
        last_name: Some("Lee".into()),
        username: Some("ann_lee".into()),
        language_code: Some("en".into()),
        hides_language: true,
        bio: Some("Gardener".into()),
        is_premium: true,
        phone: Some("9996612345".into()),
    };
    let short = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
    let password = Password { salt1: vec![1], salt2: vec![2], verifier: vec![3], hint: "a hint".to_owned() };
    let (name, username, secret) = ("Weather".to_owned(), "weather_bot".to_owned(), "AA".to_owned());
    let created = BotCreated {
        bot: BOT,
        name,
        username: username.clone(),
        secret: secret.clone(),
        flags: BotFlags::default(),
        owner: Some(USER),
        first_update: 123_456_789,
    };
    exemplars! {
        AccountEvent::UserCreated { .. } => AccountEvent::UserCreated { user: USER, profile },
        AccountEvent::UserChanged { .. } => AccountEvent::UserChanged { user: USER, profile: short },
        AccountEvent::UserDeleted { .. } => AccountEvent::UserDeleted { user: USER },
        AccountEvent::PasswordSet { .. } => {
            AccountEvent::PasswordSet { user: USER, password: Some(password) }
        },
        AccountEvent::BotCreated(_) => AccountEvent::BotCreated(created),
        AccountEvent::BotChanged { .. } => {
            AccountEvent::BotChanged { bot: BOT, username, flags: BotFlags::default() }
        },
        AccountEvent::TokenRevoked { .. } => AccountEvent::TokenRevoked { bot: BOT, secret },
        AccountEvent::BotDeleted { .. } => AccountEvent::BotDeleted { bot: BOT },
    }
}

fn bots() -> Vec<BotEvent> {
    let commands = vec![BotCommand { command: "help".to_owned(), description: "Help".to_owned() }];
    let (scope, language) = (CommandScope::Chat(USER), "en".to_owned());
    let button = MenuButton::WebApp { text: "Open".to_owned(), url: "https://a.example".to_owned() };
    let question = Some(Question::Value { topic: Topic::Name, bot: BOT });
    exemplars! {
        BotEvent::CommandsSet { .. } => BotEvent::CommandsSet { bot: BOT, scope, language, commands },
        BotEvent::TextSet { .. } => BotEvent::TextSet {
            bot: BOT,
            kind: BotTextKind::Description,
            language: String::new(),
            text: "What it does".to_owned(),
        },
        BotEvent::MenuButtonSet { .. } => BotEvent::MenuButtonSet { bot: BOT, user: Some(USER), button },
        BotEvent::DefaultRightsSet { .. } => BotEvent::DefaultRightsSet {
            bot: BOT,
            for_channels: true,
            rights: AdminRights::POST_MESSAGES | AdminRights::EDIT_MESSAGES,
        },
        BotEvent::QuestionAsked { .. } => BotEvent::QuestionAsked { user: USER, question },
    }
}

fn request() -> JoinRequest {
    JoinRequest { chat: CHANNEL, at: AT, link: Some(Box::new(link())), is_decided: true }
}

fn chats() -> Vec<ChatEvent> {
    let action = Some(ChatAction::Typing);
    exemplars! {
        ChatEvent::ContactRecorded { .. } => ChatEvent::ContactRecorded { chat: CHAT, by: BOT },
        ChatEvent::JoinRequested { .. } => ChatEvent::JoinRequested { chat: CHAT, request: request() },
        ChatEvent::JoinDecided { .. } => ChatEvent::JoinDecided { chat: CHAT, approved: true },
        ChatEvent::BlockChanged { .. } => {
            ChatEvent::BlockChanged { chat: CHAT, by: USER, is_blocked: true }
        },
        ChatEvent::Read { .. } => ChatEvent::Read { chat: CHAT, by: USER, up_to: MessageId(3) },
        ChatEvent::ActionShown { .. } => ChatEvent::ActionShown { chat: CHAT, by: BOT, action },
    }
}

fn reference() -> MessageRef {
    MessageRef { key: MessageKey(4), ids: MessageIds::Private(MessageId(1), MessageId(2)) }
}

fn message() -> Message {
    let quote = Quote { text: Text::plain("rain"), position: 2, is_manual: true };
    let extras = MessageExtras {
        reply: Some(Reply { to: reference(), quote: Some(quote) }),
        forward: Some(Origin {
            sender: BOT,
            date: 1_789_999_999,
            chat: Some(OriginChat {
                chat: CHANNEL,
                post: Some(MessageId(9)),
                signature: Some("Ann Lee".into()),
            }),
        }),
        markup: Some(Markup::Remove { selective: true }),
        is_silent: true,
        is_protected: true,
        reactions: vec![(USER, vec![Reaction::parse("👍").unwrap()])],
        random_id: Some(42),
        sender_chat: Some(CHANNEL),
        signature: Some("Ann Lee".into()),
        thread: Some(Thread { root: MessageId(7), is_topic: true }),
        is_automatic: true,
        meant_for: Some(BOT),
    };
    Message {
        key: KEY,
        chat: CHAT,
        ids: MessageIds::Private(MessageId(3), MessageId(4)),
        from: USER,
        date: 1_790_000_000,
        edit_date: Some(1_790_000_001),
        version: 1,
        content: Content::text(Text::plain("It rains")),
        extras: Some(Box::new(extras)),
    }
}

fn messages() -> Vec<MessageEvent> {
    let edit = Edit { content: Content::text(Text::plain("It shines")), markup: None, is_hidden: true };
    let reactions = vec![Reaction::parse("🔥").unwrap()];
    exemplars! {
        MessageEvent::Sent(_) => MessageEvent::Sent(Box::new(message())),
        MessageEvent::Edited { .. } => MessageEvent::Edited { message: KEY, by: USER, edit },
        MessageEvent::Deleted { .. } => MessageEvent::Deleted { chat: CHAT, messages: vec![KEY] },
        MessageEvent::Hidden { .. } => MessageEvent::Hidden { chat: CHAT, by: USER, messages: vec![KEY] },
        MessageEvent::Pinned { .. } => MessageEvent::Pinned { message: KEY, is_pinned: true },
        MessageEvent::AllUnpinned { .. } => MessageEvent::AllUnpinned { chat: CHAT },
        MessageEvent::ReactionsSet { .. } => MessageEvent::ReactionsSet { message: KEY, by: USER, reactions },
    }
}

fn answer() -> QueryAnswer {
    let url = Some("https://t.me/weather_bot?start=x".to_owned());
    QueryAnswer { text: "Done".to_owned(), show_alert: true, url, cache_time: 5 }
}

fn queries() -> Vec<QueryEvent> {
    let data = "more".to_owned();
    exemplars! {
        QueryEvent::ButtonPressed { .. } => {
            QueryEvent::ButtonPressed { query: QUERY, chat: CHAT, by: USER, message: KEY, data }
        },
        QueryEvent::Answered { .. } => QueryEvent::Answered { query: QUERY, answer: answer() },
    }
}

fn sessions() -> Vec<SessionEvent> {
    let (phone, code, hash) = ("9996612345".to_owned(), "11111".to_owned(), "00ff".to_owned());
    let (device, system, version) = ("Phone".to_owned(), "1".to_owned(), "2".to_owned());
    let client = ClientInfo { layer: 200, api_id: 1, device, system, version };
    let (key, secret) = (KeyId(-9), KeySecret("0102".to_owned()));
    exemplars! {
        SessionEvent::CodeSent { .. } => SessionEvent::CodeSent { phone, code, hash },
        SessionEvent::SignedIn { .. } => {
            SessionEvent::SignedIn { key, secret, account: USER, client: client.clone() }
        },
        SessionEvent::ClientInfoSet { .. } => SessionEvent::ClientInfoSet { key, client },
        SessionEvent::SignedOut { .. } => SessionEvent::SignedOut { key },
    }
}

fn updates() -> Vec<UpdatesEvent> {
    let webhook = Webhook {
        url: "https://a.example/hook".to_owned(),
        secret_token: Some("secret".to_owned()),
        max_connections: 40,
        ip_address: Some("192.0.2.1".to_owned()),
        certificate: Some("PEM".to_owned()),
    };
    let all = AllowedUpdates::from_names(UpdateKind::ALL.iter().map(|kind| kind.name()));
    exemplars! {
        UpdatesEvent::AllowedSet { .. } => UpdatesEvent::AllowedSet { bot: BOT, allowed: all },
        UpdatesEvent::Confirmed { .. } => UpdatesEvent::Confirmed { bot: BOT, below: UpdateId(7) },
        UpdatesEvent::Delivered { .. } => UpdatesEvent::Delivered { bot: BOT, update: UpdateId(8) },
        UpdatesEvent::WebhookSet { .. } => UpdatesEvent::WebhookSet { bot: BOT, webhook: Some(webhook) },
    }
}

fn events() -> Vec<Event> {
    let all = [
        worlds().into_iter().map(Event::from).collect(),
        accounts().into_iter().map(Event::from).collect(),
        bots().into_iter().map(Event::from).collect(),
        chats().into_iter().map(Event::from).collect(),
        groups().into_iter().map(Event::from).collect(),
        messages().into_iter().map(Event::from).collect(),
        queries().into_iter().map(Event::from).collect(),
        sessions().into_iter().map(Event::from).collect(),
        updates().into_iter().map(Event::from).collect::<Vec<_>>(),
    ];
    // A kind of event without exemplars does not compile.
    let firsts = all.iter().map(|events| events.first().unwrap());
    let _: Vec<()> = firsts
        .map(|event| match event {
            Event::World(_)
            | Event::Account(_)
            | Event::Bot(_)
            | Event::Chat(_)
            | Event::Group(_)
            | Event::Message(_)
            | Event::Query(_)
            | Event::Session(_)
            | Event::Updates(_) => (),
        })
        .collect();
    all.into_iter().flatten().collect()
}

fn told() -> Vec<Update> {
    let (version, data) = (MessageVersion(KEY, 1), "more".into());
    let (old, new) = ([].into(), [Reaction::parse("👍").unwrap()].into());
    exemplars! {
        Update::Message(_) => Update::Message(version),
        Update::MessageEdited(_) => Update::MessageEdited(version),
        Update::MessagesDeleted { .. } => {
            Update::MessagesDeleted { chat: CHAT, messages: vec![MessageId(3)] }
        },
        Update::MessagePinned { .. } => {
            Update::MessagePinned { chat: CHAT, message: MessageId(3), is_pinned: true }
        },
        Update::ReactionsChanged { .. } => {
            Update::ReactionsChanged { message: KEY, id: MessageId(3), chat: CHAT, by: USER, old, new }
        },
        Update::BlockChanged { .. } => Update::BlockChanged { chat: CHAT, by: USER, is_blocked: true },
        Update::JoinRequested { .. } => Update::JoinRequested { chat: CHAT, request: Box::new(request()) },
        Update::ButtonPressed { .. } => Update::ButtonPressed {
            query: QUERY,
            chat: CHAT,
            by: USER,
            message_id: MessageId(4),
            message: Some(version),
            data,
        },
        Update::QueryAnswered { .. } => {
            Update::QueryAnswered { query: QUERY, chat: CHAT, answer: Box::new(answer()) }
        },
        Update::Read { .. } => Update::Read { chat: CHAT, by: USER, up_to: MessageId(3) },
        Update::MemberChanged(_) => Update::MemberChanged(Box::new(member_change())),
        Update::GroupChanged { .. } => Update::GroupChanged { chat: GROUP },
    }
}

fn deliveries() -> Vec<Delivery> {
    let (state, count) = (UpdateState { pts: 5, qts: 1 }, UpdateCount { pts: 1, qts: 0 });
    let mut all: Vec<_> =
        told().into_iter().map(|update| Delivery::Log { account: USER, state, count, update }).collect();
    let update = Update::Message(MessageVersion(KEY, 0));
    all.extend(exemplars! {
        Delivery::Log { .. } => {
            Delivery::Log { account: USER, state, count: UpdateCount::default(), update: update.clone() }
        },
        Delivery::Channel { .. } => Delivery::Channel {
            channel: ChannelId(1_234_567_890),
            pts: 5,
            count: 1,
            update: update.clone(),
            except: [BOT].into(),
        },
        Delivery::Queue { .. } => Delivery::Queue { bot: BOT, id: UpdateId(7), update },
    });
    all
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Schema {
    records: Vec<Recorded>,
    deliveries: Vec<Delivery>,
    contents: Vec<Content>,
    entities: Vec<EntityKind>,
    markups: Vec<Markup>,
    small: Small,
    in_groups: InGroups,
}

fn schema() -> Schema {
    Schema {
        records: events().into_iter().map(|event| Recorded::new(AT, event)).collect(),
        deliveries: deliveries(),
        contents: contents(),
        entities: entities(),
        markups: markups(),
        small: small(),
        in_groups: in_groups(),
    }
}

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

#[test]
fn names_and_forms_stay_as_they_are() {
    let schema = schema();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema/schema.json");
    if std::env::var_os("PARLOR_UPDATE").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == text, "the form of what is stored has changed; see the head of this file");
    assert_eq!(read::<Schema>(&kept), schema);
}
