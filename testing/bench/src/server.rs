//! The servers that are measured.

use crate::http::{Connection, get, post};
use anyhow::{Context, Result, ensure};
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get as on_get, post as on_post};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// No server here takes longer to start.
const PATIENCE: Duration = Duration::from_secs(30);
/// The answer of the bare route, as long as a real answer to `sendMessage`.
const ANSWER: &str = r#"{"ok":true,"result":{"chat":{"first_name":"Ann","id":1001,"type":"private"},"date":1790000000,"from":{"first_name":"b1_bot","id":1,"is_bot":true,"username":"b1_bot"},"message_id":123456,"text":"a message of the usual length, forty odd"}}"#;

/// A running server; ends when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// From its start to its first answer.
    pub(crate) took: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Server {
    /// Starts Parlor with additional arguments.
    pub(crate) async fn parlor(options: &[&str]) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(target().join("release/parlor"));
        command.args(["--listen", &format!("127.0.0.1:{port}"), "--no-demo"]).args(options);
        Self::start(command, port, &get("/bot1:A/getMe")).await
    }

    /// The bare route.
    pub(crate) async fn axum() -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("axum").env("PORT", port.to_string());
        Self::start(command, port, &get("/")).await
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

    async fn start(mut command: Command, port: u16, first: &[u8]) -> Result<Self> {
        let started = Instant::now();
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        let mut server = Self { child, port, took: Duration::ZERO };
        loop {
            if let Ok(mut connection) = Connection::open(port).await {
                connection.call(first).await?;
                server.took = started.elapsed();
                return Ok(server);
            }
            ensure!(started.elapsed() < PATIENCE, "{command:?} does not answer");
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
    }

    /// Creates a user who has written to bot 1.
    pub(crate) async fn with_dialog(self) -> Result<Self> {
        let mut connection = Connection::open(self.port).await?;
        connection.call(&post("/control/users", r#"{"id":1001,"first_name":"Ann"}"#)).await?;
        connection.call(&post("/control/users/1001/dialogs/1/start", "{}")).await?;
        Ok(self)
    }

    /// The processor time that it took so far, in seconds: its own, and the kernel's for it.
    pub(crate) fn processor(&self) -> Result<(f64, f64)> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name, which may contain anything, fields 12 and 13 are the times in hundredths of a second.
        let behind = stat.rsplit(')').next().context("stat")?;
        let mut fields = behind.split_whitespace().skip(11).map(str::parse::<f64>);
        let mut next = || Ok::<_, anyhow::Error>(fields.next().context("stat")?? / 100.0);
        Ok((next()?, next()?))
    }

    /// Its resident memory, in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
    }
}

/// A bare TCP echo.
pub(crate) fn echo() -> Result<Server> {
    let port = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    let child = command.arg("echo").env("PORT", port.to_string()).spawn()?;
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::yield_now();
    }
    Ok(Server { child, port, took: Duration::ZERO })
}

/// The child process of [`echo`].
pub(crate) async fn bare_echo() -> Result<()> {
    let port: u16 = std::env::var("PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let (mut read, mut write) = stream.split();
            let _ = tokio::io::copy(&mut read, &mut write).await;
        });
    }
}

/// The child process of [`Server::axum`].
pub(crate) async fn bare_axum() -> Result<()> {
    let answer = || async { ([(CONTENT_TYPE, "application/json")], ANSWER) };
    let router = axum::Router::new()
        .route("/", on_get(answer))
        .route("/bot1:A/sendMessage", on_post(move |_: Bytes| answer()));
    let port: u16 = std::env::var("PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, router).await?)
}
