//! Killed servers and damaged files, and the messages about them.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, Command};

/// Nothing that a test waits for takes longer on a slow machine.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A folder with a data file.
struct Data(TempDir);

impl Data {
    fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn file(&self) -> PathBuf {
        self.beside("")
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        self.0.path().join(format!("parlor.db{suffix}"))
    }

    async fn start(&self, options: &[&str]) -> Result<(Server, ChildStderr)> {
        let file = self.file();
        let mut command = Command::new(binary());
        command.args(["--data", file.to_str().context("utf-8")?]).args(options).stderr(Stdio::piped());
        let mut server = Server::from_command(command).await?;
        let errors = server.child.stderr.take().context("piped")?;
        Ok((server, errors))
    }

    /// A refused start: its exit code and its whole output.
    async fn refused(file: &str) -> Result<(Option<i32>, String)> {
        Self::run(&["--listen", "127.0.0.1:0", "--no-demo", "--data", file]).await
    }

    async fn run(arguments: &[&str]) -> Result<(Option<i32>, String)> {
        let output = Command::new(binary()).args(arguments).kill_on_drop(true).output().await?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.code(), String::from_utf8_lossy(&said).into_owned()))
    }

    /// Everywhere: pages that are no longer used may have copies.
    fn replace(&self, suffix: &str, old: &[u8], new: &[u8]) -> Result<()> {
        let mut bytes = std::fs::read(self.beside(suffix))?;
        ensure!(old.len() == new.len() && bytes.windows(old.len()).any(|window| window == old));
        for at in 0..=bytes.len() - old.len() {
            if bytes[at..].starts_with(old) {
                bytes[at..at + new.len()].copy_from_slice(new);
            }
        }
        Ok(std::fs::write(self.beside(suffix), bytes)?)
    }
}

async fn kill(mut server: Server, mut errors: ChildStderr) -> Result<String> {
    server.child.kill().await?;
    let mut said = String::new();
    errors.read_to_string(&mut said).await?;
    Ok(said)
}

async fn stop(mut server: Server, mut errors: ChildStderr) -> Result<String> {
    server.terminate()?;
    let mut said = String::new();
    errors.read_to_string(&mut said).await?;
    ensure!(server.child.wait().await?.success(), "{said}");
    Ok(said)
}

/// The next output of a running server on its standard error.
async fn next_words(errors: &mut ChildStderr) -> Result<String> {
    let mut said = vec![0; 1000];
    let read = tokio::time::timeout(TIMEOUT, errors.read(&mut said)).await.context("it says nothing")??;
    let said = String::from_utf8_lossy(&said[..read]).into_owned();
    ensure!(said.ends_with('\n'), "a line is written at once: {said:?}");
    Ok(said)
}

async fn create_users(server: &Server, count: usize) -> Result<()> {
    for n in 0..count {
        let user = json!({"first_name": format!("User number {n}")});
        server.control("POST", "/users", user).await?;
    }
    Ok(())
}

async fn count_users(server: &Server) -> Result<usize> {
    Ok(server.control("GET", "/users", Value::Null).await?.as_array().context("list")?.len())
}

