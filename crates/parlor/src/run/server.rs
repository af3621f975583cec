//! Finds the server for a program: the one that `--server` names, the one that is running, or a new one.

use super::lease::Lease;
use super::process::Process;
use crate::address::root_of;
use crate::cli::{RunCommand, ServerOptions};
use crate::probe::{self, About, Answer, Found};
use crate::server::absolute;
use anyhow::{Context, Result, bail, ensure};
use parlor_host::notify_operator;
use std::path::Path;
use std::time::Duration;

/// The limit of attempts while a server is stopping, or another command is starting one at the same address.
const ATTEMPTS: u32 = 100;
const ATTEMPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that runs at least until this is released.
pub(super) struct Server {
    pub(super) found: Found,
    pub(super) token: Option<String>,
    /// `None` if the server does not support leases, or requires a token that was not given.
    lease: Option<Lease>,
    /// Set if this command started it.
    process: Option<Process>,
}

impl Server {
    /// Finds or starts the server, and notifies the user.
    ///
    /// # Errors
    ///
    /// If the server that `--server` names does not answer, the running server uses other data than the options say, or a
    /// new one cannot be started.
    pub(super) async fn find_or_start(command: &RunCommand) -> Result<Self> {
        let token = command.options.control_token.as_deref();
        if let Some(root) = &command.server {
            let found = require(root, token).await?;
            check_data(&command.options, &found)?;
            let lease = Lease::take(origin(root), token).await.ok();
            return Ok(Self::found(found, token, lease));
        }
        for _ in 0..ATTEMPTS {
            let options = &command.options;
            match probe_address(options).await {
                Answer::Parlor(found) => {
                    check_data(options, &found)?;
                    match Lease::take(&found.root, token).await {
                        Ok(lease) => return Ok(Self::found(found, token, Some(lease))),
                        // It requires a token, so it is not one that ends with its last lease.
                        Err(_) if found.about.is_none() => return Ok(Self::found(found, token, None)),
                        // It is stopping, or has just stopped.
                        Err(_) => tokio::time::sleep(ATTEMPT_PAUSE).await,
                    }
                }
                Answer::NotListening => match Self::start(options.clone()).await {
                    Ok(server) => return Ok(server),
                    // Another command has started one at the same moment.
                    Err(_) if !matches!(probe_address(options).await, Answer::NotListening) => {}
                    Err(error) => return Err(error),
                },
                // Another program has the port: use any free one.
                Answer::Other | Answer::NoWorld => {
                    let mut options = options.clone();
                    options.listen.set_port(0);
                    return Self::start(options).await;
                }
            }
        }
        bail!("the server at {} is stopping, but does not end", command.options.listen)
    }

    fn found(found: Found, token: Option<&str>, lease: Option<Lease>) -> Self {
        notify_operator(&format!("found {} at {}; {}", found.name(), found.root, data(&found)));
        Self { found, token: token.map(str::to_owned), lease, process: None }
    }

    async fn start(mut options: ServerOptions) -> Result<Self> {
        options.no_demo = true;
        options.memory = options.data.is_none();
        let process = Process::start(&options).await?;
        let token = process.token.clone();
        let lease =
            Lease::take(&process.root, token.as_deref()).await.context("the server that was started")?;
        let found = require(&process.root, token.as_deref()).await?;
        notify_operator(&format!("started {} at {}; {}", found.name(), found.root, data(&found)));
        Ok(Self { found, token, lease: Some(lease), process: Some(process) })
    }

    /// Returns the world's description of itself, if it is known.
    pub(super) fn about(&self) -> Option<&About> {
        self.found.about.as_ref()
    }

    /// Waits until the server has stopped; forever if there is no lease, which would end with it.
    pub(super) async fn lost(&self) {
        match &self.lease {
            Some(lease) => lease.lost().await,
            None => std::future::pending().await,
        }
    }

    /// Releases the server. Returns true if this command started it and was its last user: it has ended then.
    pub(super) async fn release(self) -> bool {
        let is_last = self.lease.as_ref().is_some_and(Lease::is_last);
        drop(self.lease);
        match self.process {
            Some(process) if is_last => {
                process.ended().await;
                true
            }
            _ => false,
        }
    }
}

/// Returns the server at a root.
///
/// # Errors
///
/// If there is none, or it has no such world.
async fn require(root: &str, token: Option<&str>) -> Result<Found> {
    match probe::probe(root, token).await {
        Answer::Parlor(found) => Ok(found),
        Answer::NoWorld => {
            bail!("the Parlor server has no world {root}: POST /control/worlds creates one")
        }
        Answer::Other => bail!("a program other than Parlor listens at {root}, or it does not answer"),
        Answer::NotListening => {
            bail!("nothing listens at {root}: start a server there, or omit --server to have one started")
        }
    }
}

/// Probes the address at which a server would be started.
async fn probe_address(options: &ServerOptions) -> Answer {
    match options.listen.port() {
        0 => Answer::NotListening,
        _ => probe::probe(&root_of(options.listen), options.control_token.as_deref()).await,
    }
}

/// Checks that the running server uses the data that the options name.
fn check_data(options: &ServerOptions, found: &Found) -> Result<()> {
    let root = &found.root;
    let kept = found.about.as_ref().map(|about| about.data.as_deref());
    let elsewhere = "or start another one at another address with --listen";
    if let Some(wanted) = &options.data {
        let wanted = absolute(wanted);
        ensure!(
            kept.is_some_and(|file| file.is_some_and(|file| file == wanted)),
            "--data {}: the server that is running at {root} {}: omit --data to use it, {elsewhere}",
            wanted.display(),
            keeps(kept)
        );
    }
    if options.memory {
        ensure!(
            kept == Some(None),
            "--memory: the server that is running at {root} {}: omit --memory to use it, {elsewhere}",
            keeps(kept)
        );
    }
    Ok(())
}

fn keeps(kept: Option<Option<&Path>>) -> String {
    match kept {
        Some(Some(file)) => format!("keeps its data in {}", file.display()),
        Some(None) => "keeps its data in memory only".to_owned(),
        None => "does not say where it keeps its data".to_owned(),
    }
}

fn data(found: &Found) -> String {
    match found.about.as_ref().map(|about| &about.data) {
        Some(Some(file)) => format!("data in {}", file.display()),
        Some(None) => "data in memory only".to_owned(),
        None => "it needs a token to describe itself: --control-token".to_owned(),
    }
}

/// Returns a root without the path of a world.
pub(super) fn origin(root: &str) -> &str {
    let host = root.find("://").map_or(0, |at| at + 3);
    root[host..].find('/').map_or(root, |at| &root[..host + at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_has_no_path() {
        assert_eq!(origin("http://127.0.0.1:8081"), "http://127.0.0.1:8081");
        assert_eq!(origin("http://127.0.0.1:8081/w/w1"), "http://127.0.0.1:8081");
    }
}
