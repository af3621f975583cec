//! The user's side and the test's side, over the control API.

mod dialogs;
mod guards;
mod world;

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary, contains, printed};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

const TOKEN: &str = "123456:AAAA";
const DIALOG: &str = "/users/1001/dialogs/123456";

/// A user with a language, and a bot that has texts in it.
async fn begin() -> Result<Server> {
    let server = Server::start(&["--memory"]).await?;
    let bot = json!({"token": TOKEN, "username": "weather_bot", "name": "Weather"});
    server.control("POST", "/bots", bot).await?;
    let ann = json!({"id": 1001, "first_name": "Ann", "username": "ann_lee", "language_code": "pt-br"});
    server.control("POST", "/users", ann).await?;
    Ok(server)
}

async fn bot(server: &Server, method: &str, parameters: Value) -> Result<Value> {
    let (status, answer) = server.bot_api(TOKEN, method, parameters).await?;
    ensure!(status == 200, "{method}: {answer}");
    Ok(answer["result"].clone())
}
