//! TDLib plays a person. What its bots do is in the stories.

use anyhow::{Result, ensure};
use parlor_stories::{Library, PROXY_SECRET, Program, Stage};
use serde_json::{Value, json};
use std::process::Stdio;

/// A TDLib program signs in and talks to a Telethon bot.
async fn person(password: Option<&str>) -> Result<()> {
    let bot = Program::from(Library::Telethon).on_server(&["--proxy-secret", PROXY_SECRET]);
    let mut stage = Stage::set(bot, json!({"first_name": "Other"})).await?;
    let server = &stage.server;
    server.bot_api("123456:AAAA", "setMyShortDescription", json!({"short_description": "About"})).await?;
    server.bot_api("123456:AAAA", "setMyDescription", json!({"description": "What I do"})).await?;
    let ann = json!({"id": 2002, "first_name": "Ann", "phone": "+99966 2 1234"});
    server.control("POST", "/users", ann).await?;
    if let Some(password) = password {
        server.control("PUT", "/users/2002/password", json!({"password": password})).await?;
    }
    let mut program = Program::tdlib("tdlib_user.py").argument("+9996621234").argument("b123456_bot");
    if let Some(password) = password {
        program = program.argument(password);
    }
    let output = program.command(&server.root, 1).stderr(Stdio::piped()).output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let mut expected = vec!["wrong code refused"];
    expected.extend(password.map(|_| "wrong password refused"));
    expected.extend([
        "me Ann 9996621234",
        "bot b123456_bot chatTypePrivate",
        "nobody refused 400",
        "reply Hi!",
        "reply Hi! deep-link",
        "answer Thanks True",
        "edit Done",
        "chats loaded 404",
        "dialogs ['b123456_bot']",
        "history ['/start', 'Hi!', '/start', 'Hi! deep-link', '/buttons', 'Done']",
        "found 0",
        "about About What I do",
        "blocked YOU_BLOCKED_USER",
        "reply You wrote: again",
        "left 0",
        "me Anna",
        "sessions 1 True",
        "out",
    ]);
    let lines: Vec<&str> = said.lines().collect();
    ensure!(lines == expected, "{said}");
    ensure!(stage.told("member").await? == "member kicked");
    let user = stage.server.control("GET", "/users/2002", Value::Null).await?;
    ensure!(user["first_name"] == "Anna" && user["last_name"] == "Lee");
    Ok(())
}

#[tokio::test]
async fn tdlib_plays_the_person() -> Result<()> {
    person(None).await
}

#[tokio::test]
async fn tdlib_plays_a_person_with_a_password() -> Result<()> {
    person(Some("correct horse")).await
}
