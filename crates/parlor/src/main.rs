//! The binary: configuration, wiring, shutdown. It names every other crate and holds no rule of its own.
//!
//! Start with [`server::Server::start`], which puts the rooms together.

mod cli;
mod client_stream;
mod connections;
mod demo;
mod listen;
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
mod web;

use anyhow::Result;
use clap::Parser;
use cli::{Cli, Command};
use nix::sys::signal::Signal;
use parlor_control::Leases;
use parlor_host::tell_operator;
use server::Server;
use std::io::Write;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

// glibc's allocator keeps what many clients needed at once, spread over its arenas, long after they have left.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // A file that may not grow (`ulimit -f`) is a disk that is full: an error of the write, and no reason to be killed.
    // The handler stays when the stream is gone.
    let _ = signal(SignalKind::from_raw(Signal::SIGXFSZ as i32));
    let outcome = match cli.command {
        Some(Command::Run(command)) => run::run(*command).await,
        Some(Command::Session(command)) => session::run(command).await,
        Some(Command::Verify(command)) => verify::run(command).await,
        None => serve(cli.server, Leases::new(cli.while_used)).await,
    };
    outcome.unwrap_or_else(|error| {
        tell_operator(&format!("{error:#}"));
        ExitCode::FAILURE
    })
}

async fn serve(options: cli::ServerOptions, leases: Leases) -> Result<ExitCode> {
    // Not for `parlor run`: its program would inherit the limit, and may rely on a low one.
    connections::raise_file_limit();
    let server = match Server::start(&options, leases).await {
        Err(error) if listen::is_taken(&error) => return Err(listen::explain_taken(options.listen).await),
        started => started?,
    };
    // Nobody need be listening.
    let _ = writeln!(std::io::stdout(), "{}", server.banner());
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let outcome = tokio::select! {
        _ = interrupt.recv() => Ok(ExitCode::SUCCESS),
        _ = terminate.recv() => Ok(ExitCode::SUCCESS),
        () = server.unused() => Ok(ExitCode::SUCCESS),
        reason = server.failed() => Err(anyhow::anyhow!(
            "{reason}\nStopped, so that nothing is answered that is not kept; what was acknowledged is in the file."
        )),
    };
    stop::patiently(server.stop(), || tell_operator(stop::SAVING)).await;
    outcome
}
