//! The `parlor` binary: command line, configuration, connections and shutdown. It connects the other crates and must not
//! contain any rule of Telegram.
//!
//! Start with [`server::Server::start`].

mod address;
mod cli;
mod client_stream;
mod connections;
mod demo;
mod http_connection;
mod listen;
mod log;
mod ports;
mod probe;
mod protocol;
mod response;
mod run;
mod serve;
mod server;
mod session;
mod stop;
mod verify;
mod web_socket;

use anyhow::Result;
use clap::Parser;
use cli::{Cli, Command};
use nix::sys::signal::Signal;
use parlor_control::Leases;
use parlor_host::notify_operator;
use server::Server;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

// glibc's allocator would keep the memory of disconnected clients, spread over its arenas.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The time between two uses of the allocator that [`return_freed_memory`] makes.
const RETURN_INTERVAL: Duration = Duration::from_secs(10);

/// Uses the allocator, which returns freed memory to the system only while it is used, and not before a second has passed:
/// an idle process would keep what its start, or a burst of clients, has freed.
async fn return_freed_memory() {
    // A block of its own pages: smaller ones come from pages that the allocator has.
    const LARGE: usize = 1 << 20;
    loop {
        tokio::time::sleep(RETURN_INTERVAL).await;
        drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    log::install(&cli);
    tokio::spawn(return_freed_memory());
    // With a handler, a write beyond `ulimit -f` fails like one to a full disk, and does not kill the process. The
    // handler remains installed after the stream is dropped.
    let _ = signal(SignalKind::from_raw(Signal::SIGXFSZ as i32));
    let outcome = match cli.command {
        Some(Command::Run(command)) => run::run(*command).await,
        Some(Command::Session(command)) => session::run(command).await,
        Some(Command::Verify(command)) => verify::run(command).await,
        None => serve(cli.server, Leases::new(cli.while_used)).await,
    };
    outcome.unwrap_or_else(|error| {
        notify_operator(&format!("{error:#}"));
        ExitCode::FAILURE
    })
}

async fn serve(options: cli::ServerOptions, leases: Leases) -> Result<ExitCode> {
    // `parlor run` does not raise it: the program would inherit the limit, and may rely on a low one.
    connections::raise_file_limit();
    let server = match Server::start(&options, leases).await {
        Err(error) if listen::is_taken(&error) => return Err(listen::explain_taken(options.listen).await),
        started => started?,
    };
    // A closed standard output is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{}", server.banner());
    tracing::info!(root = server.root(), "listening");
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let outcome = tokio::select! {
        _ = interrupt.recv() => Ok(ExitCode::SUCCESS),
        _ = terminate.recv() => Ok(ExitCode::SUCCESS),
        () = server.unused() => Ok(ExitCode::SUCCESS),
        reason = server.failed() => Err(anyhow::anyhow!(
            "{reason}\nThe server has stopped, because it could no longer save changes; everything that it confirmed is in the file."
        )),
    };
    tracing::info!("stopping");
    stop::with_notice(server.stop(), || notify_operator(stop::SAVING)).await;
    tracing::info!("stopped");
    outcome
}
