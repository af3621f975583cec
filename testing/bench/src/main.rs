//! `cargo xtask bench`: figures as ratios, side by side in one run, since absolute ones drift with the machine.
//!
//! Every server under measurement is a process of its own; rounds of the compared servers alternate.

mod bare;
mod clients;
mod groups;
mod history;
mod holds;
mod http;
mod latency;
mod load;
mod memory;
mod million;
mod mtproto;
mod pause;
mod perf;
mod process;
mod report;
mod server;
mod throughput;
mod worlds;
mod worst;
mod writer;

use anyhow::{Context, Result, bail};

/// What is measured, in this order.
const PARTS: [&str; 10] = [
    "throughput",
    "latency",
    "memory",
    "worlds",
    "mtproto",
    "groups",
    "pause",
    "worst",
    "million",
    "history",
];

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => {
            for part in PARTS {
                measure(part).await.context(part)?;
            }
            Ok(())
        }
        // One step of `history`, as a process of its own.
        ["drop-events", file] => history::dropping(file.as_ref()).await,
        // The bare servers, and short loads whose system calls are counted, as processes of their own.
        ["serve", name, file] => bare::serve(name, file).await,
        ["send", port, count] => throughput::send(port.parse()?, count.parse()?),
        ["turns", port] => latency::turns(port.parse()?),
        [part] => measure(part).await,
        _ => bail!("one part at a time"),
    }
}

async fn measure(part: &str) -> Result<()> {
    match part {
        "throughput" => throughput::run().await,
        "latency" => latency::run().await,
        "memory" => memory::run().await,
        "worlds" => worlds::run().await,
        "mtproto" => mtproto::run().await,
        "groups" => groups::run().await,
        "pause" => pause::run().await,
        "worst" => worst::run().await,
        "million" => million::run().await,
        "history" => history::run().await,
        // Takes ten minutes, and changes with nothing that the others measure.
        "clients" => clients::run().await,
        _ => bail!("cargo xtask bench [{} | clients]", PARTS.join(" | ")),
    }
}
