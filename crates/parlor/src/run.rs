//! `parlor run -- COMMAND…`

use crate::cli::{RunCommand, ServerOptions};
use crate::redirect::Hooks;
use crate::server::Server;
use crate::{listen, probe};
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{IsTerminal, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// A server that is there answers at once.
const LOOK_TIME: Duration = Duration::from_secs(2);

pub(crate) async fn run(mut options: ServerOptions, command: RunCommand) -> Result<ExitCode> {
    let started = match &command.server {
        Some(_) => None,
        None if probe::find(options.listen).await.is_some() => None,
        None => {
            options.no_demo = true;
            Some(start(options.clone()).await?)
        }
    };
    let root = match (&command.server, &started) {
        (Some(root), _) => root.trim_end_matches('/').to_owned(),
        (None, Some(server)) => server.root(),
        (None, None) => format!("http://{}", options.listen),
    };
    say(&format!("{root} plays Telegram: open it in a browser to be the user"));
    let hooks = Hooks::write()?;
    let (program, arguments) = command.program.split_first().context("no program")?;
    let mut child = Command::new(program);
    child.args(arguments).kill_on_drop(true);
    hooks.apply(&mut child, &root, &mtproto_address(&root).await);
    let outcome = match child.spawn() {
        Ok(child) => guard(child).await,
        Err(error) => {
            say(&format!("can't run {}: {error}", program.display()));
            Ok(ExitCode::from(127))
        }
    };
    if let Some(server) = started {
        server.stop().await;
    }
    outcome
}

/// To the standard error, which may be closed: the program is to run all the same.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "parlor: {text}");
}

/// On any free port if another program has the usual one.
async fn start(mut options: ServerOptions) -> Result<Server> {
    match Server::start(&options, false).await {
        Ok(server) => Ok(server),
        Err(error) if listen::is_taken(&error) => {
            options.listen.set_port(0);
            Server::start(&options, false).await
        }
        Err(error) => Err(error),
    }
}

/// Where the world speaks MTProto; a server that does not say (it may ask for a token) does so at its own address.
async fn mtproto_address(root: &str) -> String {
    let own = || root.split("://").nth(1).unwrap_or(root).split('/').next().unwrap_or_default().to_owned();
    let Ok(client) = reqwest::Client::builder().no_proxy().timeout(LOOK_TIME).build() else { return own() };
    let Ok(answer) = client.post(format!("{root}/control/mtproto")).send().await else { return own() };
    let address: serde_json::Value = answer.json().await.unwrap_or_default();
    match (address["host"].as_str(), address["port"].as_u64()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        _ => own(),
    }
}

/// Passes signals on until the program ends; its exit code is ours.
async fn guard(mut child: Child) -> Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    // A terminal sends Ctrl-C to the program itself too.
    let from_terminal = std::io::stdin().is_terminal();
    loop {
        let signal = tokio::select! {
            status = child.wait() => return Ok(exit_code(status?)),
            _ = interrupt.recv() => Signal::SIGINT,
            _ = terminate.recv() => Signal::SIGTERM,
            _ = hang_up.recv() => Signal::SIGHUP,
        };
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(id) = id.filter(|_| signal != Signal::SIGINT || !from_terminal) {
            // A program that has just ended is waited for in the next round.
            let _ = kill(Pid::from_raw(id), signal);
        }
    }
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
