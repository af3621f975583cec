//! The process of a server that `parlor run` starts.

use crate::cli::ServerOptions;
use anyhow::{Context, Result, bail};
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::mpsc;

/// How long to wait until the server has ended. Saving a large world takes time, and a server that another program has begun
/// to use does not end at all.
const END_TIMEOUT: Duration = Duration::from_secs(30);
/// The limit of lines of the starting server that are stored.
const MAX_LINES: usize = 100;

/// A server in its own process, so that it outlives this command if others use it.
pub(super) struct Process {
    child: Child,
    pub(super) root: String,
    pub(super) token: Option<String>,
}

impl Process {
    /// Starts a server and waits until it listens.
    ///
    /// # Errors
    ///
    /// If the server could not start; the error contains its output.
    pub(super) async fn start(options: &ServerOptions) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe().context("where this program is")?);
        command.arg("--while-used").args(options.arguments());
        if options.log.is_none() {
            // Without --log, RUST_LOG is most likely meant for the program that is run.
            command.env_remove("RUST_LOG");
        }
        if let Some(token) = &options.control_token {
            command.env("PARLOR_CONTROL_TOKEN", token);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C in a terminal must reach only the program; the server ends after it.
        command.process_group(0);
        let mut child = command.spawn().context("can't start a server")?;
        let mut errors = relay(child.stderr.take().context("piped")?);
        match read_banner(child.stdout.take().context("piped")?).await {
            Some((root, token)) => {
                while let Ok(line) = errors.try_recv() {
                    pass_on(&line);
                }
                Ok(Self { child, root, token })
            }
            None => {
                child.wait().await?;
                bail!("{}", read(errors).await)
            }
        }
    }

    /// Waits until the server has ended, once its last lease is released.
    pub(super) async fn ended(mut self) {
        let _ = tokio::time::timeout(END_TIMEOUT, self.child.wait()).await;
    }
}

/// Reads the server's banner: its root, and its control token if it has one. `None` if the server ends first.
async fn read_banner(stdout: ChildStdout) -> Option<(String, Option<String>)> {
    let mut lines = BufReader::new(stdout).lines();
    let (mut root, mut token) = (None, None);
    while let Ok(Some(line)) = lines.next_line().await {
        let value = |name| line.trim().strip_prefix(name).map(|value| value.trim().to_owned());
        root = value("Bot API root").or(root);
        token = value("control token").or(token);
        if value("data").is_some() {
            break;
        }
    }
    Some((root?, token))
}

/// Forwards the server's standard error. Lines of the start are stored in the channel, because they may be the reason
/// why the server does not start; later ones are printed.
fn relay(stderr: ChildStderr) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(MAX_LINES);
    tokio::spawn(async move {
        let mut lines = BufReader::new(stderr).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            // The receiver is dropped once the server has started.
            if let Err(error) = sender.try_send(line) {
                pass_on(&error.into_inner());
            }
        }
    });
    receiver
}

/// Writes a line of the server unchanged: it may be a line of its log. It is one write, so that it does not mix with the
/// output of the program.
fn pass_on(line: &str) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

async fn read(mut lines: mpsc::Receiver<String>) -> String {
    let mut text = Vec::new();
    while let Some(line) = lines.recv().await {
        text.push(line.strip_prefix("parlor: ").unwrap_or(&line).to_owned());
    }
    if text.is_empty() { "the server ended without a message".to_owned() } else { text.join("\n") }
}
