//! A world of a million dialogs: how long it takes to open, and its memory.

use crate::server::Server;
use anyhow::{Result, anyhow};
use parlor_host::{ClockStart, Host, Options};
use parlor_storage::{Journal, Sqlite};
use parlor_world::ops::account::{CreateBot, CreateUser};
use parlor_world::ops::chat::StartBot;
use parlor_world::state::account::{Token, UserProfile};
use parlor_world::{AccountId, Effects, Rules, Timestamp, World};
use std::path::Path;

const DIALOGS: i64 = 1_000_000;
const BATCH: usize = 10_000;
const BOT: AccountId = AccountId(1);

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    write(&file)?;
    println!("a world of {DIALOGS} dialogs, {} MB on disk", std::fs::metadata(&file)?.len() / 1_000_000);
    report("without a snapshot", &file).await?;
    let options = Options { rules: Rules::default(), key: [0; 16], clock: ClockStart::System };
    let host = Host::open(Box::new(Sqlite::open(&file)?), options)?;
    host.close().await;
    drop(host);
    report("with a snapshot", &file).await
}

async fn report(name: &str, file: &Path) -> Result<()> {
    let server = Server::parlor(&["--data", &file.to_string_lossy()]).await?;
    let (seconds, memory) = (server.took.as_secs_f64(), server.memory()? as f64 / 1e6);
    println!("  {name:<20} open {seconds:.2} s   (aim 2 s)   memory {memory:.0} MB   (aim 1000 MB)");
    let cpu = server.process().cpu()?;
    println!("  {:<20} of which its own code {:.2} s, the kernel {:.2} s", "", cpu.user, cpu.kernel);
    Ok(())
}

/// The journal, without a server.
fn write(file: &Path) -> Result<()> {
    let mut journal = Sqlite::open(file)?;
    let mut world = World::new([7; 16]);
    let now = Timestamp(1_790_000_000_000);
    let mut events = vec![world.genesis(now)];
    let mut effects = Effects::default();
    let refused = |refusal| anyhow!("{refusal:?}");
    let bot = CreateBot { token: Token::parse("1:A"), ..CreateBot::default() };
    world.handle(&bot, now, &mut events, &mut effects).map_err(refused)?;
    for id in 1001..1001 + DIALOGS {
        let profile = UserProfile { first_name: format!("User {id}").into(), ..UserProfile::default() };
        world
            .handle(&CreateUser { id: Some(AccountId(id)), profile }, now, &mut events, &mut effects)
            .map_err(refused)?;
        let start = StartBot { user: AccountId(id), bot: BOT, payload: None, random_id: None };
        world.handle(&start, now, &mut events, &mut effects).map_err(refused)?;
        effects.clear();
        if events.len() >= BATCH {
            journal.append(journal.len(), &events)?;
            events.clear();
        }
    }
    journal.append(journal.len(), &events)?;
    Ok(())
}
