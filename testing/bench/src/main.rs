//! `cargo xtask bench`: figures as ratios, side by side in one run, since absolute ones drift with the machine.
//!
//! Every server under measurement is a process of its own; rounds of the compared servers alternate.

mod bare;
mod clients;
mod history;
mod http;
mod latency;
mod load;
mod million;
mod mtproto;
mod pause;
mod perf;
mod process;
mod report;
mod server;
mod size;
mod throughput;
mod worst;

use anyhow::{Result, bail};

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => {
            throughput::run().await?;
            latency::run().await?;
            size::run().await?;
            mtproto::run().await?;
            pause::run().await?;
            worst::run().await?;
            million::run().await?;
            history::run().await
        }
        ["throughput"] => throughput::run().await,
        ["latency"] => latency::run().await,
        ["size"] => size::run().await,
        ["mtproto"] => mtproto::run().await,
        ["pause"] => pause::run().await,
        ["worst"] => worst::run().await,
        ["million"] => million::run().await,
        ["history"] => history::run().await,
        // Takes ten minutes, and moves with nothing that the others measure.
        ["clients"] => clients::run().await,
        // One step of `history`, as a process of its own.
        ["drop-events", file] => history::dropping(file.as_ref()).await,
        // The bare servers, and short loads whose system calls are counted, as processes of their own.
        ["serve", name, file] => bare::serve(name, file).await,
        ["send", port, count] => throughput::send(port.parse()?, count.parse()?),
        _ => bail!(
            "cargo xtask bench [throughput | latency | size | mtproto | pause | worst | million | history | clients]"
        ),
    }
}
