//! `sendMessage` per second over 64 connections and over one, beside bare servers and telegram-test-api.

use crate::http::post;
use crate::load::{self, Load, Repeat, Times};
use crate::perf;
use crate::process::{Cpu, Process, Watch, own_thread};
use crate::report::{Aim, figure, paired, quantile};
use crate::server::{Build, Server};
use anyhow::{Context, Result};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 7;
/// Rounds over one connection are shorter.
const ROUND_OF_ONE: Duration = Duration::from_secs(1);
const ROUNDS_OF_ONE: usize = 5;
/// Requests whose system calls are counted.
const COUNTED: u64 = 20_000;

/// One server and what was measured of it.
struct Contender {
    name: String,
    server: Server,
    rates: Vec<f64>,
    latencies: Vec<f64>,
    cpu: Cpu,
}

pub(crate) async fn run() -> Result<()> {
    let mut contenders = Vec::new();
    for (name, bare) in [("axum", "axum"), ("axum, typed JSON", "typed"), ("floor", "floor")] {
        contenders.push(Contender::new(name, Server::bare(bare).await?));
    }
    for build in Build::all() {
        for (kind, server) in [("SQLite", build.sqlite().await?), ("memory", build.memory().await?)] {
            contenders.push(Contender::new(&format!("{}, {kind}", build.name), server.with_dialog()?));
        }
    }
    contenders.push(Contender::new("telegram-test-api", Server::telegram_test_api().await?));
    println!("sendMessage, {CONNECTIONS} connections, {ROUNDS} interleaved rounds of {ROUND:?}");
    println!(
        "  axum: a bare route with as long an answer; floor: the same, appended to a log and synced first"
    );
    rounds(&mut contenders, CONNECTIONS, ROUND, ROUNDS)?;
    table(&contenders)?;
    let paired = comparison(&contenders);
    figure("Parlor, SQLite : floor", paired("Parlor, SQLite", "floor"), "", Aim::AtLeast(0.95));
    figure("Parlor, SQLite : axum", paired("Parlor, SQLite", "axum"), "", Aim::None);
    figure("floor : axum", paired("floor", "axum"), "", Aim::None);
    figure(
        "Parlor, memory : axum with typed JSON",
        paired("Parlor, memory", "axum, typed JSON"),
        "",
        Aim::AtLeast(0.9),
    );
    figure(
        "Parlor, SQLite : telegram-test-api",
        paired("Parlor, SQLite", "telegram-test-api"),
        "",
        Aim::None,
    );
    for kind in ["SQLite", "memory"] {
        if Build::all().len() > 1 {
            let name = format!("Parlor, {kind} : baseline, {kind}");
            figure(&name, paired(&format!("Parlor, {kind}"), &format!("baseline, {kind}")), "", Aim::None);
        }
    }
    let sqlite =
        contenders.iter_mut().find(|contender| contender.name == "Parlor, SQLite").context("SQLite")?;
    figure("Parlor, SQLite: p99", quantile(&mut sqlite.latencies, 0.99) * 1e3, "ms", Aim::AtMost(10.0));
    figure("Parlor, SQLite: longest", quantile(&mut sqlite.latencies, 1.0) * 1e3, "ms", Aim::AtMost(100.0));
    calls(&contenders)?;
    one(contenders)
}

/// The same over one connection.
fn one(mut contenders: Vec<Contender>) -> Result<()> {
    println!("sendMessage, one connection, {ROUNDS_OF_ONE} interleaved rounds of {ROUND_OF_ONE:?}");
    contenders.iter_mut().for_each(Contender::reset);
    rounds(&mut contenders, 1, ROUND_OF_ONE, ROUNDS_OF_ONE)?;
    table(&contenders)?;
    let mut latency = |name: &str, share: f64| {
        let contender = contenders.iter_mut().find(|contender| contender.name == name);
        contender.map_or(f64::NAN, |contender| quantile(&mut contender.latencies, share))
    };
    for (share, name, aim) in [(0.5, "p50", Aim::AtMost(1.0)), (0.99, "p99", Aim::None)] {
        for (kind, aim) in [("SQLite", aim), ("memory", Aim::None)] {
            let ratio = latency(&format!("Parlor, {kind}"), share) / latency("telegram-test-api", share);
            figure(&format!("Parlor, {kind} : telegram-test-api, {name}"), ratio, "", aim);
        }
    }
    Ok(())
}

impl Contender {
    fn new(name: &str, server: Server) -> Self {
        let name = name.to_owned();
        Self { name, server, rates: Vec::new(), latencies: Vec::new(), cpu: Cpu::default() }
    }

