//! One dialog over two protocols, with the same content in both.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Library, Program, Running, Server, Stage, play_person};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::ChildStdout;

/// A bot program on a shared server.
struct Bot {
    id: i64,
    lines: Lines<BufReader<ChildStdout>>,
    // Ends with the test.
    _program: Running,
}

impl Bot {
    async fn start(server: &Server, library: Library, id: i64) -> Result<Self> {
        let mut command = Program::from(library).command(&server.root, id);
        let mut child = command.stderr(Stdio::null()).spawn()?;
        let lines = BufReader::new(child.stdout.take().context("piped")?).lines();
        server.until_bot(id).await?;
        let mut bot = Self { id, lines, _program: Running(child) };
        if library.speaks_mtproto() {
            ensure!(bot.told().await? == "ready");
        }
        Ok(bot)
    }

    async fn told(&mut self) -> Result<String> {
        let line = tokio::time::timeout(std::time::Duration::from_secs(60), self.lines.next_line()).await;
        line.context("the program said nothing")??.context("the program ended")
    }
}

async fn texts(server: &Server, user: i64, bot: i64) -> Result<Vec<String>> {
    let path = format!("/users/{user}/dialogs/{bot}/messages");
    let messages = server.control("GET", &path, Value::Null).await?;
    let text = |message: &Value| message["message"]["text"].as_str().unwrap_or_default().to_owned();
    Ok(messages.as_array().context("list")?.iter().map(text).collect())
}

/// The user blocks and unblocks three bots, and each gets an update in its own protocol.
#[tokio::test]
async fn three_bots_two_protocols_one_user() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    let mut bots = Vec::new();
    for (library, id) in [(Library::Aiogram, 101), (Library::Telethon, 102), (Library::Folds, 103)] {
        bots.push(Bot::start(&server, library, id).await?);
    }
    for bot in &bots {
        let dialog = format!("/users/1001/dialogs/{}", bot.id);
        server.control("POST", &format!("{dialog}/start"), json!({})).await?;
        let reply = server.control("GET", &format!("{dialog}/wait?timeout=50"), Value::Null).await?;
        ensure!(reply["message"]["text"] == "Hi!", "{reply}");
    }
    for bot in &mut bots {
        let dialog = format!("/users/1001/dialogs/{}", bot.id);
        server.control("POST", &format!("{dialog}/block"), Value::Null).await?;
        ensure!(bot.told().await? == "member member kicked");
        let probe = bot.told().await?;
        let blocked =
            ["probe forbidden: Forbidden: bot was blocked by the user", "probe error: UserIsBlockedError"];
        ensure!(blocked.iter().any(|words| probe.starts_with(words)), "{probe}");
        server.control("POST", &format!("{dialog}/unblock"), Value::Null).await?;
        ensure!(bot.told().await? == "member kicked member");
        ensure!(bot.told().await? == "probe ok");
    }
    Ok(())
}

/// One bot account over both protocols at once: ids and texts are equal, and each gets the messages that the other sent.
#[tokio::test]
async fn one_bot_over_both_protocols() -> Result<()> {
    let mut stage = Stage::set(Library::Telethon, json!({"first_name": "Ann"})).await?;
    ensure!(stage.ask("by MTProto").await? == "You wrote: by MTProto");
    let token = "123456:AAAA";
    let (_, updates) = stage.server.bot_api(token, "getUpdates", json!({})).await?;
    ensure!(updates["result"][0]["message"]["message_id"] == 1, "{updates}");
    ensure!(updates["result"][0]["message"]["text"] == "by MTProto");
    let sent = json!({"chat_id": stage.user, "text": "by the Bot API"});
    let (_, sent) = stage.server.bot_api(token, "sendMessage", sent).await?;
    ensure!(sent["result"]["message_id"] == 3, "the other's answer was number 2: {sent}");
    let edit = json!({"chat_id": stage.user, "message_id": 2, "text": "edited by the Bot API"});
    let (status, edited) = stage.server.bot_api(token, "editMessageText", edit).await?;
    ensure!(status == 200, "what Telethon sent can be edited: {edited}");
    stage.reply().await?;
    ensure!(stage.ask("still there?").await? == "You wrote: still there?");
    let expected =
        ["by MTProto", "edited by the Bot API", "by the Bot API", "still there?", "You wrote: still there?"];
    ensure!(texts(&stage.server, stage.user, stage.bot).await? == expected);
    Ok(())
}

/// A Telethon program plays the person, an aiogram bot answers.
async fn person(password: Option<&str>) -> Result<()> {
    let expected = [
        "me Ann 9996621234",
        "bot b123456_bot True",
        "nobody refused",
        "reply Hi!",
        "payload refused",
        "reply Hi! deep-link",
        "answer Thanks True",
        "edit Done",
        "dialogs ['b123456_bot'] 0",
        "history ['/start', 'Hi!', '/start', 'Hi! deep-link', '/buttons', 'Done']",
        "found 0",
        "about About What I do",
        "edited /start again",
        "left 5",
        "blocked",
        "reply You wrote: again",
        "me Anna",
        "sessions 1 True",
        "out",
    ];
    play_person(Library::Aiogram, Program::python("telethon_user.py"), password, &expected).await
}

#[tokio::test]
async fn telethon_plays_the_person() -> Result<()> {
    person(None).await
}

#[tokio::test]
async fn telethon_plays_a_person_with_a_password() -> Result<()> {
    person(Some("correct horse")).await
}
