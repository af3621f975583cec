//! `parlor run`: unmodified programs on many libraries, their exit codes and signals.

use anyhow::{Context, Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use parlor_stories::{Program, Server, Stage, binary, printed};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

/// Presses Start until the bot answers: some programs cannot report that they are ready.
async fn insist(stage: &Stage) -> Result<String> {
    for _ in 0..30 {
        stage.act("/start", json!({})).await?;
        let path = format!("{}/wait?timeout=2", stage.dialog());
        if let Ok(reply) = stage.server.control("GET", &path, Value::Null).await {
            return Ok(reply["message"]["text"].as_str().context("text")?.to_owned());
        }
    }
    anyhow::bail!("the bot never answered")
}

async fn greets(program: Program) -> Result<()> {
    let mut stage = Stage::set(program, json!({"first_name": "Ann"})).await?;
    stage.act("/start", json!({})).await?;
    ensure!(stage.reply().await?["message"]["text"] == "Hi!");
    Ok(())
}

#[tokio::test]
async fn the_start_snippet_of_aiogram() -> Result<()> {
    greets(Program::python("snippets/aiogram_start.py")).await
}

#[tokio::test]
async fn telebot() -> Result<()> {
    greets(Program::python("telebot_bot.py")).await
}

#[tokio::test]
async fn python_telegram_bot_13() -> Result<()> {
    greets(Program::python_in("ptb13", "ptb13_bot.py")).await
}

#[tokio::test]
async fn telegraf() -> Result<()> {
    greets(Program::node("telegraf_bot.mjs")).await
}

#[tokio::test]
async fn node_telegram_bot_api() -> Result<()> {
    greets(Program::node("ntba_bot.mjs")).await
}

/// The snippets of Telethon and Folds. They do not report that they are ready, so the user presses Start repeatedly.
#[tokio::test]
async fn the_snippets_over_mtproto() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for snippet in ["telethon_start.py", "folds_start.py"] {
        let program = Program::python(&format!("snippets/{snippet}"));
        // Their session files belong where the program runs.
        let data = folder.path().join(snippet);
        std::fs::create_dir(&data)?;
        let program = program.variable("FOLDS_DATA_DIRECTORY", data.to_str().context("utf-8")?).within(&data);
        let stage = Stage::set(program, json!({"first_name": "Ann"})).await?;
        ensure!(insist(&stage).await? == "Hi!", "{snippet}");
    }
    Ok(())
}

/// Session files that `parlor session` wrote: the program runs by itself, without any hook.
#[tokio::test]
async fn created_session_files() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    server.control("POST", "/bots", json!({"token": "123456:AAAA", "username": "minted_bot"})).await?;
    let folder = tempfile::tempdir()?;
    let interpreter = parlor_stories::target().join("clients/python/bin/python");
    for (option, script) in [("--telethon", "minted_telethon.py"), ("--kurigram", "minted_kurigram.py")] {
        let file = folder.path().join(format!("{}.session", &option[2..]));
        let mint = || {
            let mut command = Command::new(binary());
            command.args(["session", "minted_bot", "--server", &server.root, option]).arg(&file);
            command
        };
        let output = mint().output().await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text: Value = serde_json::from_slice(&output.stdout)?;
        ensure!(text["telethon"].as_str().is_some_and(|session| session.len() == 353));
        ensure!(!mint().output().await?.status.success(), "a session that is there is kept");
        let script = parlor_stories::target().join("../testing/clients").join(script);
        let mut command = Command::new(&interpreter);
        command.arg(script).arg(&file).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        ensure!(lines.next_line().await?.as_deref() == Some("ready minted_bot"), "{option}");
        let sent = server.control("POST", "/users/1001/dialogs/123456/start", json!({})).await?;
        let path =
            format!("/users/1001/dialogs/123456/wait?after={}&timeout=50", sent["message"]["message_id"]);
        ensure!(server.control("GET", &path, Value::Null).await?["message"]["text"] == "Hi!", "{option}");
        child.kill().await?;
    }
    Ok(())
}

/// "Never started" is a 400 and escapes the snippet's `except`; blocked is the 403 it was written for.
#[tokio::test]
async fn the_probe_snippet_of_aiogram() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    let probe = async || -> Result<(bool, String)> {
        let program = Program::python("snippets/aiogram_probe.py").argument("1001");
        let output = program.command(&server.root, 123_456).stderr(Stdio::piped()).output().await?;
        let text =
            String::from_utf8_lossy(if output.status.success() { &output.stdout } else { &output.stderr });
        Ok((output.status.success(), text.trim().to_owned()))
    };
    let (ok, text) = probe().await?;
    ensure!(!ok && text.contains("TelegramBadRequest") && text.contains("chat not found"), "{text}");
    server.control("POST", "/users/1001/dialogs/123456/start", json!({})).await?;
    ensure!(probe().await? == (true, "may write".to_owned()));
    server.control("POST", "/users/1001/dialogs/123456/block", Value::Null).await?;
    ensure!(probe().await? == (true, "may not write".to_owned()));
    Ok(())
}