    fn reset(&mut self) {
        (self.rates, self.latencies, self.cpu) = (Vec::new(), Vec::new(), Cpu::default());
    }

    fn measure(&mut self, connections: usize, round: Duration) -> Result<()> {
        let before = self.server.process().cpu()?;
        let mut load = send_until(self.server.port, connections, Instant::now() + round)?;
        self.cpu = self.cpu.plus(self.server.process().cpu()?.since(before));
        self.rates.push(load.rate());
        self.latencies.append(&mut load.latencies);
        Ok(())
    }
}

/// Measures all in turn; each round begins with another one.
fn rounds(contenders: &mut [Contender], connections: usize, round: Duration, count: usize) -> Result<()> {
    let processes: Vec<Process> = contenders.iter().map(|contender| contender.server.process()).collect();
    let (watch, thread) = (Watch::begin(&processes)?, own_thread()?);
    for _ in 0..count {
        for contender in &mut *contenders {
            contender.measure(connections, round)?;
        }
        contenders.rotate_left(1);
    }
    let all = contenders.len();
    contenders.rotate_right(count % all);
    let requests: usize = contenders.iter().map(|contender| contender.latencies.len()).sum();
    let load = (own_thread()? - thread).as_secs_f64() / requests as f64;
    println!(
        "  CPU time: {:.1} us a request of the load maker, {:.0} % of the cores others'",
        load * 1e6,
        watch.foreign()? * 100.0
    );
    Ok(())
}

/// Prints what was measured.
fn table(contenders: &[Contender]) -> Result<()> {
    let rates = |name: &str| {
        contenders.iter().find(|contender| contender.name == name).map(|found| found.rates.clone())
    };
    let (axum, floor) = (rates("axum").context("axum")?, rates("floor").context("floor")?);
    println!(
        "  {:<20} {:>8} {:>7} {:>7} {:>8} {:>8} {:>9} {:>15}",
        "", "/s", ": axum", ": floor", "p50 ms", "p99 ms", "longest", "CPU us a request"
    );
    for contender in contenders {
        let mut latencies = contender.latencies.clone();
        let [half, most, longest] = [0.5, 0.99, 1.0].map(|share| quantile(&mut latencies, share) * 1e3);
        let each = 1e6 / latencies.len() as f64;
        println!(
            "  {:<20} {:>8.0} {:>7.2} {:>7.2} {half:>8.2} {most:>8.2} {longest:>9.1} {:>6.1} + {:>4.1} kernel",
            contender.name,
            quantile(&mut contender.rates.clone(), 0.5),
            paired(&contender.rates, &axum),
            paired(&contender.rates, &floor),
            contender.cpu.user * each,
            contender.cpu.kernel * each,
        );
    }
    Ok(())
}

/// Returns the function that compares the rates of two contenders, round by round.
fn comparison(contenders: &[Contender]) -> impl Fn(&str, &str) -> f64 + use<> {
    let rates: Vec<_> =
        contenders.iter().map(|contender| (contender.name.clone(), contender.rates.clone())).collect();
    move |name: &str, other: &str| {
        let find =
            |name: &str| rates.iter().find(|(known, _)| known == name).map(|(_, rates)| rates.as_slice());
        paired(find(name).unwrap_or_default(), find(other).unwrap_or_default())
    }
}

/// System calls of each server, in a short load of its own.
fn calls(contenders: &[Contender]) -> Result<()> {
    println!("  system calls a request, {COUNTED} requests");
    for contender in contenders {
        let (port, count) = (contender.server.port.to_string(), COUNTED.to_string());
        let Some(calls) = perf::count(contender.server.process(), &["send", &port, &count])? else {
            println!("    not measured: this needs Linux's perf, and the right to use it");
            return Ok(());
        };
        let requests = COUNTED as f64;
        println!("    {:<20} {:>5.2}: {}", contender.name, calls.all / requests, calls.frequent(requests));
    }
    Ok(())
}

fn request() -> Vec<u8> {
    post("/bot1:A/sendMessage", r#"{"chat_id":1001,"text":"a message of the usual length, forty odd"}"#)
}

fn send_until(port: u16, connections: usize, until: Instant) -> Result<Load> {
    let request = request();
    load::run(port, vec![Repeat { request: &request, until }; connections])
}

/// Sends a number of messages: a process of its own, during which system calls are counted.
pub(crate) fn send(port: u16, count: u64) -> Result<()> {
    let request = request();
    load::run(port, vec![Times { request: &request, left: count / CONNECTIONS as u64 }; CONNECTIONS])?;
    Ok(())
}
