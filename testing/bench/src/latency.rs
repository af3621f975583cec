//! A user writes, the bot's long poll returns, the bot answers, the user sees it: against three bare round trips.

use crate::http::{Connection, get, post};
use crate::report::quantile;
use crate::server::Server;
use anyhow::{Context, Result};
use serde_json::Value;
use std::time::Instant;

const SAMPLES: i64 = 2000;

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let server = Server::parlor(&["--data", &file.to_string_lossy()]).await?.with_dialog().await?;
    let axum = Server::bare("axum").await?;
    let (mut user, mut waiting) =
        (Connection::open(server.port).await?, Connection::open(server.port).await?);
    let (mut poll, mut bot) = (Connection::open(server.port).await?, Connection::open(server.port).await?);
    let mut bare = Connection::open(axum.port).await?;
    let say = post("/control/users/1001/dialogs/1/messages", r#"{"text":"hello"}"#);
    let reply = post("/bot1:A/sendMessage", r#"{"chat_id":1001,"text":"hello"}"#);
    let bare_request = post("/bot1:A/sendMessage", r#"{"chat_id":1001,"text":"hello"}"#);
    let updates: Value = serde_json::from_slice(poll.call(&get("/bot1:A/getUpdates")).await?)?;
    let first = updates["result"][0]["update_id"].as_i64().context("an update")? + 1;
    let (mut dialog, mut round_trips) = (Vec::new(), Vec::new());
    let mut seen = 0;
    for sample in 0..SAMPLES {
        let wait = get(&format!("/control/users/1001/dialogs/1/wait?after={seen}&timeout=30"));
        let updates = get(&format!("/bot1:A/getUpdates?timeout=30&offset={}", first + sample));
        let started = Instant::now();
        let bot_side = async {
            poll.call(&updates).await?;
            bot.call(&reply).await.map(<[u8]>::len)
        };
        let user_side = async {
            user.call(&say).await?;
            waiting.call(&wait).await.map(<[u8]>::to_vec)
        };
        let (_, answer) = tokio::try_join!(bot_side, user_side)?;
        dialog.push(started.elapsed().as_secs_f64());
        seen = serde_json::from_slice::<Value>(&answer)?["message"]["message_id"].as_i64().context("id")?;
        let started = Instant::now();
        for _ in 0..3 {
            bare.call(&bare_request).await?;
        }
        round_trips.push(started.elapsed().as_secs_f64());
    }
    println!("user's message -> bot's getUpdates -> answer seen by the user (SQLite), {SAMPLES} times");
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let (dialog, bare) = (quantile(&mut dialog, share), quantile(&mut round_trips, share));
        let (us, bare_us) = (dialog * 1e6, bare * 1e6);
        println!("  {name}  {us:>6.0} us : three bare round trips {bare_us:>6.0} us = {:.1}", dialog / bare);
    }
    Ok(())
}
