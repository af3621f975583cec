//! Session files under `parlor run`: a second run finds the first one's session if the server's data was kept, and
//! never sees a key of another server; the program's own session file stays as it is.

use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use parlor_stories::{binary, target};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// Nothing takes longer on a slow machine.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The content of the program's own session file, which is not a valid session.
const REAL: &str = "the session at Telegram";

/// A program with its working folder, and the folder of Parlor's state.
struct Project {
    folder: tempfile::TempDir,
    program: Vec<PathBuf>,
    session: &'static str,
}

impl Project {
    fn new(environment: &str, snippet: &str, arguments: &[&str], session: &'static str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let interpreter = target().join("clients").join(environment).join("bin/python");
        let snippet = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/snippets").join(snippet);
        let program = [interpreter, snippet].into_iter().chain(arguments.iter().map(PathBuf::from)).collect();
        let project = Self { folder, program, session };
        let file = project.project().join(session);
        std::fs::create_dir_all(file.parent().context("a folder")?)?;
        std::fs::write(file, REAL)?;
        Ok(project)
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// The program with a server of its own, both offline.
    fn command(&self, data: &[&str]) -> Command {
        let offline = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/offline.py");
        let mut command = Command::new(target().join("clients/python/bin/python"));
        command.arg(offline).arg(binary()).args(["run", "--listen", "127.0.0.1:0"]).args(data).arg("--");
        command.args(&self.program).current_dir(self.project());
        command.env("BOT_TOKEN", "123456:AAAA").env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    /// Runs the program to its end; the key of its session.
    async fn key(&self, data: &[&str]) -> Result<String> {
        let output = timeout(TIMEOUT, self.command(data).output()).await.context("it hangs")??;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "{err}");
        ensure!(self.is_real_kept()?);
        let key = out.lines().find_map(|line| line.strip_prefix("key 123456 "));
        Ok(key.context("a key")?.to_owned())
    }

    /// Whether the program's own session file is as it was.
    fn is_real_kept(&self) -> Result<bool> {
        Ok(std::fs::read_to_string(self.project().join(self.session))? == REAL)
    }

    /// Names of the folders in which Parlor keeps session files.
    fn kept(&self) -> Result<Vec<String>> {
        let folder = self.folder.path().join("state/parlor/sessions");
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut kept = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if std::fs::read_dir(entry.path())?.next().is_some() {
                kept.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(kept)
    }

    async fn runs_twice(&self) -> Result<()> {
        let (first, second) = (self.key(&["--memory"]).await?, self.key(&["--memory"]).await?);
        ensure!(first != second, "each server has a key of its own");
        ensure!(self.kept()?.is_empty(), "keys of servers that have gone");
        let file = self.folder.path().join("parlor.db");
        let kept = ["--data", file.to_str().context("utf-8")?];
        let (first, second) = (self.key(&kept).await?, self.key(&kept).await?);
        ensure!(first == second, "the session was kept with the server's data");
        ensure!(self.kept()?.len() == 1, "{:?}", self.kept()?);
        std::fs::remove_file(&file)?;
        ensure!(self.key(&kept).await? != first, "another world in the same file");
        Ok(())
    }
}

#[tokio::test]
async fn telethon() -> Result<()> {
    Project::new("python", "session_telethon.py", &[], "bot.session")?.runs_twice().await
}

#[tokio::test]
async fn folds() -> Result<()> {
    Project::new("python", "session_folds.py", &[], ".folds/bot123456.session")?.runs_twice().await
}

#[tokio::test]
async fn kurigram() -> Result<()> {
    Project::new("python", "session_pyrogram.py", &["pyrogram"], "bot.session")?.runs_twice().await
}

#[tokio::test]
async fn pyrogram() -> Result<()> {
    Project::new("pyrogram", "session_pyrogram.py", &["pyrogram"], "bot.session")?.runs_twice().await
}

#[tokio::test]
async fn pyrofork() -> Result<()> {
    Project::new("pyrofork", "session_pyrogram.py", &["pyrogram"], "bot.session")?.runs_twice().await
}

/// Its layer is not served, so it cannot log in, but it connects to Parlor with a separate session file.
#[tokio::test]
async fn hydrogram() -> Result<()> {
    let project = Project::new("pyrofork", "session_pyrogram.py", &["hydrogram"], "bot.session")?;
    let mut command = project.command(&["--memory"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let kept = async {
        while project.kept().is_ok_and(|kept| kept.is_empty()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(TIMEOUT, kept).await.context("no session is kept")?;
    ensure!(project.is_real_kept()?);
    // It would retry forever.
    kill(Pid::from_raw(i32::try_from(child.id().context("running")?)?), Signal::SIGTERM)?;
    timeout(TIMEOUT, child.wait()).await??;
    ensure!(project.is_real_kept()?);
    Ok(())
}
