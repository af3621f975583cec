//! A world of a million dialogs: its start, its memory, its snapshots, and a broadcast to all of them.

use crate::http::post;
use crate::load::{self, Repeat, Script, Times};
use crate::pause::Snapshots;
use crate::process::Memory::{Anonymous, Peak, Resident};
use crate::report::{Aim, figure, quantile};
use crate::server::{Build, Server, data_folder};
use crate::writer::Writer;
use anyhow::{Result, ensure};
use parlor_host::{ClockStart, Host, Options};
use parlor_storage::Sqlite;
use parlor_world::{AccountId, Rules};
use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

const DIALOGS: i64 = 1_000_000;
/// The first user: all ids have seven digits, and so all requests have the same length.
const FIRST: i64 = 1_000_001;
const BATCH: usize = 10_000;
const STARTS: usize = 3;
const CONNECTIONS: usize = 64;
/// The time within which a snapshot must have been written.
const SNAPSHOT_TIME: Duration = Duration::from_secs(12);

pub(crate) async fn run() -> Result<()> {
    let folder = data_folder()?;
    let file = folder.path().join("parlor.db");
    let mut journal = [Sqlite::open(&file)?];
    let mut writer = Writer::new(BATCH)?;
    for user in FIRST..FIRST + DIALOGS {
        writer.add_user(AccountId(user))?;
        writer.append(&mut journal)?;
    }
    writer.finish(&mut journal)?;
    drop((journal, writer));
    println!("a world of {DIALOGS} dialogs, {} MB on disk", std::fs::metadata(&file)?.len() / 1_000_000);
    let server = open(&file).await?;
    figure("start to the first answer, without a snapshot", server.took.as_secs_f64(), "s", Aim::None);
    drop(server);
    let options = Options { rules: Rules::default(), key: [0; 16], clock: ClockStart::System };
    let host = Host::open(Box::new(Sqlite::open(&file)?), options)?;
    host.close().await;
    drop(host);
    start(&file).await?;
    let server = snapshot(&file).await?;
    broadcast(&server).await
}

async fn open(file: &Path) -> Result<Server> {
    Build::current().start(&["--data", &file.to_string_lossy()]).await
}

async fn start(file: &Path) -> Result<()> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(open(file).await?.took.as_secs_f64());
    }
    let what = format!("start to the first answer, with a snapshot, median of {STARTS}");
    figure(&what, quantile(&mut starts, 0.5), "s", Aim::AtMost(0.5));
    let server = open(file).await?;
    let (cpu, memory) = (server.process().cpu()?, server.settled(Resident).await? as f64 / 1e6);
    figure("CPU time until then, of its own code", cpu.user, "s", Aim::None);
    figure("CPU time until then, of the kernel", cpu.kernel, "s", Aim::None);
    figure("memory, resident", memory, "MB", Aim::AtMost(300.0));
    figure("memory, anonymous", server.process().memory(Anonymous)? as f64 / 1e6, "MB", Aim::None);
    Ok(())
}

/// The longest answer over one connection while a snapshot is written, and the memory that it takes for a time.
async fn snapshot(file: &Path) -> Result<Server> {
    let server = open(file).await?;
    let before = server.settled(Resident).await?;
    server.process().forget_peak()?;
    let snapshots = Snapshots::watch(file);
    let request = message(FIRST);
    // The first event makes a snapshot due: that of a stop has dropped no events.
    let repeat = Repeat { request: &request, until: Instant::now() + SNAPSHOT_TIME };
    let mut latencies = load::run(server.port, vec![repeat])?.latencies;
    let count = snapshots.stop().await?;
    ensure!(count > 0, "no snapshot was written within {SNAPSHOT_TIME:?}");
    let (after, peak) = (server.settled(Resident).await?, server.process().memory(Peak)?);
    figure(
        "snapshot: longest answer meanwhile",
        quantile(&mut latencies, 1.0) * 1e3,
        "ms",
        Aim::AtMost(100.0),
    );
    let above = peak.saturating_sub(before.max(after)) as f64 / 1e6;
    figure("snapshot: peak of memory, above before and after", above, "MB", Aim::AtMost(100.0));
    figure("memory, resident, before", before as f64 / 1e6, "MB", Aim::None);
    figure("memory, resident, after", after as f64 / 1e6, "MB", Aim::None);
    Ok(server)
}

/// One text to all dialogs, against as many requests to bare axum.
async fn broadcast(server: &Server) -> Result<()> {
    let next = Cell::new(FIRST);
    let mut load = load::run(server.port, vec![Broadcast(&next); CONNECTIONS])?;
    let axum = Server::bare("axum").await?;
    let request = message(FIRST);
    let times = Times { request: &request, left: DIALOGS as u64 / CONNECTIONS as u64 };
    let bare = load::run(axum.port, vec![times; CONNECTIONS])?;
    let (took, bare) = (load.took.as_secs_f64(), bare.took.as_secs_f64());
    figure(
        &format!("broadcast to all: {took:.1} s : as many axum requests {bare:.1} s"),
        took / bare,
        "",
        Aim::AtMost(1.6),
    );
    figure("broadcast: p99", quantile(&mut load.latencies, 0.99) * 1e3, "ms", Aim::None);
    figure("broadcast: longest answer", quantile(&mut load.latencies, 1.0) * 1e3, "ms", Aim::AtMost(100.0));
    let memory = server.settled(Resident).await? as f64 / 1e6;
    figure("memory, resident, after the broadcast", memory, "MB", Aim::None);
    Ok(())
}

fn message(user: i64) -> Vec<u8> {
    post(
        "/bot1:A/sendMessage",
        &format!(r#"{{"chat_id":{user},"text":"a message of the usual length, forty odd"}}"#),
    )
}

/// A connection's share of the broadcast: the next user, until there is none.
#[derive(Clone)]
struct Broadcast<'a>(&'a Cell<i64>);

impl Script for Broadcast<'_> {
    fn next(&mut self, _: Instant, _: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        let user = self.0.get();
        self.0.set(user + 1);
        out.extend_from_slice(&message(user));
        Ok(user < FIRST + DIALOGS)
    }
}
