//! The log: what `RUST_LOG` and `--log` choose, in both formats, and that no token is ever in it.

use anyhow::{Context, Result, ensure};
use parlor_stories::mtproto::Client;
use parlor_stories::{Server, binary};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::Command;

/// The time-out of every wait, generous for slow machines.
const TIMEOUT: Duration = Duration::from_secs(60);
const BOT: i64 = 123_456;
const SECRET: &str = "AAhdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";
const DIALOG: &str = "/users/1001/dialogs/123456";

/// A server that logs into a file.
async fn logging(file: &Path, level: Option<&str>, options: &[&str]) -> Result<Server> {
    let mut command = Command::new(binary());
    command.arg("--memory").args(options).stderr(std::fs::File::create(file)?).env_remove("RUST_LOG");
    if let Some(level) = level {
        command.env("RUST_LOG", level);
    }
    Server::from_command(command).await
}

/// Ends the server, and returns what it has logged.
async fn end(mut server: Server, file: &Path) -> Result<String> {
    server.terminate()?;
    server.child.wait().await?;
    Ok(std::fs::read_to_string(file)?)
}

/// Everything that has a token in it, in every place where one can be; returns all secrets.
async fn show_tokens(server: &Server) -> Result<Vec<String>> {
    let token = format!("{BOT}:{SECRET}");
    server.bot_api(&token, "getMe", json!({})).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    server.bot_api(&token, "sendMessage", json!({"chat_id": 1001, "text": token})).await?;
    // Addresses that were put together wrongly.
    for path in [
        format!("/bot{token}/{token}"),
        format!("/bot{token}/bot{token}/getMe"),
        format!("/bot{token}/getMe?token={token}"),
        format!("/bot{SECRET}/getMe"),
        format!("/file/bot{token}/{SECRET}"),
        format!("/control/bots/{token}"),
        format!("/control/{token}"),
        format!("/control/search?q={token}"),
        format!("/{token}"),
        format!("/w/{SECRET}/bot{token}/getMe"),
    ] {
        server.http().get(format!("{}{path}", server.root)).send().await?;
    }
    // A token that makes no bot: the request comes from another site.
    let url = format!("{}/bot7:{SECRET}/getMe", server.root);
    let refused = server.http().get(url).header("origin", "https://evil.example").send().await?;
    ensure!(refused.status() == 401, "{}", refused.status());

    let address = server.address();
    let mut client = Client::connect(address, 225).await?;
    client.begin().await?;
    client.log_in(&token).await?;
    client.log_in(&format!("8:{SECRET}")).await?;

    // A webhook that answers, and then one that does not.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let url = format!("http://user:{SECRET}@127.0.0.1:{port}/{token}?token={token}");
    let set = server.bot_api(&token, "setWebhook", json!({"url": url, "secret_token": SECRET})).await?;
    ensure!(set.0 == 200, "{}", set.1);
    let (mut stream, _) = tokio::time::timeout(TIMEOUT, listener.accept()).await??;
    ensure!(stream.read(&mut [0; 4096]).await? > 0, "the webhook is called");
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await?;
    drop((stream, listener));
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": token})).await?;
    let failed = async {
        while server.bot_api(&token, "getWebhookInfo", json!({})).await?.1["result"]["last_error_date"]
            .is_null()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(TIMEOUT, failed).await??;

    let session = server.control("POST", "/sessions", json!({"account": BOT.to_string()})).await?;
    let revoked = server.control("POST", &format!("/bots/{BOT}/token"), Value::Null).await?;
    let new =
        revoked["token"].as_str().and_then(|token| token.split_once(':')).context("token")?.1.to_owned();
    server.bot_api(&format!("{BOT}:{new}"), "getMe", json!({})).await?;
    let minted = session.as_object().context("session")?.values().filter_map(Value::as_str);
    let minted = minted.filter(|text| text.len() > 100).map(str::to_owned);
    Ok(minted.chain([SECRET.to_owned(), new]).collect())
}

#[tokio::test]
async fn no_token_is_in_any_log() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for format in ["text", "json"] {
        let file = folder.path().join(format);
        let server = logging(&file, Some("trace"), &["--log", format]).await?;
        let secrets = show_tokens(&server).await?;
        let log = end(server, &file).await?;
        ensure!(secrets.len() > 2, "the session is a secret too");
        for secret in secrets {
            let line = log.lines().find(|line| line.contains(&secret));
            ensure!(line.is_none(), "{secret} is in the log: {line:?}");
        }
        // It is the log of just those requests.
        for expected in
            ["getMe", "webhook called", "a webhook failed", "auth.importBotAuthorization", "closed"]
        {
            ensure!(log.contains(expected), "{format}: {expected} is not in the log:\n{log}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_line_says_who_asked_for_what_and_how_it_ended() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (format, expected) in [
        (
            "text",
            [
                "http{method=POST}: parlor_bot_api::server: request bot=123456 method=\"sendMessage\" status=400",
                "http{method=POST world=\"one\"}: parlor_bot_api::server: request bot=123456 method=\"getMe\" status=200",
                "parlor_control::log: request method=POST route=\"/control/worlds\" status=201",
            ],
        ),
        (
            "json",
            [
                r#""bot":123456,"method":"sendMessage","status":400"#,
                r#"{"method":"POST","world":"one","name":"http"}"#,
                r#""method":"POST","route":"/control/worlds","status":201"#,
            ],
        ),
    ] {
        let file = folder.path().join(format);
        let server = logging(&file, Some("debug"), &["--log", format]).await?;
        server.bot_api("123456:A", "sendMessage", json!({"chat_id": 5})).await?;
        server.control("POST", "/worlds", json!({"name": "one"})).await?;
        server.bot_api("123456:A", "getMe", json!({})).await?;
        let url = format!("{}/w/one/bot123456:A/getMe", server.root);
        server.http().post(url).send().await?;
        let log = end(server, &file).await?;
        for expected in expected {
            ensure!(log.contains(expected), "{expected} is not in the log:\n{log}");
        }
        let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        ensure!(lines.len() == if format == "json" { log.lines().count() } else { 0 }, "{log}");
        let complete = |line: &Value| {
            ["timestamp", "level", "target", "message"].iter().all(|key| line[key].is_string())
        };
        ensure!(lines.iter().all(complete), "{log}");
    }
    Ok(())
}

#[tokio::test]
async fn nothing_is_logged_unless_it_is_asked_for() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("log");
    let server = logging(&file, None, &[]).await?;
    server.bot_api("123456:A", "sendMessage", json!({"chat_id": 5})).await?;
    ensure!(end(server, &file).await?.is_empty());
    let server = logging(&file, Some("info,loud"), &[]).await?;
    server.bot_api("123456:A", "sendMessage", json!({"chat_id": 5})).await?;
    let log = end(server, &file).await?;
    let ignored = "parlor: RUST_LOG: \"loud\" is ignored: a level is needed, or target=level\n";
    ensure!(log.starts_with(ignored) && log.contains(" INFO ") && !log.contains("DEBUG"), "{log}");
    Ok(())
}

#[tokio::test]
async fn stops_and_snapshots_are_logged() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (file, data) = (folder.path().join("log"), folder.path().join("parlor.db"));
    let mut command = Command::new(binary());
    command.arg("--data").arg(&data).stderr(std::fs::File::create(&file)?).env("RUST_LOG", "info");
    let server = Server::from_command(command).await?;
    let log = end(server, &file).await?;
    let mut messages =
        log.lines().filter_map(|line| line.split_once(" INFO ")?.1.split_once(": ")).map(|(_, text)| text);
    for expected in
        ["opened a world", "listening", "stopping", "a snapshot was saved", "closed a world", "stopped"]
    {
        ensure!(
            messages.any(|message| message.starts_with(expected)),
            "{expected} is not there, or not in order:\n{log}"
        );
    }
    Ok(())
}

