//! Journals of every release open, and give the same worlds with the same counters.
//!
//! `testing/golden` has a journal of each version with a summary of its world. The journal of a version holds every kind of
//! event. It is written once, by `PARLOR_GOLDEN=1 cargo test -p parlor-host --test golden`, and never changed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use parlor_host::{ClockStart, Host, Options};
use parlor_storage::{Journal, Sqlite};
use parlor_world::content::WriteAccess;
use parlor_world::event::encode_records;
use parlor_world::ids::GroupKind;
use parlor_world::markup::{ButtonAction, InlineButton, Markup};
use parlor_world::ops::account::{
    CreateBot, CreateUser, DeleteBot, DeleteUser, EditBot, EditUser, RevokeToken, SetPassword,
};
use parlor_world::ops::bot::{SetBotText, SetCommands, SetDefaultRights, SetMenuButton};
use parlor_world::ops::chat::{GrantWriteAccess, MarkRead, RecordContact, SetBlocked, StartBot};
use parlor_world::ops::group::{
    AddMembers, BanSenderChat, CreateGroup, CreateInviteLink, CreateTopic, DecideJoinRequest, DeleteGroup,
    DeleteInviteLink, DeleteTopic, EditGroup, GroupEdit, JoinBy, JoinGroup, PromoteMember, RevokeInviteLink,
    UpgradeGroup,
};
use parlor_world::ops::message::{
    DeleteMessages, EditMessage, ForwardMessages, ForwardMode, MessageEdit, PinMessage, Send, SetReactions,
    UnpinAllMessages,
};
use parlor_world::ops::query::{AnswerQuery, PressButton};
use parlor_world::ops::session::{SendCode, SetClientInfo, SignIn, SignOut};
use parlor_world::ops::updates::{ConfirmDelivery, ConfirmUpdates, SetWebhook};
use parlor_world::refusal::BotTextKind;
use parlor_world::state::account::{BOT_FATHER, FlagsPatch, ProfilePatch, Token, UserProfile};
use parlor_world::state::bot_settings::{BotCommand, CommandScope, MenuButton};
use parlor_world::state::group::{AdminRights, GroupProfile, LinkOptions};
use parlor_world::state::message::Reaction;
use parlor_world::state::query::QueryAnswer;
use parlor_world::state::session::{ClientInfo, KeyId, KeySecret, Password};
use parlor_world::state::update_queue::{AllowedUpdates, Webhook};
use parlor_world::text::Text;
use parlor_world::{
    AccountId, ChannelId, ChatId, Command, Effects, GroupId, MessageId, Recorded, Rules, Timestamp, UpdateId,
    World,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ANN: AccountId = AccountId(1001);
const BOB: AccountId = AccountId(1002);
const GONE: AccountId = AccountId(1003);
const BOT: AccountId = AccountId(123_456);
const HOOK: AccountId = AccountId(123_457);
const GROUP: ChatId = ChatId::Group(GroupId(4_123_456_789));
const FORUM: ChatId = ChatId::Channel(ChannelId(1_234_567_890));
const CHANNEL: ChatId = ChatId::Channel(ChannelId(1_234_567_891));

/// A world and its journal. Each command is a second after the one before.
struct Story {
    world: World,
    journal: Vec<Recorded>,
    now: Timestamp,
}

impl Story {
    fn tell<C: Command>(&mut self, command: C) -> C::Outcome {
        self.now = self.now.plus_seconds(1);
        let effects = &mut Effects::default();
        match self.world.handle(&command, self.now, &mut self.journal, effects) {
            Ok(outcome) => outcome,
            Err(refusal) => panic!("{refusal} after {} events", self.journal.len()),
        }
    }

    fn say(&mut self, from: AccountId, to: AccountId, text: &str) {
        self.tell(Send::text(from, to, Text::plain(text)));
    }
}

/// Every kind of event at least once.
fn story() -> Vec<Recorded> {
    let now = Timestamp(1_790_000_000_000);
    let world = World::new([7; 16]);
    let mut story = Story { journal: vec![world.genesis(now)], world, now };
    accounts(&mut story);
    chats(&mut story);
    groups(&mut story);
    messages(&mut story);
    sessions(&mut story);
    story.journal
}

fn accounts(story: &mut Story) {
    for (id, name) in [(ANN, "Ann"), (BOB, "Bob"), (GONE, "Gone")] {
        let profile = UserProfile { first_name: name.into(), ..UserProfile::default() };
        story.tell(CreateUser { id: Some(id), profile });
    }
    let patch = ProfilePatch { last_name: Some(Some("Lee".into())), ..ProfilePatch::default() };
    story.tell(EditUser { user: ANN, patch });
    story.tell(DeleteUser { user: GONE });
    let verifier = Password { salt1: vec![1], salt2: vec![2], verifier: vec![3], hint: "hint".to_owned() };
    story.tell(SetPassword { user: BOB, password: Some(verifier) });
    for token in ["123456:AAAA", "123457:BBBB", "123458:CCCC"] {
        story.tell(CreateBot { token: Token::parse(token), ..CreateBot::default() });
    }
    let flags = FlagsPatch { can_join_groups: Some(false), ..FlagsPatch::default() };
    story.tell(EditBot { flags, ..EditBot::new(BOT) });
    story.tell(RevokeToken { bot: AccountId(123_458) });
    story.tell(DeleteBot { bot: AccountId(123_458) });
    let commands = vec![BotCommand { command: "go".to_owned(), description: "Go".to_owned() }];
    story.tell(SetCommands { bot: BOT, scope: CommandScope::Default, language: String::new(), commands });
    let (language, text) = (String::new(), "Golden".to_owned());
    story.tell(SetBotText { bot: BOT, kind: BotTextKind::Description, language, text });
    let button = MenuButton::WebApp { text: "Open".to_owned(), url: "https://a.example".to_owned() };
    story.tell(SetMenuButton { bot: BOT, user: None, button });
    let rights = AdminRights::POST_MESSAGES;
    story.tell(SetDefaultRights { bot: HOOK, for_channels: true, rights });
    story.say(ANN, BOT_FATHER, "/newbot");
}

fn chats(story: &mut Story) {
    story.tell(StartBot { user: ANN, bot: BOT, payload: Some("gold".to_owned()), random_id: Some(1) });
    story.tell(RecordContact { bot: BOT, user: BOB });
    let access = WriteAccess::Website { domain: "a.example".to_owned() };
    story.tell(GrantWriteAccess { user: BOB, bot: HOOK, access });
    for is_blocked in [true, false] {
        story.tell(SetBlocked { user: ANN, target: BOT.into(), is_blocked });
    }
    story.say(ANN, BOB, "from a user to a user");
    story.say(ANN, ANN, "to oneself");
    story.tell(MarkRead { actor: BOB.into(), target: ANN.into(), up_to: None });
}

fn groups(story: &mut Story) {
    let kinds = [
        (GroupKind::Basic, 4_123_456_789),
        (GroupKind::Supergroup, 1_234_567_890),
        (GroupKind::Channel, 1_234_567_891),
    ];
    for (kind, id) in kinds {
        let is_forum = kind == GroupKind::Supergroup;
        let profile = GroupProfile { title: "Gardeners".into(), is_forum, ..GroupProfile::default() };
        story.tell(CreateGroup { owner: ANN, kind, profile, members: Vec::new(), id: Some(id) });
    }
    let promote = |target: ChatId| {
        let (actor, rights) = (ANN.into(), AdminRights::INVITE_USERS | AdminRights::POST_MESSAGES);
        PromoteMember { actor, target: target.into(), account: HOOK, rights, title: None }
    };
    story.tell(AddMembers { user: ANN, target: GROUP.into(), accounts: vec![BOB, HOOK] });
    story.tell(promote(FORUM));
    story.tell(promote(CHANNEL));
    let edit = GroupEdit::Username(Some("gardeners".to_owned()));
    story.tell(EditGroup { actor: ANN.into(), target: FORUM.into(), edit });
    let options = LinkOptions { needs_approval: true, ..LinkOptions::default() };
    let link = story.tell(CreateInviteLink { actor: ANN.into(), target: FORUM.into(), options });
    let hash = String::from(link.hash);
    story.tell(JoinGroup { user: BOB, by: JoinBy::Link(hash.clone()) });
    let (actor, target) = (HOOK.into(), FORUM.into());
    story.tell(DecideJoinRequest { actor, target, account: BOB, approved: true });
    story.tell(RevokeInviteLink { actor: ANN.into(), target: FORUM.into(), hash: hash.clone() });
    story.tell(DeleteInviteLink { actor: ANN.into(), target: FORUM.into(), hash });
    for name in ["Roses", "Weeds"] {
        let (name, icon_color, icon) = (name.to_owned(), None, None);
        let topic =
            story.tell(CreateTopic { actor: ANN.into(), target: FORUM.into(), name, icon_color, icon });
        if &*topic.name == "Weeds" {
            story.tell(DeleteTopic { actor: ANN.into(), target: FORUM.into(), topic: topic.id });
        }
    }
    for chat in [GROUP, FORUM, CHANNEL] {
        story.tell(Send::text(HOOK, chat, Text::plain("from a bot to many")));
    }
    let (actor, target) = (ANN.into(), FORUM.into());
    story.tell(BanSenderChat { actor, target, sender: CHANNEL, is_banned: true });
    story.tell(UpgradeGroup { user: ANN, target: GROUP.into() });
    story.tell(DeleteGroup { user: ANN, target: CHANNEL.into() });
}

fn messages(story: &mut Story) {
    let action = ButtonAction::Callback("yes".to_owned());
    let row = vec![InlineButton { text: "Yes".to_owned(), style: None, action }];
    let mut send = Send::text(BOT, ANN, Text::plain("a question"));
    send.options.markup = Some(Markup::Inline(vec![row]));
    let question = story.tell(send);
    let message = story.world.message_by_key(question).unwrap().id_for(ANN);
    let query = story.tell(PressButton { user: ANN, target: BOT.into(), message, data: "yes".to_owned() });
    let answer = QueryAnswer { text: "Well".to_owned(), ..QueryAnswer::default() };
    story.tell(AnswerQuery { bot: BOT, query, answer });
    let reactions = vec![Reaction::parse("👍").unwrap()];
    story.tell(SetReactions { actor: ANN.into(), target: BOT.into(), message, reactions });
    let edit = MessageEdit::Text { text: Text::plain("an answer"), link_preview: None };
    let message = story.world.message_by_key(question).unwrap().id_for(BOT);
    story.tell(EditMessage { actor: BOT.into(), target: ANN.into(), message, edit, markup: None });
    let pin = |message| PinMessage {
        actor: BOT.into(),
        target: ANN.into(),
        message: Some(message),
        is_pinned: true,
        is_silent: false,
    };
    story.tell(pin(MessageId(1)));
    story.tell(UnpinAllMessages { actor: BOT.into(), target: ANN.into() });
    story.tell(pin(message));
    story.tell(ForwardMessages {
        actor: ANN.into(),
        from: BOT.into(),
        to: HOOK.into(),
        messages: vec![MessageId(3).into()],
        skip_missing: false,
        mode: ForwardMode::Forward,
        is_silent: true,
        is_protected: true,
        thread: None,
    });
    for (text, for_all) in [("for one", false), ("for both", true)] {
        let key = story.tell(Send::text(ANN, BOT, Text::plain(text)));
        let messages = vec![story.world.message_by_key(key).unwrap().id_for(ANN)];
        let (actor, target) = (ANN.into(), BOT.into());
        story.tell(DeleteMessages { actor, target, messages, for_all, skip_missing: false });
    }
}

fn sessions(story: &mut Story) {
    story.tell(SendCode { phone: "9996612345".to_owned() });
    for (key, account) in [(1, ANN), (2, BOT), (3, BOB)] {
        let (key, secret) = (KeyId(key), KeySecret("0102".to_owned()));
        story.tell(SignIn { key, secret, account, client: ClientInfo::default() });
    }
    let client = ClientInfo { layer: 200, ..ClientInfo::default() };
    story.tell(SetClientInfo { key: KeyId(1), client });
    story.tell(SignOut { key: KeyId(3) });
    let allowed = AllowedUpdates::from_names(["message", "callback_query", "message_reaction"]);
    story.tell(ConfirmUpdates { bot: BOT, offset: 0, allowed: Some(allowed) });
    let webhook = Webhook {
        url: "https://a.example/hook".to_owned(),
        secret_token: None,
        max_connections: 40,
        ip_address: None,
        certificate: None,
    };
    story.tell(SetWebhook { bot: HOOK, webhook: Some(webhook), allowed: None, drop_pending_updates: false });
    let first = story.world.queue(HOOK).unwrap().first().unwrap();
    story.tell(ConfirmDelivery { bot: HOOK, update: UpdateId(i32::try_from(first).unwrap()) });
    let first = story.world.queue(BOT).unwrap().first().unwrap();
    story.tell(ConfirmUpdates { bot: BOT, offset: first + 2, allowed: None });
    story.say(ANN, BOT, "the bot has a log now");
}

/// Summarises a world, to be compared with the summary beside its journal.
fn summary(world: &World, now: Timestamp) -> Value {
    let account = |id: AccountId| {
        let log = world.log(id);
        let queue = world.queue(id);
        let dialogs = world.dialogs(id).map(|dialog| {
            let messages = dialog.messages().map(|message| {
                let text = message.text_for(id).map(|text| text.text);
                json!([message.id_for(id).0, message.from.0, message.version, text])
            });
            json!({
                "chat": dialog.chat.bot_api_id(id),
                "messages": messages.collect::<Vec<_>>(),
                "unread": dialog.unread(),
                "read_by_other": dialog.read_by_other().map(|id| id.0),
                "is_blocked": dialog.dialog.is_blocked,
                "pinned": dialog.pinned().map(|message| message.id_for(id).0).collect::<Vec<_>>(),
            })
        });
        json!({
            "id": id.0,
            "is_deleted": world.account(id).unwrap().is_deleted(),
            "log": log.map(|log| json!({
                "next": log.next(),
                "pts": log.state().pts,
                "qts": log.state().qts,
                "kept": log.from(0, now).count(),
            })),
            "queue": queue.map(|queue| json!({
                "next": queue.next(),
                "pending": queue.from(0, now).map(|entry| entry.id.0).collect::<Vec<_>>(),
                "allowed": queue.allowed.names().collect::<Vec<_>>(),
                "webhook": queue.webhook.as_ref().map(|webhook| &webhook.url),
            })),
            "dialogs": dialogs.collect::<Vec<_>>(),
            "sessions": world.sessions(id).map(|(key, session)| json!([key.0, session.client.layer])).collect::<Vec<_>>(),
        })
    };
    let users = world.users().map(|user| user.id);
    let accounts: Vec<_> = users.chain(world.bots().map(|bot| bot.id)).map(account).collect();
    let groups = world.all_groups().map(|(chat, group)| {
        json!({
            "chat": chat.bot_api_id(AccountId(0)),
            "title": group.profile.title,
            "username": group.profile.username,
            "members": group.member_count,
            "administrators": group.administrators.iter().map(|id| id.0).collect::<Vec<_>>(),
            "bots": group.bots.iter().map(|id| id.0).collect::<Vec<_>>(),
            "links": group.links.len(),
            "pending": group.pending.len(),
            "topics": group.topics.values().map(|topic| &topic.name).collect::<Vec<_>>(),
            "is_upgraded": group.upgraded_to.is_some(),
            "is_deleted": group.is_deleted,
            "pts": match chat {
                ChatId::Channel(id) => world.log(id).map(|log| log.state().pts),
                _ => None,
            },
        })
    });
    let groups: Vec<_> = groups.collect();
    let bot = world.bot(BOT).unwrap();
    json!({
        "groups": groups,
        "world": world.id(),
        "chats": world.chat_count(),
        "accounts": accounts,
        "token": bot.token(),
        "description": bot.settings.text(BotTextKind::Description, ""),
        "is_started": world.chat(ChatId::private(ANN, BOT)).unwrap().private().unwrap().is_started,
    })
}

/// `message.sent` for `{"message": {"sent": …}}`.
fn name(event: &Value) -> String {
    let (kind, event) = event.as_object().unwrap().iter().next().unwrap();
    let (variant, _) = event.as_object().unwrap().iter().next().unwrap();
    format!("{kind}.{variant}")
}

fn names(records: &Value) -> BTreeSet<String> {
    records.as_array().unwrap().iter().map(|record| name(&record["event"])).collect()
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testing/golden")
}

fn options() -> Options {
    Options { rules: Rules::default(), key: [0; 16], clock: ClockStart::Journal }
}

async fn read(file: &Path) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("parlor.db");
    std::fs::copy(file, &copy).unwrap();
    let host = Host::open(Box::new(Sqlite::open(&copy).unwrap()), options()).unwrap();
    host.read(summary).await.unwrap()
}

