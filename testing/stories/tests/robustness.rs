//! A full disk, clients that stall, and secrets.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary, printed};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

/// The messages of a dialog that the user sees.
async fn transcript(server: &Server, dialog: &str) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    loop {
        let after = all
            .last()
            .map_or(Some(0), |message: &Value| message["message"]["message_id"].as_i64())
            .context("id")?;
        let path = format!("{dialog}/messages?after={after}&limit=1000");
        let page = server.control("GET", &path, Value::Null).await?;
        let page = page.as_array().context("list")?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page.iter().cloned());
    }
}

#[tokio::test]
async fn a_full_disk_stops_the_server_and_loses_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    // No file may grow beyond 512 KiB, which has the effect of a full disk.
    let limited = format!(
        "ulimit -f 512; exec '{}' --listen 127.0.0.1:0 --no-demo --data '{}'",
        binary().display(),
        file.display()
    );
    let mut command = Command::new("bash");
    command.args(["-c", &limited]).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
    let root = printed(&mut lines, "Bot API root").await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let post = async |path: &str, body: Value| -> Result<Value> {
        let answer = http.post(format!("{root}{path}")).json(&body).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    };
    post("/bot1:A/getMe", json!({})).await?;
    post("/control/users", json!({"id": 7, "first_name": "Ann"})).await?;
    post("/control/users/7/dialogs/1/start", json!({})).await?;
    let mut acknowledged = 0;
    while post("/bot1:A/sendMessage", json!({"chat_id": 7, "text": "x".repeat(4000)})).await.is_ok() {
        acknowledged += 1;
        ensure!(acknowledged < 1000, "the disk is never full");
    }
    let output = child.wait_with_output().await?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "{:?}", output.status);
    ensure!(
        said.contains("the journal could not be written") && said.contains("The server has stopped"),
        "{said}"
    );

    let server = Server::start(&["--data", file.to_str().context("utf-8")?]).await?;
    let kept = transcript(&server, "/users/7/dialogs/1").await?;
    let kept = kept.iter().filter(|message| message["is_outgoing"] == false).count();
    ensure!(acknowledged > 10 && kept >= acknowledged, "{kept} of {acknowledged} are there");
    Ok(())
}

#[tokio::test]
async fn slow_clients_do_not_delay_others() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let address = server.root.strip_prefix("http://").context("root")?;
    let mut stalled = Vec::new();
    for n in 0..500 {
        let mut stream = TcpStream::connect(address).await?;
        let part: &[u8] = match n % 3 {
            0 => b"",
            1 => b"POST /bot1:A/getMe HTTP/1.1\r\nhost: x",
            _ => b"POST /bot1:A/getMe HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{",
        };
        stream.write_all(part).await?;
        stalled.push(stream);
    }
    for _ in 0..50 {
        ensure!(server.bot_api("1:A", "getMe", json!({})).await?.0 == 200);
    }
    Ok(())
}

#[tokio::test]
async fn bad_requests_are_answered_and_change_nothing() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let address = server.root.strip_prefix("http://").context("root")?;
    for (request, expected) in [
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        ("GET /\0\0\0\0\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        // 414 or 431, as more or less of it arrives at once.
        (format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(100_000)), "HTTP/1.1 4"),
        ("POST /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        (
            "POST /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\n"
                .to_owned(),
            "HTTP/1.1 413",
        ),
    ] {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.with_context(|| format!("no answer to {:.40}", request))?;
        let start = String::from_utf8_lossy(&answer);
        ensure!(start.starts_with(expected), "{start} for {:.40}", request);
    }
    ensure!(server.bot_api("1:A", "getMe", json!({})).await?.0 == 200);
    Ok(())
}

#[tokio::test]
async fn tokens_are_in_no_answer_but_the_list_of_bots() -> Result<()> {
    const CANARY: &str = "CANARY-abcdefghijklmnop_0123456789";
    let server = Server::start(&["--memory"]).await?;
    let token = format!("99:{CANARY}");
    let mut answers = String::new();
    for method in ["getMe", "noSuchMethod", "sendMessage", "sendDice"] {
        answers += &server.bot_api(&token, method, json!({"text": "x", "chat_id": 3})).await?.1.to_string();
    }
    answers += &server.bot_api(&format!("{token}x"), "getMe", json!({})).await?.1.to_string();
    // The list of bots is where tokens are given out; nowhere else.
    for path in ["/inspector", "/users", "/worlds"] {
        answers += &server.control("GET", path, Value::Null).await?.to_string();
    }
    ensure!(answers.contains("noSuchMethod"), "the inspector saw it: {answers}");
    ensure!(answers.matches(CANARY).count() == 0, "{answers}");
    Ok(())
}