/// The operator's messages are part of the log, so that a program that reads it finds nothing but objects.
#[tokio::test]
async fn the_operator_is_told_in_the_same_format() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let address = server.address();
    let mut command = Command::new(binary());
    command.args(["--memory", "--log", "json", "--listen", address]).env("RUST_LOG", "off");
    let told: Value = serde_json::from_slice(&command.output().await?.stderr)?;
    let expected = format!(
        "Parlor {} is already running at {}: use it, or choose another address with --listen",
        env!("CARGO_PKG_VERSION"),
        server.root
    );
    ensure!(told["message"] == expected && told["level"] == "WARN", "{told}");
    Ok(())
}

#[tokio::test]
async fn parlor_run_leaves_the_variable_to_its_program() -> Result<()> {
    let run = async |options: &[&str]| -> Result<(String, String)> {
        let mut command = Command::new(binary());
        command.args(["run", "--memory", "--listen", "127.0.0.1:0"]).args(options);
        command.args(["--", "sh", "-c", "echo $RUST_LOG"]).env("RUST_LOG", "info").stdin(Stdio::null());
        let output = command.output().await?;
        ensure!(output.status.success(), "{output:?}");
        Ok((String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?))
    };
    let (said, told) = run(&[]).await?;
    ensure!(said == "info\n" && told.lines().all(|line| line.starts_with("parlor: ")), "{said}{told}");
    let (said, log) = run(&["--log", "json"]).await?;
    let lines: Vec<Value> = log.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let has = |message: &str| lines.iter().any(|line| line["message"] == message);
    ensure!(said == "info\n" && has("started the program") && has("the program has ended"), "{said}{log}");
    ensure!(has("listening"), "the lines of the server are passed on: {log}");
    Ok(())
}
