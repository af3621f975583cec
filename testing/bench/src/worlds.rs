//! Tests as users run them: each has a world of its own, in which a user and a bot talk.

use crate::http::{get, number_after, post};
use crate::load::{self, Script};
use crate::process::{Cpu, Watch};
use crate::report::{Aim, figure, quantile};
use crate::server::{Build, Server};
use anyhow::{Context, Result};
use std::cell::Cell;
use std::time::Instant;

const WORLDS: usize = 1000;
/// Worlds that are used at the same time.
const AT_ONCE: usize = 64;
/// Each step is a message of the user, the bot's update, its answer, and the user's wait for it.
const STEPS: usize = 10;
const ROUNDS: usize = 3;

pub(crate) async fn run() -> Result<()> {
    let mut contenders: Vec<(&str, Server, Vec<f64>, Cpu)> = Vec::new();
    for build in Build::all() {
        contenders.push((build.name, build.memory().await?, Vec::new(), Cpu::default()));
    }
    let watch = Watch::begin(&contenders.iter().map(|(_, server, ..)| server.process()).collect::<Vec<_>>())?;
    for _ in 0..ROUNDS {
        for (_, server, rates, total) in &mut contenders {
            let before = server.process().cpu()?;
            rates.push(round(server.port)?);
            *total = total.plus(server.process().cpu()?.since(before));
        }
    }
    println!("{WORLDS} worlds of {STEPS} steps, {AT_ONCE} at once, in memory; median of {ROUNDS} rounds");
    println!("  {:.0} % of the cores' time were others'", watch.foreign()? * 100.0);
    for (name, _, rates, cpu) in &mut contenders {
        let each = cpu.total() * 1e3 / (WORLDS * ROUNDS) as f64;
        figure(&format!("{name}: worlds a second"), quantile(rates, 0.5), "", Aim::AtLeast(1300.0));
        figure(&format!("{name}: CPU time of the server for a world"), each, "ms", Aim::AtMost(0.8));
    }
    Ok(())
}

/// Worlds per second.
fn round(port: u16) -> Result<f64> {
    let left = Cell::new(WORLDS);
    let test = Test { left: &left, request: 0, world: String::new(), offset: 0 };
    let load = load::run(port, vec![test; AT_ONCE])?;
    Ok(WORLDS as f64 / load.took.as_secs_f64())
}

/// One test after the other.
#[derive(Clone)]
struct Test<'a> {
    /// Worlds that are still to be created, by all tests.
    left: &'a Cell<usize>,
    /// The number of the test's next request.
    request: usize,
    world: String,
    offset: i64,
}

/// Requests before the steps, and of each step.
const BEFORE: usize = 4;
const OF_STEP: usize = 4;

impl Script for Test<'_> {
    fn next(&mut self, _: Instant, answer: &[u8], out: &mut Vec<u8>) -> Result<bool> {
        if self.request == BEFORE + STEPS * OF_STEP {
            self.request = 0;
        }
        let world = &self.world;
        let request = match self.request {
            0 => {
                let Some(left) = self.left.get().checked_sub(1) else { return Ok(false) };
                self.left.set(left);
                self.offset = 0;
                post("/control/worlds", "{}")
            }
            1 => {
                self.world = name_of_world(answer)?;
                get(&format!("/w/{}/bot1:A/getMe", self.world))
            }
            2 => post(&format!("/w/{world}/control/users"), r#"{"id":1001,"first_name":"Ann"}"#),
            3 => post(&format!("/w/{world}/control/users/1001/dialogs/1/start"), "{}"),
            later => match (later - BEFORE) % OF_STEP {
                0 => {
                    post(&format!("/w/{world}/control/users/1001/dialogs/1/messages"), r#"{"text":"hello"}"#)
                }
                1 => get(&format!("/w/{world}/bot1:A/getUpdates?timeout=5&offset={}", self.offset)),
                2 => {
                    self.offset = number_after(answer, "\"update_id\"").context("an update")? + 1;
                    post(&format!("/w/{world}/bot1:A/sendMessage"), r#"{"chat_id":1001,"text":"hello"}"#)
                }
                _ => get(&format!("/w/{world}/control/users/1001/dialogs/1/wait?timeout=5")),
            },
        };
        out.extend_from_slice(&request);
        self.request += 1;
        Ok(true)
    }
}

fn name_of_world(answer: &[u8]) -> Result<String> {
    let answer: serde_json::Value = serde_json::from_slice(answer)?;
    Ok(answer["name"].as_str().context("a world's name")?.to_owned())
}
