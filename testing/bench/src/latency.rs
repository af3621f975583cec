//! A user writes, the bot's long poll returns, the bot answers, the user sees it: against three bare round trips.

use crate::http::{Connection, get, number_after, post};
use crate::perf;
use crate::process::Watch;
use crate::report::{Aim, figure, quantile};
use crate::server::{Build, Server};
use anyhow::{Context, Result};
use std::time::Instant;

const TURNS: usize = 2000;
/// Turns whose syncs are counted.
const COUNTED: usize = 500;

pub(crate) async fn run() -> Result<()> {
    let (axum, floor) = (Server::bare("axum").await?, Server::bare("floor").await?);
    let mut contenders = Vec::new();
    for build in Build::all() {
        let (sqlite, memory) = (build.sqlite().await?.with_dialog()?, build.memory().await?.with_dialog()?);
        contenders.push((format!("{}, SQLite", build.name), sqlite, Aim::AtMost(2.0)));
        contenders.push((format!("{}, memory", build.name), memory, Aim::AtMost(1.05)));
    }
    let mut processes: Vec<_> = contenders.iter().map(|(_, server, _)| server.process()).collect();
    processes.extend([axum.process(), floor.process()]);
    let watch = Watch::begin(&processes)?;
    let dialogs: Result<Vec<_>> = contenders.iter().map(|(_, server, _)| Dialog::open(server.port)).collect();
    let mut dialogs = dialogs?;
    let (mut bare, mut durable) = (Connection::open(axum.port)?, Connection::open(floor.port)?);
    let mut turns = vec![Vec::new(); contenders.len()];
    let (mut trips, mut durable_trips) = (Vec::new(), Vec::new());
    let request = post("/bot1:A/sendMessage", r#"{"chat_id":1001,"text":"hello"}"#);
    for _ in 0..TURNS {
        for (dialog, turns) in dialogs.iter_mut().zip(&mut turns) {
            let began = Instant::now();
            dialog.turn()?;
            turns.push(began.elapsed().as_secs_f64());
        }
        let began = Instant::now();
        for _ in 0..3 {
            bare.call(&request)?;
        }
        trips.push(began.elapsed().as_secs_f64());
        let began = Instant::now();
        durable.call(&request)?;
        durable.call(&request)?;
        bare.call(&request)?;
        durable_trips.push(began.elapsed().as_secs_f64());
    }
    println!("user's message -> bot's getUpdates -> answer seen by the user, against three bare round trips");
    println!(
        "  {TURNS} interleaved turns; {:.0} % of the cores' time were others'",
        watch.foreign()? * 100.0
    );
    for ((name, server, aim), turns) in contenders.iter().zip(&mut turns) {
        for (share, quantile_name, aim) in [(0.5, "p50", *aim), (0.99, "p99", Aim::None)] {
            let (turn, trips) = (quantile(turns, share), quantile(&mut trips, share));
            let what = format!("{name}: {quantile_name} {:.0} us : {:.0} us", turn * 1e6, trips * 1e6);
            figure(&what, turn / trips, "", aim);
        }
        if name.ends_with("SQLite") {
            let (turn, trips) = (quantile(turns, 0.5), quantile(&mut durable_trips, 0.5));
            let what = format!("{name}: p50, against {:.0} us: one bare trip, two to the floor", trips * 1e6);
            figure(&what, turn / trips, "", Aim::None);
            count_syncs(name, server)?;
        }
    }
    Ok(())
}

fn count_syncs(name: &str, server: &Server) -> Result<()> {
    let calls = perf::count(server.process(), &["turns", &server.port.to_string()])?;
    let Some(calls) = calls else {
        println!("  {name}: syncs are not counted: this needs Linux's perf, and the right to use it");
        return Ok(());
    };
    let syncs = (calls.of("fsync") + calls.of("fdatasync")) / COUNTED as f64;
    figure(&format!("{name}: syncs of the file a turn"), syncs, "", Aim::AtMost(2.0));
    Ok(())
}

/// Turns in a process of its own, whose syncs are counted.
pub(crate) fn turns(port: u16) -> Result<()> {
    let mut dialog = Dialog::open(port)?;
    (0..COUNTED).try_for_each(|_| dialog.turn())
}

/// The connections of a user and of a bot.
struct Dialog {
    user: Connection,
    waiting: Connection,
    poll: Connection,
    bot: Connection,
    say: Vec<u8>,
    reply: Vec<u8>,
    /// The update that the bot asks for next.
    offset: i64,
    /// The last message that the user has seen.
    seen: i64,
}

impl Dialog {
    fn open(port: u16) -> Result<Self> {
        let connect = || Connection::open(port);
        let (user, waiting, mut poll, mut bot) = (connect()?, connect()?, connect()?, connect()?);
        let reply = post("/bot1:A/sendMessage", r#"{"chat_id":1001,"text":"hello"}"#);
        let say = post("/control/users/1001/dialogs/1/messages", r#"{"text":"hello"}"#);
        let mut offset = 1;
        let pending = poll.call(&get("/bot1:A/getUpdates?offset=-1"))?;
        if let Some(last) = number_after(pending, "\"update_id\"") {
            offset = last + 1;
        }
        let seen = number_after(bot.call(&reply)?, "\"message_id\"").context("a message's id")?;
        Ok(Self { user, waiting, poll, bot, say, reply, offset, seen })
    }

    fn turn(&mut self) -> Result<()> {
        self.poll.send(&get(&format!("/bot1:A/getUpdates?timeout=30&offset={}", self.offset)))?;
        self.user.send(&self.say)?;
        let updates = self.poll.receive()?;
        self.offset = number_after(updates, "\"update_id\"").context("an update")? + 1;
        self.bot.send(&self.reply)?;
        self.user.receive()?;
        let wait = format!("/control/users/1001/dialogs/1/wait?after={}&timeout=30", self.seen);
        self.waiting.send(&get(&wait))?;
        self.bot.receive()?;
        self.seen = number_after(self.waiting.receive()?, "\"message_id\"").context("a message's id")?;
        Ok(())
    }
}
