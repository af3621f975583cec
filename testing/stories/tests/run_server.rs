//! Which server `parlor run` uses, how long a server that it started runs, and the messages about it.

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use parlor_stories::{Server, binary, target};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, ChildStdin, Command};
use tokio::time::timeout;

/// Nothing that a test waits for takes longer on a slow machine.
const TIMEOUT: Duration = Duration::from_secs(60);

fn parlor_run(arguments: &[&str], program: &[&str]) -> Command {
    // A shell without job control starts programs in the background with SIGINT ignored, and the tests would inherit that.
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", "--"]).arg(binary());
    command.arg("run").args(arguments).arg("--").args(program);
    command.env("XDG_STATE_HOME", target().join("clients/state"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// `parlor run` with a program that prints its server's root and runs until its standard input ends.
struct Run {
    child: Child,
    stdin: ChildStdin,
    stderr: Lines<BufReader<ChildStderr>>,
    root: String,
}

impl Run {
    async fn start(arguments: &[&str]) -> Result<Self> {
        Self::of(parlor_run(arguments, &["sh", "-c", "echo $PARLOR_URL; exec cat"])).await
    }

    async fn of(mut command: Command) -> Result<Self> {
        let mut child = command.spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().context("piped")?).lines();
        let stderr = BufReader::new(child.stderr.take().context("piped")?).lines();
        let stdin = child.stdin.take().context("piped")?;
        let root = timeout(TIMEOUT, stdout.next_line()).await??.context("the server's root")?;
        Ok(Self { child, stdin, stderr, root })
    }

    fn address(&self) -> &str {
        self.root.trim_start_matches("http://")
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = self.child.id().context("it has ended")?;
        Ok(kill(Pid::from_raw(i32::try_from(id)?), signal)?)
    }

    /// Waits for the next line of its standard error that contains a text.
    async fn said(&mut self, words: &str) -> Result<String> {
        let wait = async {
            while let Some(line) = self.stderr.next_line().await? {
                if line.contains(words) {
                    return Ok(line);
                }
            }
            bail!("it ended without {words:?}")
        };
        timeout(TIMEOUT, wait).await.with_context(|| format!("it never said {words:?}"))?
    }

    /// Ends the program, and waits for the command.
    async fn end(self) -> Result<()> {
        drop(self.stdin);
        let mut child = self.child;
        ensure!(timeout(TIMEOUT, child.wait()).await??.success());
        Ok(())
    }
}

async fn is_there(address: &str) -> bool {
    TcpStream::connect(address).await.is_ok()
}

async fn gone(address: &str) -> Result<()> {
    let wait = async {
        while is_there(address).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(TIMEOUT, wait).await.context("the server is still there")
}

async fn post(root: &str, path: &str, body: Value) -> Result<Value> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    Ok(http
        .post(format!("{root}/control{path}"))
        .json(&body)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?)
}

async fn users(root: &str) -> Result<u64> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let about: Value = http.get(format!("{root}/control")).send().await?.json().await?;
    about["users"].as_u64().context("users")
}

/// The standard error of a command that fails to start.
async fn refusal(mut command: Command) -> Result<String> {
    let output = timeout(TIMEOUT, command.output()).await??;
    ensure!(output.status.code() == Some(1), "{:?}", output.status);
    Ok(String::from_utf8(output.stderr)?.trim().to_owned())
}

#[tokio::test]
async fn a_server_outlives_the_command_that_started_it_if_another_one_uses_it() -> Result<()> {
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGKILL] {
        let mut first = Run::start(&["--memory", "--listen", "127.0.0.1:0"]).await?;
        first
            .said(&format!(
                "started Parlor {} at {}; data in memory only",
                env!("CARGO_PKG_VERSION"),
                first.root.clone()
            ))
            .await?;
        post(&first.root, "/users", json!({ "first_name": "Ann" })).await?;
        let mut second = Run::start(&["--listen", first.address()]).await?;
        second
            .said(&format!(
                "found Parlor {} at {}; data in memory only",
                env!("CARGO_PKG_VERSION"),
                first.root
            ))
            .await?;
        first.signal(signal)?;
        ensure!(!timeout(TIMEOUT, first.child.wait()).await??.success());
        ensure!(users(&second.root).await? == 1, "{signal}: it is the same server");
        let address = second.address().to_owned();
        second.end().await?;
        gone(&address).await.with_context(|| signal.to_string())?;
    }
    Ok(())
}

