//! `sendMessage` per second, 64 connections.

use crate::http::{Connection, post};
use crate::quantile;
use crate::server::Server;
use anyhow::Result;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let sqlite = Server::parlor(&["--data", &file.to_string_lossy()]).await?.with_dialog().await?;
    let memory = Server::parlor(&["--memory"]).await?.with_dialog().await?;
    let axum = Server::axum().await?;
    let node = Server::telegram_test_api().await?;
    let contenders = [
        ("Parlor, SQLite", &sqlite),
        ("Parlor, memory", &memory),
        ("bare axum", &axum),
        ("telegram-test-api", &node),
    ];
    let mut rates = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        for ((_, server), rates) in contenders.iter().zip(&mut rates) {
            rates.push(round(server.port).await?);
        }
    }
    let [sqlite, memory, axum, node] = rates.map(|mut rates| quantile(&mut rates, 0.5));
    println!("sendMessage, {CONNECTIONS} connections, median of {ROUNDS} alternating rounds of {ROUND:?}");
    for ((name, _), rate) in contenders.iter().zip([sqlite, memory, axum, node]) {
        println!("  {name:<20} {rate:>8.0} /s");
    }
    println!("  Parlor with SQLite : bare axum          {:.2}   (aim 0.8)", sqlite / axum);
    println!("  Parlor in memory   : bare axum          {:.2}", memory / axum);
    println!("  Parlor with SQLite : telegram-test-api  {:.1}   (aim 30)", sqlite / node);
    Ok(())
}

/// Requests per second over one round.
async fn round(port: u16) -> Result<f64> {
    let body = r#"{"chat_id":1001,"text":"a message of the usual length, forty odd"}"#;
    let request = post("/bot1:A/sendMessage", body);
    let started = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let request = request.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(port).await?;
                let mut count = 0u64;
                while started.elapsed() < ROUND {
                    connection.call(&request).await?;
                    count += 1;
                }
                anyhow::Ok(count)
            })
        })
        .collect();
    let mut total = 0;
    for task in tasks {
        total += task.await??;
    }
    Ok(total as f64 / started.elapsed().as_secs_f64())
}