#[tokio::test]
async fn journals_of_all_versions_give_the_same_worlds() {
    let mut checked = 0;
    for entry in std::fs::read_dir(golden()).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|end| end == "db") {
            let expected: Value =
                serde_json::from_slice(&std::fs::read(file.with_extension("json")).unwrap()).unwrap();
            assert_eq!(read(&file).await, expected, "{}", file.display());
            checked += 1;
        }
    }
    assert!(checked > 0, "no journal in {}", golden().display());
}

/// The journal that this version would write has every kind of event that journals can hold.
#[tokio::test]
async fn the_journal_of_this_version_has_every_kind_of_event() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../world/tests/schema/schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    let mut expected = names(&schema["records"]);
    // This kind is never stored.
    assert!(expected.remove("chat.action_shown"));
    let story = story();
    let written: Value = serde_json::from_str(&encode_records(&story).unwrap()).unwrap();
    assert_eq!(names(&written), expected);
    if std::env::var_os("PARLOR_GOLDEN").is_some() {
        write(&story).await;
    }
}

async fn write(story: &[Recorded]) {
    let file = golden().join(concat!(env!("CARGO_PKG_VERSION"), ".db"));
    assert!(!file.exists(), "{} is never written again", file.display());
    let mut journal = Sqlite::open(&file).unwrap();
    journal.append(0, story).unwrap();
    journal.close().unwrap();
    drop(journal);
    let summary = serde_json::to_string_pretty(&read(&file).await).unwrap() + "\n";
    std::fs::write(file.with_extension("json"), summary).unwrap();
}
