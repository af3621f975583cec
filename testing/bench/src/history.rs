//! What 1,000,000 messages take on disk and in memory: with all events, after old ones were dropped, and when most of
//! the messages were deleted.

use crate::server::Server;
use anyhow::{Context, Result, anyhow, ensure};
use parlor_host::{ClockStart, Host, Options};
use parlor_storage::{History, Journal, Sqlite};
use parlor_world::ops::account::{CreateBot, CreateUser};
use parlor_world::ops::chat::StartBot;
use parlor_world::ops::message::{DeleteMessages, Send};
use parlor_world::ops::updates::ConfirmUpdates;
use parlor_world::state::account::{Token, UserProfile};
use parlor_world::text::Text;
use parlor_world::{AccountId, Command, Effects, MessageId, Recorded, Rules, Timestamp, World};
use std::path::Path;
use std::process::Command as Process;
use std::time::{Duration, Instant};

const MESSAGES: i64 = 1_000_000;
const USERS: i64 = 1000;
/// Messages of each user that stay when the others are deleted.
const LEFT: i64 = 100;
/// Events that are appended together.
const BATCH: usize = 1000;
/// The bot's program confirms its updates after so many messages.
const CONFIRM: i64 = 100;
/// Milliseconds from one message to the next: all of them within three hours, so that no update has expired.
const PACE: i64 = 10;
const BOT: AccountId = AccountId(1);
const TEXT: &str = "a message of the usual length, forty odd";
/// How often it is checked whether events were dropped.
const CHECK: Duration = Duration::from_millis(20);
/// Nothing that is waited for takes longer.
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kept = folder.path().join("kept.db");
    let dropped = folder.path().join("dropped.db");
    let mut writer =
        Writer { world: World::new([7; 16]), now: Timestamp(1_790_000_000_000), events: Vec::new() };
    writer.send(&mut [Sqlite::open(&kept)?, Sqlite::open(&dropped)?])?;
    println!("{MESSAGES} messages in {USERS} dialogs, half of them the bot's, updates confirmed");
    report("all events", &kept).await?;
    drop_events(&dropped)?;
    report("old events dropped", &dropped).await?;

    writer.delete(&mut [Sqlite::open(&kept)?, Sqlite::open(&dropped)?])?;
    println!("the same when {} of them were deleted", MESSAGES - USERS * LEFT);
    report("all events", &kept).await?;
    drop_events(&dropped)?;
    report("old events dropped", &dropped).await
}

async fn report(name: &str, file: &Path) -> Result<()> {
    let size = |path: &Path| std::fs::metadata(path).map_or(0.0, |metadata| metadata.len() as f64 / 1e6);
    let (data, snapshot) = (size(file), size(&file.with_extension("db-snapshot")));
    let server = Server::parlor(&["--keep-history", "--data", &file.to_string_lossy()]).await?;
    let (seconds, memory) = (server.took.as_secs_f64(), server.memory()? as f64 / 1e6);
    println!(
        "  {name:<20} data file {data:.0} MB, snapshot {snapshot:.0} MB; open {seconds:.1} s, memory {memory:.0} MB"
    );
    Ok(())
}

/// Writes the journal without a server.
struct Writer {
    world: World,
    now: Timestamp,
    events: Vec<Recorded>,
}

impl Writer {
    fn send(&mut self, journals: &mut [Sqlite]) -> Result<()> {
        self.events.push(self.world.genesis(self.now));
        self.execute(&CreateBot { token: Token::parse("1:A"), ..CreateBot::default() })?;
        for id in 1001..1001 + USERS {
            let profile = UserProfile { first_name: format!("User {id}").into(), ..UserProfile::default() };
            self.execute(&CreateUser { id: Some(AccountId(id)), profile })?;
            self.execute(&StartBot { user: AccountId(id), bot: BOT, payload: None, random_id: None })?;
        }
        for n in 0..MESSAGES {
            self.now = Timestamp(self.now.0 + PACE);
            let user = AccountId(1001 + n / 2 % USERS);
            match n % 2 {
                0 => self.execute(&Send::text(user, BOT, Text::plain(TEXT)))?,
                _ => self.execute(&Send::text(BOT, user, Text::plain(TEXT)))?,
            }
            if n % CONFIRM == 0 {
                let next = self.world.queue(BOT).context("the bot")?.next();
                self.execute(&ConfirmUpdates { bot: BOT, offset: next })?;
            }
            self.append(journals, BATCH)?;
        }
        self.append(journals, 1)
    }

    /// Deletes the oldest messages of each user.
    fn delete(&mut self, journals: &mut [Sqlite]) -> Result<()> {
        let each = i32::try_from(MESSAGES / USERS - LEFT)?;
        for user in 1001..1001 + USERS {
            for id in 1..=each {
                let (actor, target) = (AccountId(user).into(), BOT.into());
                let messages = vec![MessageId(id)];
                let delete = DeleteMessages { actor, target, messages, for_all: true, skip_missing: false };
                self.execute(&delete)?;
                self.append(journals, BATCH)?;
            }
        }
        self.append(journals, 1)
    }

    fn execute<C: Command>(&mut self, command: &C) -> Result<()> {
        let done = self.world.handle(command, self.now, &mut self.events, &mut Effects::default());
        done.map(drop).map_err(|refusal| anyhow!("{refusal:?}"))
    }

    /// Appends what was done to each of the journals, if there is enough of it.
    fn append(&mut self, journals: &mut [Sqlite], enough: usize) -> Result<()> {
        if self.events.len() < enough {
            return Ok(());
        }
        for journal in journals {
            journal.append(journal.len(), &self.events)?;
        }
        self.events.clear();
        Ok(())
    }
}

/// In a process of its own, whose memory is measured.
fn drop_events(file: &Path) -> Result<()> {
    let status = Process::new(std::env::current_exe()?).arg("drop-events").arg(file).status()?;
    ensure!(status.success(), "events could not be dropped");
    Ok(())
}

/// The process behind [`drop_events`]: a world whose snapshot is due.
pub(crate) async fn dropping(file: &Path) -> Result<()> {
    let options = Options { rules: Rules::default(), key: [0; 16], clock: ClockStart::Journal };
    let mut journal = Sqlite::open(file)?;
    journal.set_kept(false);
    let host = Host::open(Box::new(journal), options)?;
    let (before, first) = (memory("VmRSS")?, host.first_event());
    let began = Instant::now();
    let profile = UserProfile { first_name: "The last".into(), ..UserProfile::default() };
    host.execute(CreateUser { id: None, profile }).await?;
    while host.first_event() == first {
        ensure!(began.elapsed() < PATIENCE, "nothing is dropped");
        tokio::time::sleep(CHECK).await;
    }
    let took = began.elapsed().as_secs_f64();
    println!(
        "  {:<20} in {took:.1} s; memory before {before:.0} MB, at most {:.0} MB",
        "events are dropped",
        memory("VmHWM")?
    );
    host.close().await;
    Ok(())
}

/// Memory of this process in MB.
fn memory(name: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).context("memory")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? * 1024.0 / 1e6)
}
