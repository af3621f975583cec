//! `parlor run -- COMMAND…`: runs an unmodified program against a server, which is found or started.

mod call;
mod events;
mod lease;
mod process;
mod redirect;
mod server;
mod sessions;

use crate::cli::RunCommand;
use crate::probe;
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use parlor_host::notify_operator;
use redirect::{Hooks, Target};
use server::Server;
use sessions::Sessions;
use std::convert::Infallible;
use std::io::IsTerminal;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

pub(crate) async fn run(command: RunCommand) -> Result<ExitCode> {
    let (program, arguments) = command.program.split_first().context("no program")?;
    let server = Server::find_or_start(&command).await?;
    notify_operator(&format!("open {} in a browser to be the user", server.found.root));
    let sessions = Sessions::open(server.about())?;
    let hooks = Hooks::write(&server.found.root)?;
    let root = server.found.root.clone();
    let token = server.token.clone();
    let mtproto = mtproto_address(&root, token.as_deref()).await;
    let mut child = Command::new(program);
    child.args(arguments).kill_on_drop(true);
    hooks.apply(&mut child, &Target { root: &root, mtproto: &mtproto, sessions: &sessions.folder });
    let calls = call::Calls::watch(&root, token.as_deref(), &hooks.called()).await;
    let outcome = match child.spawn() {
        Ok(child) => {
            tracing::info!(process = child.id(), "started the program");
            let limit = command.warn_after;
            let warn = || notify_operator(&call::warning(program, limit, &root, &mtproto));
            let late = || notify_operator("the program has now called Parlor");
            let notices = async {
                tokio::join!(call::warn_if_late(calls.first(), limit, warn, late), notice_loss(&server));
                std::future::pending::<Infallible>().await
            };
            tokio::select! {
                outcome = guard(child) => outcome,
                never = notices => match never {},
            }
        }
        Err(error) => {
            notify_operator(&format!("can't run {}: {error}", program.display()));
            Ok(ExitCode::from(127))
        }
    };
    if server.release().await {
        sessions.remove();
    }
    outcome
}

/// Notifies the user when the server has stopped. The program continues, since another server may start at the same address.
async fn notice_loss(server: &Server) {
    server.lost().await;
    notify_operator(&format!(
        "the server at {} has stopped: the program gets no more answers",
        server.found.root
    ));
}

/// Returns the MTProto address of the world; the server's main address if the server does not answer, for example because it
/// requires a token.
async fn mtproto_address(root: &str, token: Option<&str>) -> String {
    let own = || server::origin(root).trim_start_matches("http://").to_owned();
    let Ok(client) = probe::client() else { return own() };
    let mut request = client.post(format!("{root}/control/mtproto")).timeout(probe::PROBE_TIMEOUT);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let Ok(answer) = request.send().await else { return own() };
    let address: serde_json::Value = answer.json().await.unwrap_or_default();
    match (address["host"].as_str(), address["port"].as_u64()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        _ => own(),
    }
}

/// Forwards signals until the program ends, and returns its exit code.
async fn guard(mut child: Child) -> Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    // A terminal sends Ctrl-C to the program too.
    let from_terminal = std::io::stdin().is_terminal();
    loop {
        let signal = tokio::select! {
            status = child.wait() => {
                let status = status?;
                tracing::info!(%status, "the program has ended");
                return Ok(exit_code(status));
            }
            _ = interrupt.recv() => Signal::SIGINT,
            _ = terminate.recv() => Signal::SIGTERM,
            _ = hang_up.recv() => Signal::SIGHUP,
        };
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(id) = id.filter(|_| signal != Signal::SIGINT || !from_terminal) {
            tracing::debug!(%signal, "forwarding a signal");
            // An error means that the program has just ended: the next iteration waits for it.
            let _ = kill(Pid::from_raw(id), signal);
        }
    }
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
