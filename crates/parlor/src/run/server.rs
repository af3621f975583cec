//! Which server a program is run against: the one that was named, the one that is there, or a new one.

use super::lease::Lease;
use super::process::Process;
use crate::cli::{RunCommand, ServerOptions};
use crate::probe::{self, About, Answer, Found};
use crate::server::{absolute, root_of};
use anyhow::{Context, Result, bail, ensure};
use parlor_host::tell_operator;
use std::path::Path;
use std::time::Duration;

/// How often a server that is ending, or one that another command is starting at the same address, is looked at again.
const ATTEMPTS: u32 = 100;
const ATTEMPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that is there as long as this is not released.
pub(super) struct Server {
    pub(super) found: Found,
    pub(super) token: Option<String>,
    /// None for servers that don't know leases, or want a token that was not given.
    lease: Option<Lease>,
    /// Set if this command started it.
    process: Option<Process>,
}

impl Server {
    /// Finds the server to use, or starts one, and says which it is.
    ///
    /// # Errors
    ///
    /// In words for the user: nobody is there, it keeps other data than asked for, or it can't be started.
    pub(super) async fn choose(command: &RunCommand) -> Result<Self> {
        let token = command.options.control_token.as_deref();
        if let Some(root) = &command.server {
            let found = named(root, token).await?;
            check_data(&command.options, &found)?;
            let lease = Lease::take(origin(root), token).await.ok();
            return Ok(Self::found(found, token, lease));
        }
        for _ in 0..ATTEMPTS {
            let options = &command.options;
            match ask(options).await {
                Answer::Parlor(found) => {
                    check_data(options, &found)?;
                    match Lease::take(&found.root, token).await {
                        Ok(lease) => return Ok(Self::found(found, token, Some(lease))),
                        // It wants a token, so it is none that ends by itself.
                        Err(_) if found.about.is_none() => return Ok(Self::found(found, token, None)),
                        // It is ending, or has ended just now.
                        Err(_) => tokio::time::sleep(ATTEMPT_PAUSE).await,
                    }
                }
                Answer::Nobody => match Self::start(options.clone()).await {
                    Ok(server) => return Ok(server),
                    // Another command has begun to start one at the same moment.
                    Err(_) if !matches!(ask(options).await, Answer::Nobody) => {}
                    Err(error) => return Err(error),
                },
                // Beside another program any other port is as good.
                Answer::Other | Answer::NoWorld => {
                    let mut options = options.clone();
                    options.listen.set_port(0);
                    return Self::start(options).await;
                }
            }
        }
        bail!("the server at {} is ending, and does not end", command.options.listen)
    }

    fn found(found: Found, token: Option<&str>, lease: Option<Lease>) -> Self {
        tell_operator(&format!("found {} at {}; {}", found.name(), found.root, data(&found)));
        Self { found, token: token.map(str::to_owned), lease, process: None }
    }

    async fn start(mut options: ServerOptions) -> Result<Self> {
        options.no_demo = true;
        options.memory = options.data.is_none();
        let process = Process::start(&options).await?;
        let token = process.token.clone();
        let lease =
            Lease::take(&process.root, token.as_deref()).await.context("the server that was started")?;
        let found = named(&process.root, token.as_deref()).await?;
        tell_operator(&format!("started {} at {}; {}", found.name(), found.root, data(&found)));
        Ok(Self { found, token, lease: Some(lease), process: Some(process) })
    }

    /// How the world describes itself, if it does.
    pub(super) fn about(&self) -> Option<&About> {
        self.found.about.as_ref()
    }

    /// Waits until the server has gone, if it can be known.
    pub(super) async fn lost(&self) {
        match &self.lease {
            Some(lease) => lease.lost().await,
            None => std::future::pending().await,
        }
    }

    /// Gives the server back; one that was started for this command alone has ended then, which is what is returned.
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

/// The server that `--server` names.
async fn named(root: &str, token: Option<&str>) -> Result<Found> {
    match probe::ask(root, token).await {
        Answer::Parlor(found) => Ok(found),
        Answer::NoWorld => {
            bail!("the Parlor server there has no world {root}: POST /control/worlds makes one")
        }
        Answer::Other => bail!("another program than Parlor answers at {root}, or it does not answer at all"),
        Answer::Nobody => {
            bail!("nobody answers at {root}: start a server there, or leave --server out to have one started")
        }
    }
}

/// What answers where a server would be started.
async fn ask(options: &ServerOptions) -> Answer {
    match options.listen.port() {
        0 => Answer::Nobody,
        _ => probe::ask(&root_of(options.listen), options.control_token.as_deref()).await,
    }
}

/// A server that is running keeps its data where it was told to.
fn check_data(options: &ServerOptions, found: &Found) -> Result<()> {
    let root = &found.root;
    let kept = found.about.as_ref().map(|about| about.data.as_deref());
    let elsewhere = "or have another one started with --listen and another address";
    if let Some(wanted) = &options.data {
        let wanted = absolute(wanted);
        ensure!(
            kept.is_some_and(|file| file.is_some_and(|file| file == wanted)),
            "--data {}: the server that is running at {root} {}: leave --data out to use it, {elsewhere}",
            wanted.display(),
            keeps(kept)
        );
    }
    if options.memory {
        ensure!(
            kept == Some(None),
            "--memory: the server that is running at {root} {}: leave --memory out to use it, {elsewhere}",
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
        None => "it wants a token to say more: --control-token".to_owned(),
    }
}

/// The address without a world's path.
pub(super) fn origin(root: &str) -> &str {
    let host = root.find("://").map_or(0, |at| at + 3);
    root[host..].find('/').map_or(root, |at| &root[..host + at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_is_at_its_servers_origin() {
        assert_eq!(origin("http://127.0.0.1:8081"), "http://127.0.0.1:8081");
        assert_eq!(origin("http://127.0.0.1:8081/w/w1"), "http://127.0.0.1:8081");
    }
}
