//! What 1,000,000 messages take on disk and in memory: with all events, after old ones were dropped, and when most of
//! the messages were deleted.

use crate::process::Memory::{Peak, Resident};
use crate::process::Process;
use crate::server::{Build, data_folder};
use crate::writer::{BOT, Writer};
use anyhow::{Context, Result, ensure};
use parlor_host::{ClockStart, Host, Options};
use parlor_storage::{History, Sqlite};
use parlor_world::ops::account::CreateUser;
use parlor_world::ops::message::{DeleteMessages, Send};
use parlor_world::ops::updates::ConfirmUpdates;
use parlor_world::state::account::UserProfile;
use parlor_world::text::Text;
use parlor_world::{AccountId, MessageId, Rules, Timestamp};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const MESSAGES: i64 = 1_000_000;
const USERS: i64 = 1000;
/// Messages of each user that stay when the others are deleted.
const LEFT: i64 = 100;
/// Events that are appended together.
const BATCH: usize = 1000;
/// The bot's program confirms its updates each time after this many messages.
const CONFIRM: i64 = 100;
/// Milliseconds from one message to the next: all of them within three hours, so that no update has expired.
const PACE: i64 = 10;
const TEXT: &str = "a message of the usual length, forty odd";
/// How often it is checked whether events were dropped.
const CHECK: Duration = Duration::from_millis(20);
/// The time-out of every wait.
const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) async fn run() -> Result<()> {
    let folder = data_folder()?;
    let kept = folder.path().join("kept.db");
    let dropped = folder.path().join("dropped.db");
    let mut writer = Writer::new(BATCH)?;
    send(&mut writer, &mut [Sqlite::open(&kept)?, Sqlite::open(&dropped)?])?;
    println!("{MESSAGES} messages in {USERS} dialogs, half of them the bot's, updates confirmed");
    report("all events", &kept).await?;
    drop_events(&dropped)?;
    report("old events dropped", &dropped).await?;

    delete(&mut writer, &mut [Sqlite::open(&kept)?, Sqlite::open(&dropped)?])?;
    println!("the same when {} of them were deleted", MESSAGES - USERS * LEFT);
    report("all events", &kept).await?;
    drop_events(&dropped)?;
    report("old events dropped", &dropped).await
}

async fn report(name: &str, file: &Path) -> Result<()> {
    let size = |path: &Path| std::fs::metadata(path).map_or(0.0, |metadata| metadata.len() as f64 / 1e6);
    let (data, snapshot) = (size(file), size(&file.with_extension("db-snapshot")));
    let server = Build::current().start(&["--keep-history", "--data", &file.to_string_lossy()]).await?;
    let (seconds, memory) = (server.took.as_secs_f64(), server.process().memory(Resident)? as f64 / 1e6);
    println!(
        "  {name:<20} data file {data:.0} MB, snapshot {snapshot:.0} MB; open {seconds:.1} s, memory {memory:.0} MB"
    );
    Ok(())
}

fn send(writer: &mut Writer, journals: &mut [Sqlite]) -> Result<()> {
    for id in 1001..1001 + USERS {
        writer.add_user(AccountId(id))?;
    }
    for n in 0..MESSAGES {
        writer.now = Timestamp(writer.now.0 + PACE);
        let user = AccountId(1001 + n / 2 % USERS);
        match n % 2 {
            0 => writer.execute(&Send::text(user, BOT, Text::plain(TEXT)))?,
            _ => writer.execute(&Send::text(BOT, user, Text::plain(TEXT)))?,
        }
        if n % CONFIRM == 0 {
            let next = writer.world.queue(BOT).context("the bot")?.next();
            writer.execute(&ConfirmUpdates { bot: BOT, offset: next, allowed: None })?;
        }
        writer.append(journals)?;
    }
    writer.finish(journals)
}

/// Deletes the oldest messages of each user.
fn delete(writer: &mut Writer, journals: &mut [Sqlite]) -> Result<()> {
    let each = i32::try_from(MESSAGES / USERS - LEFT)?;
    for user in 1001..1001 + USERS {
        for id in 1..=each {
            let (actor, target) = (AccountId(user).into(), BOT.into());
            let messages = vec![MessageId(id)];
            writer.execute(&DeleteMessages {
                actor,
                target,
                messages,
                for_all: true,
                skip_missing: false,
            })?;
            writer.append(journals)?;
        }
    }
    writer.finish(journals)
}

/// Drops old events in a process of its own, whose memory is measured.
fn drop_events(file: &Path) -> Result<()> {
    let status = Command::new(std::env::current_exe()?).arg("drop-events").arg(file).status()?;
    ensure!(status.success(), "events could not be dropped");
    Ok(())
}

/// The process behind [`drop_events`]: a world whose snapshot is due.
pub(crate) async fn dropping(file: &Path) -> Result<()> {
    let options = Options { rules: Rules::default(), key: [0; 16], clock: ClockStart::Journal };
    let mut journal = Sqlite::open(file)?;
    journal.set_kept(false);
    let host = Host::open(Box::new(journal), options)?;
    let memory = |kind| anyhow::Ok(Process::own().memory(kind)? as f64 / 1e6);
    let (before, first) = (memory(Resident)?, host.first_event());
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
        memory(Peak)?
    );
    host.close().await;
    Ok(())
}