#[tokio::test]
async fn a_killed_server_restarts_without_a_warning() -> Result<()> {
    let data = Data::new()?;
    let mut confirmed = 0;
    for _ in 0..8 {
        let (server, errors) = data.start(&[]).await?;
        let before = count_users(&server).await?;
        ensure!(before >= confirmed, "{before} of {confirmed} are there");
        // Killed while others are being created.
        let clients = (0..4).map(|_| {
            let (http, url) = (server.http().clone(), format!("{}/control/users", server.root));
            tokio::spawn(async move {
                let mut created = 0;
                let user = json!({"first_name": "x".repeat(60)});
                while http
                    .post(&url)
                    .json(&user)
                    .send()
                    .await
                    .is_ok_and(|answer| answer.status().is_success())
                {
                    created += 1;
                }
                created
            })
        });
        let clients: Vec<_> = clients.collect();
        let grown = async {
            while count_users(&server).await? < before + 20 {}
            anyhow::Ok(())
        };
        tokio::time::timeout(TIMEOUT, grown).await.context("no user is created")??;
        let said = kill(server, errors).await?;
        ensure!(said.is_empty(), "{said}");
        confirmed = before;
        for client in clients {
            confirmed += client.await?;
        }
        ensure!(confirmed >= before + 10, "somebody was created");
    }
    let (server, errors) = data.start(&[]).await?;
    ensure!(count_users(&server).await? >= confirmed);
    ensure!(stop(server, errors).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_data_file_with_losses_needs_accept_loss() -> Result<()> {
    let data = Data::new()?;
    let (server, errors) = data.start(&[]).await?;
    create_users(&server, 20).await?;
    kill(server, errors).await?;
    std::fs::remove_file(data.beside("-wal"))?;
    let file = data.file();
    let file = file.to_str().context("utf-8")?;
    for _ in 0..2 {
        let (code, said) = Data::refused(file).await?;
        ensure!(code == Some(1), "{code:?} {said}");
        let words =
            format!("Parlor did not end normally when it last used {file}, and {file}-wal is missing");
        ensure!(said.contains(&words), "{said}");
        ensure!(said.contains(" events that had been confirmed are missing: numbers 0 to "), "{said}");
        ensure!(said.contains("--accept-loss") && said.contains("may be given out again"), "{said}");
        let (code, said) = Data::run(&["verify", file]).await?;
        ensure!(code == Some(1) && said.contains("confirmed are missing"), "{said}");
    }
    let (server, errors) = data.start(&["--accept-loss"]).await?;
    ensure!(count_users(&server).await? == 0);
    let said = kill(server, errors).await?;
    ensure!(said.contains("are missing") && said.contains("may be given out again"), "{said}");
    // That is the file now.
    let (server, errors) = data.start(&["--accept-loss"]).await?;
    ensure!(stop(server, errors).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn every_event_is_verified_on_demand_and_after_a_start() -> Result<()> {
    let data = Data::new()?;
    let (server, errors) = data.start(&[]).await?;
    create_users(&server, 20).await?;
    let file = data.file();
    let file = file.to_str().context("utf-8")?;
    let (code, said) = Data::run(&["verify", file]).await?;
    ensure!(code == Some(1) && said.contains("is in use by another program"), "{said}");
    ensure!(stop(server, errors).await?.is_empty());
    let (code, said) = Data::run(&["verify", file]).await?;
    ensure!(
        code == Some(0) && said.contains("parlor.db is intact: ") && said.contains("an intact snapshot"),
        "{said}"
    );

    data.replace("", b"User number 7", b"User number 8")?;
    let (code, said) = Data::run(&["verify", file]).await?;
    ensure!(code == Some(1) && said.contains("the checksum is wrong"), "{said}");
    // The server does not need that event, but reports the damage.
    let (server, mut errors) = data.start(&[]).await?;
    ensure!(count_users(&server).await? == 20);
    let said = next_words(&mut errors).await?;
    ensure!(said.contains("the journal is damaged at event") && said.contains("checksum"), "{said}");
    stop(server, errors).await?;

    // A damaged snapshot is not used; here the events can't be read either.
    data.replace("-snapshot", b"User number 9", b"User number 0")?;
    let (code, said) = Data::refused(file).await?;
    ensure!(
        code == Some(1) && said.contains("parlor.db-snapshot can't be used: its checksum is wrong"),
        "{said}"
    );
    ensure!(said.contains("the journal is damaged at event"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_failed_snapshot_is_reported_and_loses_nothing() -> Result<()> {
    let data = Data::new()?;
    let (server, errors) = data.start(&[]).await?;
    create_users(&server, 3).await?;
    std::fs::create_dir(data.beside("-snapshot.new"))?;
    let said = stop(server, errors).await?;
    ensure!(said.contains("a snapshot could not be saved") && said.contains("No event is lost"), "{said}");
    std::fs::remove_dir(data.beside("-snapshot.new"))?;
    let (server, errors) = data.start(&[]).await?;
    ensure!(count_users(&server).await? == 3);
    // The next one succeeds.
    ensure!(stop(server, errors).await?.is_empty() && data.beside("-snapshot").is_file());
    // Files left beside a removed data file are not used for the next one.
    std::fs::remove_file(data.file())?;
    let (server, errors) = data.start(&[]).await?;
    ensure!(count_users(&server).await? == 0);
    create_users(&server, 2).await?;
    ensure!(stop(server, errors).await?.is_empty());
    let (server, errors) = data.start(&[]).await?;
    ensure!(count_users(&server).await? == 2 && stop(server, errors).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_slow_stop_is_explained() -> Result<()> {
    let data = Data::new()?;
    let (mut server, mut errors) = data.start(&[]).await?;
    create_users(&server, 3).await?;
    // A pipe instead of the file: a write blocks until the test reads it.
    let pipe = data.beside("-snapshot.new");
    ensure!(Command::new("mkfifo").arg(&pipe).status().await?.success());
    server.terminate()?;
    let said = next_words(&mut errors).await?;
    ensure!(said.contains("saving a snapshot") && said.lines().count() == 1, "{said}");
    ensure!(server.child.try_wait()?.is_none(), "it waits");
    tokio::task::spawn_blocking(move || std::fs::read(pipe)).await??;
    ensure!(server.child.wait().await?.success());
    Ok(())
}

#[tokio::test]
async fn other_files_are_refused_with_an_explanation() -> Result<()> {
    let data = Data::new()?;
    std::fs::write(data.beside(".byte"), "x")?;
    let path = |suffix: &str| data.beside(suffix).display().to_string();
    let plain = "only a file's plain path can (--memory keeps nothing)";
    for (name, words) in [
        (":memory:".to_owned(), plain),
        ("file:parlor.db?mode=memory".to_owned(), plain),
        (path(".byte"), "it is not a database"),
        (path("/missing/parlor.db"), "there is no folder"),
    ] {
        for (code, said) in [Data::refused(&name).await?, Data::run(&["verify", &name]).await?] {
            let is_refused = code == Some(1) && said.contains(&name) && said.lines().count() == 1;
            ensure!(is_refused && said.contains(words), "{said}");
        }
    }
    ensure!(std::fs::read(data.beside(".byte"))? == b"x");
    ensure!(!Path::new(":memory:").exists() && !Path::new("file:parlor.db?mode=memory").exists());
    Ok(())
}
