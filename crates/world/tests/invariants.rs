//! Random commands from many users and bots: what must hold whatever they do.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod support;

use parlor_world::content::WriteAccess;
use parlor_world::event::{MessageEvent, decode_records, encode_records};
use parlor_world::ids::GroupKind;
use parlor_world::ops::account::{CreateBot, CreateUser, DeleteUser, EditUser};
use parlor_world::ops::chat::{GrantWriteAccess, MarkRead, RecordContact, SetBlocked, StartBot};
use parlor_world::ops::group::{
    AddMembers, BanMember, CreateGroup, CreateInviteLink, CreateTopic, DecideJoinRequest, EditGroup,
    GroupEdit, JoinBy, JoinGroup, LeaveGroup, PromoteMember, RestrictMember, StartBotInGroup, UnbanMember,
    UpgradeGroup,
};
use parlor_world::ops::message::{
    DeleteMessages, EditMessage, ForwardMessages, ForwardMode, MessageEdit, PinMessage, Send,
};
use parlor_world::ops::session::SignIn;
use parlor_world::ops::updates::ConfirmUpdates;
use parlor_world::state::account::{BOT_FATHER, ProfilePatch, UserProfile};
use parlor_world::state::group::{AdminRights, GroupProfile, LinkOptions, Permissions};
use parlor_world::state::message_box::{UpdateCount, UpdateState};
use parlor_world::state::session::{ClientInfo, KeyId, KeySecret};
use parlor_world::state::update::Update;
use parlor_world::text::Text;
use parlor_world::{
    AccountId, BoxId, ChannelId, ChatId, Effects, Event, GroupId, MessageId, Refusal, Target, Timestamp,
    World,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use support::Stage;

const USERS: i64 = 3;
const BOTS: i64 = 2;
/// A basic group, a supergroup with topics, and a channel with that discussion group; the first user owns them.
const GROUPS: [ChatId; 3] =
    [ChatId::Group(GroupId(5)), ChatId::Channel(ChannelId(6)), ChatId::Channel(ChannelId(7))];

/// What is done in a group or channel.
#[derive(Debug, Clone, Copy)]
enum Verb {
    Add,
    Start,
    Join,
    Ask,
    Decide,
    Leave,
    Ban,
    Unban,
    Restrict,
    Promote,
    Demote,
    Write,
    Delete,
    Pin,
    Rename,
    Topic,
    Upgrade,
}

const VERBS: [Verb; 22] = [
    Verb::Add,
    Verb::Add,
    Verb::Start,
    Verb::Join,
    Verb::Join,
    Verb::Ask,
    Verb::Decide,
    Verb::Leave,
    Verb::Ban,
    Verb::Unban,
    Verb::Restrict,
    Verb::Promote,
    Verb::Promote,
    Verb::Demote,
    Verb::Write,
    Verb::Write,
    Verb::Write,
    Verb::Delete,
    Verb::Pin,
    Verb::Rename,
    Verb::Topic,
    Verb::Upgrade,
];

/// Who acts, with whom, and on which of its messages.
#[derive(Debug, Clone, Copy)]
struct Pair {
    actor: AccountId,
    other: AccountId,
    message: MessageId,
}

#[derive(Debug, Clone)]
enum Act {
    Start(Pair),
    Write(Pair),
    Edit(Pair),
    Block(Pair, bool),
    Record(Pair),
    DeleteUser(AccountId),
    Rename(AccountId),
    Delete(Pair, bool),
    Pin(Pair),
    Read(Pair),
    Confirm(AccountId, i64),
    Forward(Pair, AccountId),
    Allow(Pair),
    InGroup(Pair, ChatId, Verb),
    TellBotFather(AccountId, &'static str),
}

/// What users say to BotFather, in any order.
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

fn user() -> impl Strategy<Value = AccountId> {
    (1..=USERS).prop_map(AccountId)
}

fn bot() -> impl Strategy<Value = AccountId> {
    (1..=BOTS).prop_map(|id| AccountId(100 + id))
}

/// Any two accounts; a user and a bot most often.
fn pair() -> impl Strategy<Value = Pair> {
    let any = prop_oneof![user(), bot()];
    let accounts = prop_oneof![
        4 => (user(), bot()),
        4 => (bot(), user()),
        2 => (user(), user()),
        1 => (any, bot()),
    ];
    (accounts, 1..20i32).prop_map(|((actor, other), id)| Pair { actor, other, message: MessageId(id) })
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => pair().prop_map(Act::Start),
        16 => pair().prop_map(Act::Write),
        4 => pair().prop_map(Act::Edit),
        4 => (pair(), any::<bool>()).prop_map(|(pair, blocked)| Act::Block(pair, blocked)),
        2 => pair().prop_map(Act::Record),
        1 => user().prop_map(Act::DeleteUser),
        2 => user().prop_map(Act::Rename),
        4 => (pair(), any::<bool>()).prop_map(|(pair, for_all)| Act::Delete(pair, for_all)),
        2 => pair().prop_map(Act::Pin),
        4 => pair().prop_map(Act::Read),
        2 => (bot(), -3..6i64).prop_map(|(bot, step)| Act::Confirm(bot, step)),
        2 => (pair(), prop_oneof![user(), bot()]).prop_map(|(from, to)| Act::Forward(from, to)),
        1 => pair().prop_map(Act::Allow),
        40 => (pair(), prop::sample::select(&GROUPS[..]), prop::sample::select(&VERBS[..]))
            .prop_map(|(pair, chat, verb)| Act::InGroup(pair, chat, verb)),
        8 => (user(), prop::sample::select(&LINES[..])).prop_map(|(user, line)| Act::TellBotFather(user, line)),
    ]
}

fn populated() -> Stage {
    let mut world = Stage::new(Timestamp(0));
    for id in 1..=USERS {
        let profile = UserProfile { first_name: "User".into(), ..UserProfile::default() };
        world.execute(&CreateUser { id: Some(AccountId(id)), profile }, Timestamp(0)).unwrap();
    }
    for id in 1..=BOTS {
        let account = AccountId(100 + id);
        world.execute(&CreateBot { id: Some(account), ..CreateBot::default() }, Timestamp(0)).unwrap();
        // It uses MTProto too, so it has a log.
        let (key, secret, client) = (KeyId(id), KeySecret(String::new()), ClientInfo::default());
        world.execute(&SignIn { key, secret, account, client }, Timestamp(0)).unwrap();
    }
    let kinds = [(GroupKind::Basic, 5), (GroupKind::Supergroup, 6), (GroupKind::Channel, 7)];
    for (chat, (kind, id)) in GROUPS.into_iter().zip(kinds) {
        let owner = AccountId(1);
        let is_forum = kind == GroupKind::Supergroup;
        let profile = GroupProfile { title: "Gardeners".into(), is_forum, ..GroupProfile::default() };
        let create = CreateGroup { owner, kind, profile, members: vec![AccountId(2)], id: Some(id) };
        assert_eq!(world.execute(&create, Timestamp(0)), Ok(chat));
        for needs_approval in [false, true] {
            let options = LinkOptions { needs_approval, ..LinkOptions::default() };
            let create = CreateInviteLink { actor: owner.into(), target: chat.into(), options };
            world.execute(&create, Timestamp(0)).unwrap();
        }
    }
    let (actor, target) = (AccountId(1).into(), GROUPS[2].into());
    let edit = GroupEdit::Linked(Some(ChannelId(6)));
    world.execute(&EditGroup { actor, target, edit }, Timestamp(0)).unwrap();
    world
}

fn perform(world: &mut Stage, act: &Act, now: Timestamp) -> Result<(), Refusal> {
    match act {
        Act::Start(Pair { actor, other, .. }) => {
            let start = StartBot { user: *actor, bot: *other, payload: None, random_id: None };
            world.execute(&start, now).map(drop)
        }
        Act::Write(Pair { actor, other, .. }) => {
            world.execute(&Send::text(*actor, *other, Text::plain("hi")), now).map(drop)
        }
        Act::Edit(Pair { actor, other, message }) => {
            let edit =
                MessageEdit::Text { text: Text::plain(&format!("edited at {}", now.0)), link_preview: None };
            let (actor, target) = ((*actor).into(), (*other).into());
            world
                .execute(&EditMessage { actor, target, message: *message, edit, markup: None }, now)
                .map(drop)
        }
        Act::Block(Pair { actor, other, .. }, is_blocked) => {
            let (target, is_blocked) = ((*other).into(), *is_blocked);
            world.execute(&SetBlocked { user: *actor, target, is_blocked }, now)
        }
        Act::Record(Pair { actor, other, .. }) => {
            world.execute(&RecordContact { bot: *other, user: *actor }, now)
        }
        Act::DeleteUser(user) => world.execute(&DeleteUser { user: *user }, now),
        Act::Rename(user) => {
            let bio = Some(Some(format!("since {}", now.0).into()));
            world.execute(
                &EditUser { user: *user, patch: ProfilePatch { bio, ..ProfilePatch::default() } },
                now,
            )
        }
        Act::Delete(Pair { actor, other, message }, for_all) => {
            let (actor, target, messages) = ((*actor).into(), (*other).into(), vec![*message]);
            let for_all = *for_all;
            world.execute(&DeleteMessages { actor, target, messages, for_all, skip_missing: true }, now)
        }
        Act::Pin(Pair { actor, other, message }) => {
            let (actor, target, message) = ((*actor).into(), (*other).into(), Some(*message));
            world.execute(&PinMessage { actor, target, message, is_pinned: true, is_silent: false }, now)
        }
        Act::Read(Pair { actor, other, message }) => {
            let (actor, target) = ((*actor).into(), (*other).into());
            world.execute(&MarkRead { actor, target, up_to: Some(*message) }, now)
        }
        Act::Forward(Pair { actor, other, message }, to) => {
            let forward = ForwardMessages {
                actor: (*actor).into(),
                from: (*other).into(),
                to: (*to).into(),
                messages: vec![(*message).into()],
                skip_missing: false,
                mode: ForwardMode::Forward,
                is_silent: false,
                is_protected: false,
                thread: None,
            };
            world.execute(&forward, now).map(drop)
        }
        Act::Allow(Pair { actor, other, .. }) => {
            let (user, bot, access) = (*actor, *other, WriteAccess::Request);
            world.execute(&GrantWriteAccess { user, bot, access }, now).map(drop)
        }
        Act::InGroup(pair, chat, verb) => perform_in_group(world, *pair, *chat, *verb, now),
        Act::TellBotFather(user, line) => {
            let before = world.journal.len();
            world.execute(&Send::text(*user, BOT_FATHER, Text::plain(line)), now)?;
            assert!(world.journal.len() > before + 1, "BotFather answers everything");
            Ok(())
        }
        Act::Confirm(bot, step) => {
            let first = world.queue(*bot).unwrap().first().unwrap_or_default();
            let offset = if *step < 0 { *step } else { first + step };
            world.execute(&ConfirmUpdates { bot: *bot, offset, allowed: None }, now).map(drop)
        }
    }
}

fn perform_in_group(
    world: &mut Stage,
    Pair { actor, other, message }: Pair,
    chat: ChatId,
    verb: Verb,
    now: Timestamp,
) -> Result<(), Refusal> {
    let target = Target::from(chat);
    let by = actor.into();
    let link = |needs_approval: bool, world: &Stage| {
        let links = &world.group(chat).unwrap().links;
        let found = links.values().find(|link| link.options.needs_approval == needs_approval);
        JoinBy::Link(found.unwrap().hash.to_string())
    };
    let promote =
        |rights| PromoteMember { actor: by, target: chat.into(), account: other, rights, title: None };
    match verb {
        Verb::Add => world.execute(&AddMembers { user: actor, target, accounts: vec![other] }, now),
        Verb::Start => {
            let (payload, random_id) = (Some("x".to_owned()), None);
            world.execute(&StartBotInGroup { user: actor, bot: other, target, payload, random_id }, now)
        }
        Verb::Join | Verb::Ask => {
            let by = link(matches!(verb, Verb::Ask), world);
            world.execute(&JoinGroup { user: actor, by }, now).map(drop)
        }
        Verb::Decide => {
            let decide =
                DecideJoinRequest { actor: by, target, account: other, approved: message.0 % 2 == 0 };
            world.execute(&decide, now)
        }
        Verb::Leave => world.execute(&LeaveGroup { actor: by, target }, now),
        Verb::Ban => {
            let until = now.date() + i64::from(message.0) * 10;
            world.execute(&BanMember { actor: by, target, account: other, until }, now)
        }
        Verb::Unban => {
            let only_if_banned = message.0 % 2 == 0;
            world.execute(&UnbanMember { actor: by, target, account: other, only_if_banned }, now)
        }
        Verb::Restrict => {
            let (permissions, until) = (Permissions::SEND_MESSAGES, now.date() + 40);
            world.execute(&RestrictMember { actor: by, target, account: other, permissions, until }, now)
        }
        Verb::Promote => world.execute(&promote(AdminRights::all().difference(AdminRights::ANONYMOUS)), now),
        Verb::Demote => world.execute(&promote(AdminRights::empty()), now),
        Verb::Write => world.execute(&Send::text(actor, target, Text::plain("/help")), now).map(drop),
        Verb::Delete => {
            let messages = vec![message];
            let delete = DeleteMessages { actor: by, target, messages, for_all: true, skip_missing: true };
            world.execute(&delete, now)
        }
        Verb::Pin => {
            let message = Some(message);
            world.execute(&PinMessage { actor: by, target, message, is_pinned: true, is_silent: false }, now)
        }
        Verb::Rename => {
            let edit = GroupEdit::Title(format!("Title {}", now.0));
            world.execute(&EditGroup { actor: by, target, edit }, now)
        }
        Verb::Topic => {
            let (name, icon_color, icon) = ("News".to_owned(), None, None);
            world.execute(&CreateTopic { actor: by, target, name, icon_color, icon }, now).map(drop)
        }
        Verb::Upgrade => world.execute(&UpgradeGroup { user: actor, target }, now).map(drop),
    }
}

/// What a group knows of its members agrees with them.
fn check_groups(world: &World, now: Timestamp) -> Result<(), TestCaseError> {
    for (chat, group) in world.all_groups() {
        let rows: Vec<_> = world.members(chat).collect();
        let present: Vec<_> =
            rows.iter().filter(|(_, member)| member.status.is_present()).map(|(id, _)| *id).collect();
        prop_assert_eq!(present.len(), group.member_count as usize, "{:?}", chat);
        let bots: BTreeSet<_> = present.iter().copied().filter(|id| world.is_bot(*id)).collect();
        prop_assert_eq!(&bots, &group.bots);
        let administrators: BTreeSet<_> =
            rows.iter().filter(|(_, member)| member.status.is_administrator()).map(|(id, _)| *id).collect();
        prop_assert_eq!(&administrators, &group.administrators);
        prop_assert!(present.iter().all(|id| world.dialog(*id, chat).is_some()), "a member has no dialog");
        if let ChatId::Channel(channel) = chat {
            let log = world.log(channel).map(|log| log.from(0, now).collect::<Vec<_>>()).unwrap_or_default();
            let follows =
                log.windows(2).all(|pair| pair[0].state.pts + pair[1].count.pts == pair[1].state.pts);
            prop_assert!(follows, "the pts of a channel has a gap");
        }
    }
    Ok(())
}

/// The counters of every log move without gaps, and every update that refers to a message can be shown.
fn check_logs(world: &World, now: Timestamp) -> Result<(), TestCaseError> {
    let accounts: Vec<_> = world.users().map(|user| user.id).chain(world.bots().map(|bot| bot.id)).collect();
    for account in accounts {
        let Some(log) = world.log(account) else { continue };
        let states: Vec<_> = log.from(0, now).map(|entry| (entry.state, entry.count)).collect();
        let follows = |pair: &[(UpdateState, UpdateCount)]| {
            let [(before, _), (after, by)] = pair else { return false };
            before.pts + by.pts == after.pts && before.qts + by.qts == after.qts
        };
        prop_assert!(states.windows(2).all(follows), "pts or qts has a gap: {states:?}");
        prop_assert!(states.last().is_none_or(|(state, _)| *state == log.state()));
        let mut versions = log.from(0, now).filter_map(|entry| match entry.update {
            Update::Message(version) | Update::MessageEdited(version) => Some(version),
            _ => None,
        });
        let shown = versions.all(|version| world.message_version(version).is_some());
        prop_assert!(shown, "a message of the log of {account} is lost");
        for dialog in world.dialogs(account) {
            let ids: Vec<_> = dialog.messages().map(|message| message.id_for(account)).collect();
            prop_assert!(ids.is_sorted(), "{ids:?}");
            let numbering = dialog.chat.numbering(account);
            let found = |id: &MessageId| world.message_in(numbering, *id).map(|message| message.chat);
            prop_assert!(
                ids.iter().all(|id| found(id) == Some(dialog.chat)),
                "a message is not found by its id"
            );
            let walked =
                ids.iter().map(|id| dialog.messages_after(*id).count() + 1).eq((1..=ids.len()).rev());
            prop_assert!(walked, "the list does not begin after a given id");
        }
    }
    Ok(())
}

fn check_queues(world: &World, now: Timestamp) -> Result<(), TestCaseError> {
    for bot in world.bots() {
        let queue = world.queue(bot.id).unwrap();
        let ids: Vec<i64> = queue.from(0, now).map(|entry| i64::from(entry.id.0)).collect();
        prop_assert!(ids.windows(2).all(|pair| pair[0] + 1 == pair[1]), "a gap: {ids:?}");
        prop_assert!(ids.last().is_none_or(|last| last + 1 == queue.next()));
        let mut users = queue.from(0, now).map(|entry| entry.user);
        let is_known = |user: (AccountId, u32)| world.is_bot(user.0) || world.profile(user).is_some();
        prop_assert!(users.all(is_known), "a profile of that time is lost");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_they_do(acts in prop::collection::vec(act(), 1..120)) {
        let mut world = populated();
        let mut ids: BTreeSet<(BoxId, MessageId)> = BTreeSet::new();
        for (step, act) in acts.iter().enumerate() {
            let now = Timestamp(i64::try_from(step).unwrap() * 1000);
            let before = world.journal.len();
            let is_blocked = match act {
                Act::Write(Pair { actor, other, .. }) => {
                    let dialog = world.dialog(*actor, ChatId::private(*actor, *other));
                    dialog.is_some_and(|dialog| dialog.is_blocked_by_other() || dialog.dialog.is_blocked)
                }
                _ => false,
            };
            let outcome = perform(&mut world, act, now);
            // A refusal leaves nothing behind; a block stops messages.
            prop_assert!(outcome.is_ok() || world.journal.len() == before);
            prop_assert!(!(is_blocked && outcome.is_ok()), "written in spite of a block: {act:?}");
            for recorded in &world.journal[before..] {
                if let Event::Message(MessageEvent::Sent(message)) = &recorded.event {
                    for place in message.ids.boxes(message.chat) {
                        prop_assert!(ids.insert(place), "an id repeats: {message:?}");
                    }
                }
            }
            check_logs(&world, now)?;
            check_queues(&world, now)?;
            check_groups(&world, now)?;
        }
        // The journal, as text, gives the same world.
        let text = encode_records(&world.journal).unwrap();
        let mut replayed = World::new([0; 16]);
        let effects = &mut Effects::default();
        for recorded in decode_records(&text).unwrap() {
            replayed.apply(&recorded, effects);
        }
        prop_assert!(replayed == world.world, "replay differs");
    }
}

#[test]
fn my_chat_member_comes_on_block_and_unblock_only() {
    let mut world = populated();
    let pair = Pair { actor: AccountId(1), other: AccountId(101), message: MessageId(1) };
    for act in [Act::Start(pair), Act::Block(pair, true), Act::Block(pair, true), Act::Block(pair, false)] {
        perform(&mut world, &act, Timestamp(1)).unwrap();
    }
    let queue = world.queue(pair.other).unwrap();
    let told: Vec<_> = queue.from(0, Timestamp(1)).map(|entry| &entry.update).collect();
    assert!(matches!(
        told[..],
        [
            Update::Message(_),
            Update::BlockChanged { is_blocked: true, .. },
            Update::BlockChanged { is_blocked: false, .. }
        ]
    ));
    let back = Pair { actor: pair.other, other: pair.actor, ..pair };
    perform(&mut world, &Act::Write(back), Timestamp(1)).expect("no new /start is needed");
    let chat = ChatId::private(pair.actor, pair.other);
    assert_eq!(world.dialog(pair.actor, chat).unwrap().messages().count(), 2);
}