/// `parlor run` with a shell program and a server of its own.
fn run(script: &str) -> Command {
    let mut command = Command::new(binary());
    command.args(["run", "--listen", "127.0.0.1:0", "--memory", "--", "sh", "-c", script]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

#[tokio::test]
async fn the_exit_code_is_that_of_the_program() -> Result<()> {
    for code in [0, 7, 255] {
        ensure!(run(&format!("exit {code}")).status().await?.code() == Some(code));
    }
    ensure!(run("kill -9 $$").status().await?.code() == Some(128 + 9));
    let mut missing = Command::new(binary());
    missing.args(["run", "--listen", "127.0.0.1:0", "--memory", "--", "/no/such/program"]);
    let output = missing.output().await?;
    ensure!(output.status.code() == Some(127));
    ensure!(String::from_utf8_lossy(&output.stderr).contains("can't run /no/such/program"));
    Ok(())
}

#[tokio::test]
async fn signals_reach_the_program_and_its_server_ends_with_it() -> Result<()> {
    let mut child = run("trap 'exit 9' TERM; echo $PARLOR_URL; while :; do sleep 0.05; done").spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
    let root = lines.next_line().await?.context("the server's root")?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    ensure!(http.get(format!("{root}/control")).send().await?.status() == 200);
    kill(Pid::from_raw(child.id().context("running")?.try_into()?), Signal::SIGTERM)?;
    ensure!(child.wait().await?.code() == Some(9));
    ensure!(http.get(format!("{root}/control")).send().await.is_err(), "the server still runs");
    Ok(())
}

#[tokio::test]
async fn requests_to_other_hosts_are_unchanged() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let elsewhere = format!("http://{}/here", listener.local_addr()?);
    let server = tokio::spawn(async move {
        for _ in 0..4 {
            let (mut stream, _) = listener.accept().await?;
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                ensure!(stream.read_buf(&mut head).await? > 0);
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\nours")
                .await?;
        }
        Ok(())
    });
    let python = format!(
        "import urllib.request as u, requests, httpx\n\
         print(u.urlopen('{elsewhere}').read().decode(), requests.get('{elsewhere}').text, httpx.get('{elsewhere}').text)"
    );
    let parlor = Server::start(&["--memory"]).await?;
    let interpreter = parlor_stories::target().join("clients/python/bin/python");
    let run = async |program: &std::path::Path, flag: &str, code: &str| -> Result<String> {
        let mut command = Command::new(binary());
        command.args(["run", "--server", &parlor.root, "--"]).arg(program).args([flag, code]);
        let output = command.output().await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    ensure!(run(&interpreter, "-c", &python).await? == "ours ours ours");
    let node = format!("fetch('{elsewhere}').then(r => r.text()).then(t => console.log(t))");
    ensure!(run("node".as_ref(), "-e", &node).await? == "ours");
    server.await??;
    Ok(())
}

#[tokio::test]
async fn a_running_server_is_found() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut command = Command::new(binary());
    let address = server.address();
    command.args(["run", "--listen", address, "--", "sh", "-c", "echo $PARLOR_URL $PARLOR_MTPROTO"]);
    let output = command.output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(said.trim() == format!("{} {address}", server.root), "{said}");
    ensure!(server.bot_api("1:A", "getMe", json!({})).await?.0 == 200, "it was not ours to end");
    Ok(())
}

/// `cargo run` starts a demo bot that answers.
#[tokio::test]
async fn the_demo_bot_greets() -> Result<()> {
    let mut command = Command::new(binary());
    command.args(["--memory", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
    let root = printed(&mut lines, "Bot API root").await?;
    let token = printed(&mut lines, "a token").await?;
    let token = token.split_whitespace().next().context("a token")?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let me: Value = http.get(format!("{root}/bot{token}/getMe")).send().await?.json().await?;
    ensure!(me["result"]["username"] == "parlor_demo_bot", "{me}");
    let post = async |path: &str, body: Value| -> Result<Value> {
        let answer =
            http.post(format!("{root}/control{path}")).json(&body).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    };
    post("/users", json!({"id": 5, "first_name": "Ann"})).await?;
    post("/users", json!({"id": 6, "first_name": "Bob"})).await?;
    post("/users/5/dialogs/parlor_demo_bot/start", json!({"payload": "rain"})).await?;
    post("/users/6/dialogs/parlor_demo_bot/messages", json!({"text": "good morning"})).await?;
    for (user, words) in [(5, "rain"), (6, "You wrote: good morning")] {
        let path = format!("{root}/control/users/{user}/dialogs/parlor_demo_bot/wait?timeout=30");
        let reply: Value = http.get(path).send().await?.json().await?;
        ensure!(reply["message"]["text"].as_str().is_some_and(|text| text.contains(words)), "{reply}");
        let link = reply["message"]["reply_markup"].to_string();
        ensure!(link.contains("?startgroup=") == (user == 5), "{link}");
    }
    Ok(())
}
