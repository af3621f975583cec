//! Start-up, memory, fresh worlds.

use crate::http::{Connection, post};
use crate::report::quantile;
use crate::server::Server;
use anyhow::Result;
use std::time::Instant;

const USERS: u64 = 20_000;
const MESSAGES: u64 = 200_000;
const WORLDS: usize = 500;
const STARTS: usize = 20;

pub(crate) async fn run() -> Result<()> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("parlor.db");
        starts.push(Server::parlor(&["--data", &file.to_string_lossy()]).await?.took.as_secs_f64());
    }
    println!("start-up to the first answered request, new SQLite file, median of {STARTS}");
    println!("  {:.1} ms   (aim 15 ms)", quantile(&mut starts, 0.5) * 1e3);

    let server = Server::parlor(&["--memory"]).await?.with_dialog().await?;
    let idle = server.memory()?;
    println!("memory\n  idle         {:.1} MB   (aim 15 MB)", idle as f64 / 1e6);
    let mut connection = Connection::open(server.port).await?;
    for n in 0..USERS {
        let user = format!(r#"{{"first_name":"User {n}","username":"user_{n}","language_code":"en"}}"#);
        connection.call(&post("/control/users", &user)).await?;
    }
    let with_users = server.memory()?;
    println!("  per user     {} bytes", (with_users - idle) / USERS);
    let message =
        post("/bot1:A/sendMessage", r#"{"chat_id":1001,"text":"a message of the usual length, forty odd"}"#);
    for _ in 0..MESSAGES {
        connection.call(&message).await?;
    }
    println!("  per message  {} bytes", (server.memory()? - with_users) / MESSAGES);

    let mut worlds = Vec::new();
    for _ in 0..WORLDS {
        let started = Instant::now();
        connection.call(&post("/control/worlds", "{}")).await?;
        worlds.push(started.elapsed().as_secs_f64());
    }
    println!("a fresh world in memory, over HTTP, median of {WORLDS}");
    println!("  {:.2} ms   (aim 1 ms)", quantile(&mut worlds, 0.5) * 1e3);
    Ok(())
}
