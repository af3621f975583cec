//! The longest answer while a world grows, snapshots on the way.

use crate::http::{Connection, post};
use crate::report::quantile;
use crate::server::Server;
use anyhow::Result;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;
/// The last snapshot on the way is taken after some 760,000.
const MESSAGES: u64 = 800_000;
/// How often it is looked whether there is another snapshot.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let server = Server::parlor(&["--data", &file.to_string_lossy()]).await?.with_dialog().await?;
    let sent = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..CONNECTIONS).map(|_| tokio::spawn(send(server.port, sent.clone()))).collect();
    let snapshots = count_snapshots(&folder.path().join("parlor.db-snapshot"), &sent).await;
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await??);
    }
    let [half, most, longest] = [0.5, 0.99, 1.0].map(|share| quantile(&mut took, share) * 1e3);
    println!(
        "{MESSAGES} sendMessage, {CONNECTIONS} connections, SQLite, with {snapshots} snapshots on the way"
    );
    println!("  p50 {half:.1} ms, p99 {most:.1} ms, the longest {longest:.0} ms");
    Ok(())
}

/// How long each answer took.
async fn send(port: u16, sent: Arc<AtomicU64>) -> Result<Vec<f64>> {
    let body = r#"{"chat_id":1001,"text":"a message of the usual length, forty odd"}"#;
    let request = post("/bot1:A/sendMessage", body);
    let mut connection = Connection::open(port).await?;
    let mut took = Vec::new();
    while sent.fetch_add(1, Ordering::Relaxed) < MESSAGES {
        let began = Instant::now();
        connection.call(&request).await?;
        took.push(began.elapsed().as_secs_f64());
    }
    Ok(took)
}

/// Until all is sent.
async fn count_snapshots(file: &Path, sent: &AtomicU64) -> u32 {
    let (mut count, mut last) = (0, None);
    while sent.load(Ordering::Relaxed) < MESSAGES {
        let modified = std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
        if modified != last {
            (count, last) = (count + 1, modified);
        }
        tokio::time::sleep(LOOK).await;
    }
    count
}
