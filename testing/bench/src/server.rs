//! The servers that are measured.

use crate::http::{Connection, get, post};
use crate::process::{Memory, Process};
use anyhow::{Context, Result, ensure};
use parlor_stories::target;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The time within which a server must have started.
const PATIENCE: Duration = Duration::from_secs(30);
/// A server's memory is settled when it has not grown or shrunk by more than this for [`STEADY_TIME`].
const STEADY: u64 = 256 << 10;
const STEADY_TIME: Duration = Duration::from_secs(2);
/// The longest wait for settled memory.
const SETTLE_TIME: Duration = Duration::from_secs(20);
/// Names another build of Parlor to measure in the same rounds.
const BASELINE: &str = "PARLOR_BASELINE";

/// A running server; ends when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// From its start to its first answer.
    pub(crate) took: Duration,
    /// Its files.
    folder: Option<TempDir>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A build of Parlor.
#[derive(Clone)]
pub(crate) struct Build {
    pub(crate) name: &'static str,
    binary: PathBuf,
}

impl Build {
    /// The build of these sources.
    pub(crate) fn current() -> Self {
        Self { name: "Parlor", binary: target().join("release/parlor") }
    }

    /// The build of these sources, and the one that is named for comparison.
    pub(crate) fn all() -> Vec<Self> {
        let baseline = std::env::var_os(BASELINE).map(PathBuf::from);
        let baseline = baseline.map(|binary| Self { name: "baseline", binary });
        std::iter::once(Self::current()).chain(baseline).collect()
    }

    /// Starts the server with additional arguments.
    pub(crate) async fn start(&self, options: &[&str]) -> Result<Server> {
        let port = free_port()?;
        let mut command = Command::new(&self.binary);
        command.args(["--listen", &format!("127.0.0.1:{port}"), "--no-demo"]).args(options);
        Server::start(command, port, &get("/bot1:A/getMe")).await
    }

    /// Starts the server with a world in memory.
    pub(crate) async fn memory(&self) -> Result<Server> {
        self.start(&["--memory"]).await
    }

    /// Starts the server with a new SQLite file.
    pub(crate) async fn sqlite(&self) -> Result<Server> {
        let folder = data_folder()?;
        let file = folder.path().join("parlor.db");
        let mut server = self.start(&["--data", &file.to_string_lossy()]).await?;
        server.folder = Some(folder);
        Ok(server)
    }
}

/// A folder for data, on the disk of the build: the system's temporary folder may be in memory.
pub(crate) fn data_folder() -> Result<TempDir> {
    let parent = target().join("bench/data");
    std::fs::create_dir_all(&parent)?;
    Ok(TempDir::new_in(parent)?)
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Server {
    /// Removes the folder when the server ends.
    pub(crate) fn with_folder(mut self, folder: TempDir) -> Self {
        self.folder = Some(folder);
        self
    }

    /// One of the bare servers.
    pub(crate) async fn bare(name: &str) -> Result<Self> {
        let (port, folder) = (free_port()?, data_folder()?);
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", name]).arg(folder.path().join("log")).env("PORT", port.to_string());
        let mut server = match name {
            "echo" => Self::start_silent(command, port).await?,
            _ => Self::start(command, port, &get("/")).await?,
        };
        server.folder = Some(folder);
        Ok(server)
    }

    /// npm's telegram-test-api.
    pub(crate) async fn telegram_test_api() -> Result<Self> {
        let port = free_port()?;
        let folder = target().join("bench");
        std::fs::create_dir_all(&folder)?;
        if !folder.join("node_modules/telegram-test-api").is_dir() {
            let mut npm = Command::new("npm");
            npm.args(["install", "--silent", "--no-audit", "--no-fund", "telegram-test-api@4.2.1"]);
            ensure!(npm.current_dir(&folder).status()?.success(), "npm could not install telegram-test-api");
        }
        let program = "const T=require('telegram-test-api');\
                       new (T.default||T)({port:Number(process.env.PORT),host:'127.0.0.1'}).start()";
        let mut command = Command::new("node");
        command.args(["-e", program]).env("PORT", port.to_string()).current_dir(folder);
        Self::start(command, port, &post("/bot1:A/getMe", "{}")).await
    }

    async fn start(command: Command, port: u16, first: &[u8]) -> Result<Self> {
        let started = Instant::now();
        let mut server = Self::start_silent(command, port).await?;
        Connection::open(port)?.call(first)?;
        server.took = started.elapsed();
        Ok(server)
    }

    /// Starts a program, and waits until it listens.
    async fn start_silent(mut command: Command, port: u16) -> Result<Self> {
        let started = Instant::now();
        let program = command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = program.spawn().with_context(|| format!("{command:?}"))?;
        let server = Self { child, port, took: Duration::ZERO, folder: None };
        while Connection::open(port).is_err() {
            ensure!(started.elapsed() < PATIENCE, "{command:?} does not answer");
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        Ok(server)
    }

    /// Creates a user who has written to bot 1.
    pub(crate) fn with_dialog(self) -> Result<Self> {
        let mut connection = Connection::open(self.port)?;
        connection.call(&post("/control/users", r#"{"id":1001,"first_name":"Ann"}"#))?;
        connection.call(&post("/control/users/1001/dialogs/1/start", "{}"))?;
        Ok(self)
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// Its data file, if it has one.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.path().join("parlor.db"))
    }

    /// Its memory of a kind once it neither grows nor shrinks, in bytes.
    pub(crate) async fn settled(&self, kind: Memory) -> Result<u64> {
        let began = Instant::now();
        let (mut steady, mut since) = (self.process().memory(kind)?, began);
        while since.elapsed() < STEADY_TIME && began.elapsed() < SETTLE_TIME {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let memory = self.process().memory(kind)?;
            if memory.abs_diff(steady) > STEADY {
                (steady, since) = (memory, Instant::now());
            }
        }
        self.process().memory(kind)
    }
}
