//! `cargo xtask bench`: figures as ratios, side by side in one run, since absolute ones drift with the machine.
//!
//! Every server under measurement is a process of its own; rounds of the compared servers alternate.

mod clients;
mod history;
mod http;
mod latency;
mod million;
mod mtproto;
mod pause;
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
        // The bare route, as a process of its own.
        ["axum"] => server::bare_axum().await,
        // The bare echo.
        ["echo"] => server::bare_echo().await,
        _ => bail!(
            "cargo xtask bench [throughput | latency | size | mtproto | pause | worst | million | history | clients]"
        ),
    }
}

/// The value below which that share of the sorted samples lies.
fn quantile(samples: &mut [f64], share: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    let at = (samples.len() as f64 * share) as usize;
    samples.get(at.min(samples.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}