#[tokio::test]
async fn the_command_that_started_a_server_outlives_the_others() -> Result<()> {
    let first = Run::start(&["--memory", "--listen", "127.0.0.1:0"]).await?;
    let second = Run::start(&["--listen", first.address()]).await?;
    second.end().await?;
    ensure!(users(&first.root).await? == 0);
    let address = first.address().to_owned();
    first.end().await?;
    ensure!(!is_there(&address).await, "the last command waits for the end of the server that it started");
    Ok(())
}

#[tokio::test]
async fn a_server_ends_when_its_only_command_is_killed() -> Result<()> {
    let run = Run::start(&["--memory", "--listen", "127.0.0.1:0"]).await?;
    run.signal(Signal::SIGKILL)?;
    gone(run.address()).await
}

#[tokio::test]
async fn commands_that_begin_together_share_one_server() -> Result<()> {
    let free = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.to_string();
    let arguments = ["--listen", free.as_str()];
    let (a, b, c) = tokio::join!(Run::start(&arguments), Run::start(&arguments), Run::start(&arguments));
    let runs = [a?, b?, c?];
    ensure!(runs.iter().all(|run| run.address() == free), "one of them has a server of its own");
    for run in runs {
        run.end().await?;
    }
    gone(&free).await
}

#[tokio::test]
async fn the_data_file_is_printed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().canonicalize()?.join("kept.db");
    let name = file.to_str().context("utf-8")?;
    let mut run = Run::start(&["--data", name, "--listen", "127.0.0.1:0"]).await?;
    run.said(&format!("; data in {name}")).await?;
    post(&run.root, "/users", json!({ "first_name": "Ann" })).await?;
    // A second command may name the same file, but not another one or none.
    let mut second = Run::start(&["--data", name, "--listen", run.address()]).await?;
    second.said("found Parlor").await?;
    second.end().await?;
    let other = folder.path().join("other.db");
    let other = other.to_str().context("utf-8")?;
    for (wanted, shown) in
        [(&["--data", other][..], format!("--data {}", other)), (&["--memory"], "--memory".to_owned())]
    {
        let said = refusal(parlor_run(&[&["--listen", run.address()], wanted].concat(), &["true"])).await?;
        let option = wanted[0];
        ensure!(
            said == format!(
                "parlor: {shown}: the server that is running at {} keeps its data in {name}: omit {option} to use it, \
                 or start another one at another address with --listen",
                run.root
            ),
            "{said}"
        );
    }
    let address = run.address().to_owned();
    run.end().await?;
    ensure!(!is_there(&address).await);
    let run = Run::start(&["--data", name, "--listen", "127.0.0.1:0"]).await?;
    ensure!(users(&run.root).await? == 1, "the data was kept");
    run.end().await
}

#[tokio::test]
async fn data_with_a_named_server_is_refused() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("other.db");
    let said = refusal(parlor_run(
        &["--server", &server.root, "--data", file.to_str().context("utf-8")?],
        &["true"],
    ))
    .await?;
    ensure!(
        said.contains(&format!(
            "the server that is running at {} keeps its data in memory only",
            server.root
        )),
        "{said}"
    );
    ensure!(!file.exists(), "nothing was made");
    Ok(())
}

#[tokio::test]
async fn the_server_root_needs_no_scheme() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let made = server.control("POST", "/worlds", json!({ "name": "w1" })).await?;
    let address = server.address();
    for (given, root) in [
        (address.to_owned(), &server.root),
        (format!("{address}/w/w1/"), &made["bot_api"].as_str().context("root")?.to_owned()),
    ] {
        let run = Run::start(&["--server", &given]).await?;
        ensure!(run.root == *root, "{}", run.root);
        run.end().await?;
    }
    let said = refusal(parlor_run(&["--server", &format!("{address}/w/w2")], &["true"])).await?;
    ensure!(said.contains("has no world"), "{said}");
    Ok(())
}

