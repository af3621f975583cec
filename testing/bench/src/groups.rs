//! Groups and channels: a post in a channel of 100,000, messages in 1,000 groups, and what a member takes.

use crate::http::post;
use crate::load::{self, Repeat};
use crate::process::Memory::Anonymous;
use crate::report::{Aim, figure, quantile};
use crate::server::{Build, Server, data_folder};
use crate::writer::{BOT, Writer};
use anyhow::Result;
use parlor_storage::Sqlite;
use parlor_world::ids::GroupKind;
use parlor_world::ops::account::{CreateBot, CreateUser};
use parlor_world::ops::group::{AddMembers, CreateGroup, PromoteMember};
use parlor_world::state::account::UserProfile;
use parlor_world::state::group::{AdminRights, GroupProfile};
use parlor_world::{AccountId, ChannelId, ChatId};
use std::path::Path;
use std::time::{Duration, Instant};

const OWNER: AccountId = AccountId(1_000_000);
const FIRST: i64 = 1_000_001;
const MEMBERS: i64 = 100_000;
const GROUPS: i64 = 1_000;
const GROUP_MEMBERS: i64 = 200;
const BOTS: i64 = 20;
const BATCH: usize = 10_000;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;

pub(crate) async fn run() -> Result<()> {
    println!("a channel of {MEMBERS}, and {GROUPS} supergroups of {GROUP_MEMBERS} with {BOTS} bots in each");
    let without = world(0, 0).await?;
    let (channel, groups) = (world(MEMBERS, 0).await?, world(0, GROUPS).await?);
    let memory = |server: &Server| server.process().memory(Anonymous);
    let users = world(-MEMBERS, 0).await?;
    let member = (memory(&channel)? as f64 - memory(&users)? as f64) / MEMBERS as f64;
    figure("memory of a member of a channel, beside the account", member, "bytes", Aim::None);
    drop(users);
    let small = [(&without, chat(1)), (&channel, chat(1))];
    let mut rates = [Vec::new(), Vec::new()];
    let mut latencies = Vec::new();
    for _ in 0..ROUNDS {
        for ((server, chat), rates) in small.iter().zip(&mut rates) {
            let request = message(*chat);
            let until = Instant::now() + ROUND;
            let load = load::run(server.port, vec![Repeat { request: &request, until }; 16])?;
            rates.push(load.rate());
            latencies = load.latencies;
        }
    }
    let [one, many] = rates.map(|mut rates| quantile(&mut rates, 0.5));
    figure("posts in a channel of 100,000 : posts in a channel of one", many / one, "", Aim::AtLeast(0.9));
    figure("a post in a channel of 100,000: p99", quantile(&mut latencies, 0.99) * 1e3, "ms", Aim::None);
    let request = message(chat(2));
    let load = load::run(groups.port, vec![Repeat { request: &request, until: Instant::now() + ROUND }; 16])?;
    figure("messages in one of the groups : posts in a channel of one", load.rate() / one, "", Aim::None);
    Ok(())
}

/// The first channel, and the first of the groups.
fn chat(id: i64) -> ChatId {
    ChatId::Channel(ChannelId(1_000_000_000 + id))
}

fn message(chat: ChatId) -> Vec<u8> {
    let id = chat.bot_api_id(BOT);
    post(
        "/bot1:A/sendMessage",
        &format!(r#"{{"chat_id":{id},"text":"a message of the usual length, forty odd"}}"#),
    )
}

/// A server with a channel of so many members, or (negative) so many accounts that are in none, and so many groups.
async fn world(members: i64, groups: i64) -> Result<Server> {
    let folder = data_folder()?;
    let file = folder.path().join("parlor.db");
    let mut journal = [Sqlite::open(&file)?];
    let mut writer = Writer::new(BATCH)?;
    add_user(&mut writer, OWNER)?;
    make_group(&mut writer, GroupKind::Channel, 1)?;
    for user in (FIRST..).take(usize::try_from(members.abs().max(GROUP_MEMBERS))?).map(AccountId) {
        add_user(&mut writer, user)?;
        if members > 0 {
            add_members(&mut writer, 1, vec![user])?;
        }
        writer.append(&mut journal)?;
    }
    for bot in (0..BOTS - 1).map(|n| AccountId(100 + n)) {
        writer.execute(&CreateBot { id: Some(bot), ..CreateBot::default() })?;
    }
    for group in 2..2 + groups {
        make_group(&mut writer, GroupKind::Supergroup, group)?;
        let users = (FIRST..FIRST + GROUP_MEMBERS - BOTS).map(AccountId);
        let bots = (0..BOTS - 1).map(|n| AccountId(100 + n));
        add_members(&mut writer, group, users.chain(bots).collect())?;
        writer.append(&mut journal)?;
    }
    writer.finish(&mut journal)?;
    drop((journal, writer));
    start(&file, folder).await
}

fn add_user(writer: &mut Writer, user: AccountId) -> Result<()> {
    let profile = UserProfile { first_name: format!("User {}", user.0).into(), ..UserProfile::default() };
    writer.execute(&CreateUser { id: Some(user), profile })
}

/// A group or channel that the bot administers.
fn make_group(writer: &mut Writer, kind: GroupKind, id: i64) -> Result<()> {
    let profile = GroupProfile { title: format!("Group {id}").into(), ..GroupProfile::default() };
    let id_of_chat = Some(1_000_000_000 + id);
    writer.execute(&CreateGroup { owner: OWNER, kind, profile, members: Vec::new(), id: id_of_chat })?;
    let (actor, target) = (OWNER.into(), chat(id).into());
    let rights = AdminRights::POST_MESSAGES | AdminRights::DELETE_MESSAGES;
    writer.execute(&PromoteMember { actor, target, account: BOT, rights, title: None })
}

fn add_members(writer: &mut Writer, group: i64, accounts: Vec<AccountId>) -> Result<()> {
    writer.execute(&AddMembers { user: OWNER, target: chat(group).into(), accounts })
}

async fn start(file: &Path, folder: tempfile::TempDir) -> Result<Server> {
    // Once, so that what is measured begins with a snapshot.
    drop(Build::current().start(&["--data", &file.to_string_lossy()]).await?);
    let server = Build::current().start(&["--data", &file.to_string_lossy()]).await?;
    server.settled(Anonymous).await?;
    Ok(server.with_folder(folder))
}
