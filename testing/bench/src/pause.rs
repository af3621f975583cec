//! The longest answer while a world grows and snapshots are taken.

use crate::http::post;
use crate::load::{self, Times};
use crate::report::{Aim, figure, quantile};
use crate::server::Build;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

const CONNECTIONS: u64 = 64;
/// The last snapshot is taken after some 760,000.
const MESSAGES: u64 = 800_000;
/// How often it is checked whether there is another snapshot.
const CHECK: Duration = Duration::from_millis(20);

pub(crate) async fn run() -> Result<()> {
    for build in Build::all() {
        let server = build.sqlite().await?.with_dialog()?;
        let snapshots = Snapshots::watch(&server.file().context("the data file")?);
        let request = post(
            "/bot1:A/sendMessage",
            r#"{"chat_id":1001,"text":"a message of the usual length, forty odd"}"#,
        );
        let times = Times { request: &request, left: MESSAGES / CONNECTIONS };
        let mut latencies = load::run(server.port, vec![times; CONNECTIONS as usize])?.latencies;
        let count = snapshots.stop().await?;
        println!(
            "{}: {MESSAGES} sendMessage, {CONNECTIONS} connections, SQLite, with {count} snapshots",
            build.name
        );
        for (name, share, aim) in
            [("p50", 0.5, Aim::None), ("p99", 0.99, Aim::AtMost(10.0)), ("longest", 1.0, Aim::AtMost(100.0))]
        {
            figure(name, quantile(&mut latencies, share) * 1e3, "ms", aim);
        }
    }
    Ok(())
}

/// Counts the snapshots of a data file.
pub(crate) struct Snapshots {
    stopped: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<u32>,
}

impl Snapshots {
    pub(crate) fn watch(data: &Path) -> Self {
        let (stopped, file) = (Arc::new(AtomicBool::new(false)), data.with_extension("db-snapshot"));
        let task = tokio::spawn(count(file.clone(), modified(&file), stopped.clone()));
        Self { stopped, task }
    }

    /// How many there were.
    pub(crate) async fn stop(self) -> Result<u32> {
        self.stopped.store(true, Ordering::Relaxed);
        Ok(self.task.await?)
    }
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

async fn count(file: PathBuf, mut last: Option<SystemTime>, stopped: Arc<AtomicBool>) -> u32 {
    let mut count = 0;
    while !stopped.load(Ordering::Relaxed) {
        let now = modified(&file);
        if now != last {
            (count, last) = (count + 1, now);
        }
        tokio::time::sleep(CHECK).await;
    }
    count
}