#[tokio::test]
async fn an_unused_address_and_another_program_have_different_errors() -> Result<()> {
    let other = TcpListener::bind("127.0.0.1:0").await?;
    let address = other.local_addr()?.to_string();
    let answering = tokio::spawn(async move {
        while let Ok((mut stream, _)) = other.accept().await {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").await?;
        }
        anyhow::Ok(())
    });
    let said = refusal(parlor_run(&["--server", &address], &["true"])).await?;
    ensure!(said.contains("a program other than Parlor listens at"), "{said}");
    // If another program has the port, the server starts at any free one.
    let run = Run::start(&["--memory", "--listen", &address]).await?;
    ensure!(run.address() != address, "{}", run.root);
    run.end().await?;
    answering.abort();
    let _ = answering.await;
    let said = refusal(parlor_run(&["--server", &address], &["true"])).await?;
    ensure!(
        said == format!(
            "parlor: nothing listens at http://{address}: start a server there, or omit --server to have one started"
        ),
        "{said}"
    );
    Ok(())
}

#[tokio::test]
async fn the_end_of_the_server_is_reported() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut run = Run::start(&["--server", &server.root]).await?;
    server.terminate()?;
    run.said("has stopped: the program gets no more answers").await?;
    run.end().await
}

/// Programs of each kind that first do not call Parlor, then do: with a start-up hook and without.
#[tokio::test]
async fn a_program_that_does_not_call_is_warned_of() -> Result<()> {
    let python = target().join("clients/python/bin/python");
    let python = python.to_str().context("utf-8")?;
    let wait =
        "import os, sys, urllib.request; print(os.environ['PARLOR_URL'], flush=True); sys.stdin.readline()";
    let call =
        |root| format!("{wait}; urllib.request.urlopen({root} + '/bot1:A/getMe'); sys.stdin.readline()");
    let hooked = call("'https://api.telegram.org'");
    // Python without `site` has no hooks, so only the server notices the call.
    let bare = call("os.environ['PARLOR_URL']");
    let programs = [
        (vec![python, "-c", &hooked], "redirects Python programs"),
        (vec![python, "-S", "-c", &bare], "redirects Python programs"),
    ];
    for (program, advice) in programs {
        let mut run =
            Run::of(parlor_run(&["--memory", "--listen", "127.0.0.1:0", "--warn-after", "0.05"], &program))
                .await?;
        run.said("WARNING: the program has not called Parlor in 0.05 seconds: IT MAY BE TALKING TO THE REAL TELEGRAM").await?;
        let said = run.said(advice).await?;
        ensure!(said.contains(&format!("{} instead of https://api.telegram.org", run.root)), "{said}");
        let said = run.said("connects to Telegram's own data centres").await?;
        ensure!(said.contains(&format!("{} as data centre 2", run.address())), "{said}");
        run.stdin.write_all(b"\n").await?;
        run.said("the program has now called Parlor").await?;
        run.end().await?;
    }
    Ok(())
}

/// A bot of another program, such as the demo bot, is not taken for this one.
#[tokio::test]
async fn calls_of_other_programs_do_not_count() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let other = server.root.clone();
    let calls = |token: &'static str| {
        let url = format!("{other}/bot{token}/getUpdates");
        async move {
            let http = reqwest::Client::builder().no_proxy().build()?;
            Ok::<_, anyhow::Error>(http.post(url).json(&json!({ "timeout": 50 })).send().await?)
        }
    };
    let polling = tokio::spawn(calls("7:A"));
    server.until_bot(7).await?;
    let running = async {
        while server.control("GET", "/bots/7", Value::Null).await?["is_running"] != true {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    timeout(TIMEOUT, running).await??;
    let mut run = Run::start(&["--server", &server.root, "--warn-after", "0.05"]).await?;
    run.said("WARNING").await?;
    ensure!(server.bot_api("7:A", "getMe", json!({})).await?.0 == 200);
    ensure!(server.bot_api("8:A", "getMe", json!({})).await?.0 == 200);
    run.said("the program has now called Parlor").await?;
    polling.abort();
    Ok(())
}
