//! Runs client programs as users' apps.

use crate::{Program, Stage};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::process::Stdio;

/// Runs a program that signs in as a new user and talks to a bot, and compares its output. The user has the given
/// two-step password, if any.
///
/// # Errors
///
/// The program fails or has another output, the bot gets no update about being blocked, or the user's name
/// was not changed to Anna Lee.
pub async fn play_person(
    bot: impl Into<Program>,
    person: Program,
    password: Option<&str>,
    expected: &[&str],
) -> Result<()> {
    let mut stage = Stage::set(bot, json!({"first_name": "Other"})).await?;
    let server = &stage.server;
    server.bot_api("123456:AAAA", "setMyShortDescription", json!({"short_description": "About"})).await?;
    server.bot_api("123456:AAAA", "setMyDescription", json!({"description": "What I do"})).await?;
    let ann = json!({"id": 2002, "first_name": "Ann", "phone": "+99966 2 1234"});
    server.control("POST", "/users", ann).await?;
    let mut program = person.argument("+9996621234").argument("b123456_bot");
    let mut lines = vec!["wrong code refused"];
    if let Some(password) = password {
        server.control("PUT", "/users/2002/password", json!({"password": password})).await?;
        program = program.argument(password);
        lines.push("wrong password refused");
    }
    lines.extend(expected);
    let output = program.command(&server.root, 1).stderr(Stdio::piped()).output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    ensure!(said.lines().collect::<Vec<_>>() == lines, "{said}");
    ensure!(stage.told("member").await? == "member kicked");
    let user = stage.server.control("GET", "/users/2002", Value::Null).await?;
    ensure!(user["first_name"] == "Anna" && user["last_name"] == "Lee", "{user}");
    Ok(())
}
