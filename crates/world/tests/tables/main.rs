//! Rules of the dialog, as tables: what happened, what is asked, what the world says.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod access;
mod accounts;
mod bot_view;
mod group_messages;
mod groups;
mod invites;
mod messages;
mod private_chats;
#[path = "../support/mod.rs"]
mod support;

use parlor_world::content::WriteAccess;
use parlor_world::ids::GroupKind;
use parlor_world::link::{Link, LinkAction};
use parlor_world::markup::Markup;
use parlor_world::ops::account::{CreateBot, CreateUser, DeleteUser, EditBot, EditUser};
use parlor_world::ops::chat::{
    GrantWriteAccess, MarkRead, RecordContact, SetBlocked, ShowChatAction, StartBot,
};
use parlor_world::ops::group::{
    CreateGroup, CreateInviteLink, DecideJoinRequest, JoinBy, JoinGroup, PromoteMember,
};
use parlor_world::ops::message::{
    ClearHistory, Cleared, DeleteMessages, EditMessage, ForwardItem, ForwardMessages, ForwardMode,
    MAX_CLEARED, MessageEdit, PinMessage, Send, SetReactions, UnpinAllMessages,
};
use parlor_world::ops::session::{Login, SendCode, check_code};
use parlor_world::refusal::{BotTextKind, MessageOperation};
use parlor_world::state::account::{BOT_FATHER, BotFlags, FlagsPatch, ProfilePatch, UserProfile};
use parlor_world::state::dialog::ChatAction;
use parlor_world::state::group::{AdminRights, GroupProfile, LinkOptions};
use parlor_world::state::message::Reaction;
use parlor_world::state::update::Update;
use parlor_world::text::Text;
use parlor_world::{
    AccountId, ChannelId, ChatId, ChatSelector, DialogView, MessageId, Refusal, Target, Timestamp,
};
use support::Stage;

const USER: AccountId = AccountId(1);
const FRIEND: AccountId = AccountId(2);
const BOT: AccountId = AccountId(101);
const OTHER_BOT: AccountId = AccountId(102);
const CHAT: ChatId = ChatId::Private(USER, BOT);
const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn world() -> Stage {
    let mut world = Stage::new(NOW);
    for id in [USER, FRIEND] {
        let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
        world.execute(&CreateUser { id: Some(id), profile }, NOW).unwrap();
    }
    for id in [BOT, OTHER_BOT] {
        world.execute(&CreateBot { id: Some(id), ..CreateBot::default() }, NOW).unwrap();
    }
    world
}

fn say(from: AccountId, to: AccountId, text: &str) -> Send {
    Send::text(from, to, Text::plain(text))
}

fn seen(world: &Stage, viewer: AccountId) -> DialogView<'_> {
    world.dialog(viewer, CHAT).unwrap()
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

/// Does all that; returns the time afterwards.
fn given(world: &mut Stage, all: &[Given]) -> Timestamp {
    let mut now = NOW;
    for step in all {
        match step {
            Given::Start => {
                let start = StartBot { user: USER, bot: BOT, payload: None, random_id: None };
                world.execute(&start, NOW).unwrap();
            }
            Given::Write => drop(world.execute(&say(USER, BOT, "good morning"), NOW).unwrap()),
            Given::See => world.execute(&RecordContact { bot: BOT, user: USER }, NOW).unwrap(),
            Given::Block => world.execute(&block(BOT, true), NOW).unwrap(),
            Given::Unblock => world.execute(&block(BOT, false), NOW).unwrap(),
            Given::Delete => world.execute(&DeleteUser { user: USER }, NOW).unwrap(),
            Given::Allow => {
                let access = WriteAccess::Website { domain: "example.com".to_owned() };
                world.execute(&GrantWriteAccess { user: USER, bot: BOT, access }, NOW).unwrap();
            }
            Given::Join => {
                let link = world.group(GROUP).is_none().then(|| make_group(world));
                let hash = link.unwrap_or_else(|| link_of_group(world));
                world.execute(&JoinGroup { user: USER, by: JoinBy::Link(hash) }, NOW).unwrap();
            }
            Given::Decide => world.execute(&decision(), NOW).unwrap(),
            Given::Wait => now = now.plus_seconds(300),
        }
    }
    now
}

fn block(whom: AccountId, is_blocked: bool) -> SetBlocked {
    SetBlocked { user: USER, target: whom.into(), is_blocked }
}

/// The chat that users ask to join: the friend owns it, the bot may decide.
const GROUP: ChatId = ChatId::Channel(ChannelId(1_234_567_890));

fn decision() -> DecideJoinRequest {
    DecideJoinRequest { actor: BOT.into(), target: GROUP.into(), account: USER, approved: false }
}

/// Makes the group; returns the hash of a link by which one asks to join.
fn make_group(world: &mut Stage) -> String {
    let profile = GroupProfile { title: "Gardeners".into(), ..GroupProfile::default() };
    let (kind, id) = (GroupKind::Supergroup, Some(1_234_567_890));
    world.execute(&CreateGroup { owner: FRIEND, kind, profile, members: Vec::new(), id }, NOW).unwrap();
    let (actor, target, rights) = (FRIEND.into(), GROUP.into(), AdminRights::INVITE_USERS);
    world.execute(&PromoteMember { actor, target, account: BOT, rights, title: None }, NOW).unwrap();
    let options = LinkOptions { needs_approval: true, ..LinkOptions::default() };
    let create = CreateInviteLink { actor: FRIEND.into(), target: GROUP.into(), options };
    world.execute(&create, NOW).unwrap().hash.into()
}

fn link_of_group(world: &Stage) -> String {
    world.group(GROUP).unwrap().links.keys().next().unwrap().to_string()
}

fn delete(actor: AccountId, other: AccountId, message: i32, for_all: bool) -> DeleteMessages {
    let (actor, target, messages) = (actor.into(), other.into(), vec![MessageId(message)]);
    DeleteMessages { actor, target, messages, for_all, skip_missing: false }
}

fn pin(actor: AccountId, other: AccountId, message: i32, is_pinned: bool) -> PinMessage {
    let (actor, target) = (actor.into(), other.into());
    PinMessage { actor, target, message: Some(MessageId(message)), is_pinned, is_silent: false }
}
