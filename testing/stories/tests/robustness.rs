//! A full disk, clients that stall, secrets, and files of earlier versions.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary, contains, printed};
use serde_json::{Value, json};
use std::path::Path;
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
    ensure!(said.contains("the journal could not be written") && said.contains("Stopped"), "{said}");

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
    for request in [
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET /\0\0\0\0\r\n\r\n".to_owned(),
        format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(100_000)),
        "POST /bot1:A/getMe HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_owned(),
        "POST /bot1:A/getMe HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\nconnection: close\r\n\r\n"
            .to_owned(),
    ] {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = [0; 12];
        let read = stream.read(&mut answer).await.unwrap_or(0);
        let start = String::from_utf8_lossy(&answer[..read]).into_owned();
        ensure!(read == 0 || start.starts_with("HTTP/1.1 4") || start.starts_with("HTTP/1.0 4"), "{start}");
    }
    ensure!(server.bot_api("1:A", "getMe", json!({})).await?.0 == 200);
    Ok(())
}

#[tokio::test]
async fn tokens_are_not_printed_or_logged() -> Result<()> {
    const CANARY: &str = "CANARY-abcdefghijklmnop_0123456789";
    let mut server = Server::start(&["--memory"]).await?;
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
    server.child.start_kill()?;
    ensure!(answers.matches(CANARY).count() == 0, "{answers}");
    Ok(())
}

/// `testing/golden` has the journal of every release, and its content.
#[tokio::test]
async fn files_of_earlier_versions_open() -> Result<()> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden");
    let mut checked = 0;
    for entry in std::fs::read_dir(&golden)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "db") {
            continue;
        }
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("parlor.db");
        std::fs::copy(&path, &copy)?;
        // At the time of its last event, because unconfirmed updates expire after a day.
        let server =
            Server::start(&["--data", copy.to_str().context("utf-8")?, "--clock", "journal"]).await?;
        let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json"))?)?;
        let found = story_of(&server).await?;
        ensure!(contains(&found, &expected), "{}:\n{found:#}", path.display());
        checked += 1;
    }
    ensure!(checked > 0, "no golden journal in {}", golden.display());
    Ok(())
}

/// The content of a golden journal.
async fn story_of(server: &Server) -> Result<Value> {
    Ok(json!({
        "users": server.control("GET", "/users", Value::Null).await?,
        "bots": server.control("GET", "/bots", Value::Null).await?,
        "messages": transcript(server, "/users/1001/dialogs/123456").await?,
        "commands": server.bot_api("123456:AAAA", "getMyCommands", json!({})).await?.1["result"],
        "description": server.bot_api("123456:AAAA", "getMyDescription", json!({})).await?.1["result"],
    }))
}

/// Writes the golden journal of this version, which must not be there yet:
/// `cargo test -p parlor-stories --test robustness -- --ignored`.
#[tokio::test]
#[ignore = "not a test: writes a file for the tests of later versions"]
async fn golden_journal_of_this_version() -> Result<()> {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden");
    let file = golden.join(concat!(env!("CARGO_PKG_VERSION"), ".db"));
    ensure!(!file.exists(), "{} is for ever", file.display());
    let mut server = Server::start(&["--data", file.to_str().context("utf-8")?]).await?;
    let bot = async |method: &str, body: Value| -> Result<()> {
        let (status, answer) = server.bot_api("123456:AAAA", method, body).await?;
        ensure!(status == 200, "{method}: {answer}");
        Ok(())
    };
    let dialog = "/users/1001/dialogs/123456";
    let act = async |path: &str, body: Value| server.control("POST", &format!("{dialog}{path}"), body).await;
    bot("getMe", json!({})).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann", "username": "ann_lee"})).await?;
    server.control("POST", "/users", json!({"id": 1002, "first_name": "Bob"})).await?;
    server.control("PATCH", "/users/1001", json!({"last_name": "Lee", "language_code": "en"})).await?;
    server.control("DELETE", "/users/1002", Value::Null).await?;
    act("/start", json!({"payload": "gold"})).await?;
    bot("sendMessage", json!({"chat_id": 1001, "text": "<b>one</b>", "parse_mode": "HTML"})).await?;
    let rows = json!({"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]});
    bot("sendMessage", json!({"chat_id": 1001, "text": "two", "reply_markup": rows})).await?;
    bot("editMessageText", json!({"chat_id": 1001, "message_id": 2, "text": "edited"})).await?;
    bot("forwardMessage", json!({"chat_id": 1001, "from_chat_id": 1001, "message_id": 1})).await?;
    bot("sendMessage", json!({"chat_id": 1001, "text": "gone"})).await?;
    bot("deleteMessage", json!({"chat_id": 1001, "message_id": 5})).await?;
    bot("pinChatMessage", json!({"chat_id": 1001, "message_id": 2})).await?;
    let thumb = json!([{"type": "emoji", "emoji": "👍"}]);
    bot("setMessageReaction", json!({"chat_id": 1001, "message_id": 1, "reaction": thumb})).await?;
    bot("setMyCommands", json!({"commands": [{"command": "go", "description": "Go"}]})).await?;
    bot("setMyDescription", json!({"description": "Golden"})).await?;
    bot("setChatMenuButton", json!({"menu_button": {"type": "commands"}})).await?;
    act("/block", Value::Null).await?;
    act("/unblock", Value::Null).await?;
    let story = story_of(&server).await?;
    server.terminate()?;
    ensure!(server.child.wait().await?.success());
    // The events alone: a snapshot is read by the version that wrote it.
    std::fs::remove_file(file.with_extension("db-snapshot"))?;
    std::fs::write(file.with_extension("json"), format!("{story:#}\n"))?;
    Ok(())
}
