//! What things cost in memory: the process, users, messages, worlds, and connections that do nothing; and the time to start.

use crate::http::{Connection, get, post, web_socket};
use crate::mtproto;
use crate::process::Memory::{Anonymous, Resident};
use crate::report::{Aim, figure, quantile};
use crate::server::{Build, Server};
use anyhow::Result;
use std::time::Instant;

const USERS: usize = 20_000;
const MESSAGES: usize = 200_000;
const WORLDS: usize = 2_000;
const STARTS: usize = 20;
/// Idle connections of a kind.
const IDLE: usize = 5_000;
/// The ids of as many bots: a bot has one long poll. Lower ids are those of users.
const BOTS: std::ops::Range<usize> = 10_000..10_000 + IDLE;

pub(crate) async fn run() -> Result<()> {
    for build in Build::all() {
        println!("{}: start, worlds and memory", build.name);
        start(&build).await?;
        contents(&build).await?;
        worlds(&build).await?;
        connections(&build).await?;
    }
    Ok(())
}

async fn start(build: &Build) -> Result<()> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(build.sqlite().await?.took.as_secs_f64() * 1e3);
    }
    let what = format!("start to the first answer, new SQLite file, median of {STARTS}");
    figure(&what, quantile(&mut starts, 0.5), "ms", Aim::AtMost(15.0));
    let server = build.memory().await?;
    let (anonymous, resident) = (server.settled(Anonymous).await?, server.process().memory(Resident)?);
    figure("idle: anonymous memory", anonymous as f64 / 1e6, "MB", Aim::AtMost(4.0));
    figure("idle: all resident memory, with the binary's pages", resident as f64 / 1e6, "MB", Aim::None);
    Ok(())
}

async fn contents(build: &Build) -> Result<()> {
    let server = build.memory().await?.with_dialog()?;
    let mut connection = Connection::open(server.port)?;
    let mut before = server.settled(Anonymous).await?;
    for n in 0..USERS {
        let user = format!(r#"{{"first_name":"User {n}","username":"user_{n}","language_code":"en"}}"#);
        connection.call(&post("/control/users", &user))?;
    }
    report_each("a user", &server, &mut before, USERS, Aim::None).await?;
    let text = r#"{"chat_id":1001,"text":"a message of the usual length, forty odd"}"#;
    let message = post("/bot1:A/sendMessage", text);
    for _ in 0..MESSAGES {
        connection.call(&message)?;
    }
    report_each("a message", &server, &mut before, MESSAGES, Aim::None).await
}

async fn worlds(build: &Build) -> Result<()> {
    let server = build.memory().await?;
    let mut connection = Connection::open(server.port)?;
    let mut before = server.settled(Anonymous).await?;
    let (mut times, create) = (Vec::new(), post("/control/worlds", "{}"));
    for _ in 0..WORLDS {
        let began = Instant::now();
        connection.call(&create)?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    figure("a fresh world over HTTP, p50", quantile(&mut times, 0.5), "ms", Aim::AtMost(0.19));
    report_each("a fresh world", &server, &mut before, WORLDS, Aim::AtMost(15.0)).await
}

async fn connections(build: &Build) -> Result<()> {
    let sessions = mtproto::idle_memory(build, IDLE).await?;
    figure("an idle MTProto session: memory", sessions / 1e3, "kB", Aim::AtMost(2.5));

    let bots: Vec<Vec<u8>> = BOTS.map(|bot| get(&format!("/bot{bot}:A/getMe"))).collect();
    idle(build, "an idle keep-alive connection", &bots, true, Aim::AtMost(4.0)).await?;
    let polls: Vec<_> = BOTS.map(|bot| get(&format!("/bot{bot}:A/getUpdates?timeout=50"))).collect();
    idle(build, "a long poll that waits", &polls, false, Aim::AtMost(12.0)).await?;
    let socket = web_socket("/control/users/1001/events");
    idle(build, "an idle WebSocket", &vec![socket; IDLE], true, Aim::AtMost(7.0)).await
}

/// Connections that make one request each. All requests are made over one connection first, because of what they create.
async fn idle(build: &Build, name: &str, requests: &[Vec<u8>], answered: bool, aim: Aim) -> Result<()> {
    let server = build.memory().await?.with_dialog()?;
    let mut first = Connection::open(server.port)?;
    for bot in BOTS {
        first.call(&get(&format!("/bot{bot}:A/getUpdates")))?;
    }
    let mut before = server.settled(Anonymous).await?;
    let mut connections = Vec::new();
    for request in requests {
        let mut connection = Connection::open(server.port)?;
        connection.send(request)?;
        if answered {
            connection.receive()?;
        }
        connections.push(connection);
    }
    report_each(name, &server, &mut before, requests.len(), aim).await
}

/// Prints by how much memory has grown since the last call, divided by a count.
async fn report_each(name: &str, server: &Server, before: &mut u64, count: usize, aim: Aim) -> Result<()> {
    let now = server.settled(Anonymous).await?;
    figure(&format!("{name}: memory"), (now as f64 - *before as f64) / count as f64 / 1e3, "kB", aim);
    *before = now;
    Ok(())
}
