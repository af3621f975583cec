//! The server itself, over its public interfaces: durability, guards, worlds, polling, webhooks.

use anyhow::{Context, Result, ensure};
use parlor_stories::Server;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TOKEN: &str = "123456:AAAA";

/// A user who has written to the bot.
async fn begin(server: &Server) -> Result<()> {
    server.bot_api(TOKEN, "getMe", json!({})).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    server.control("POST", "/users/1001/dialogs/123456/start", json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn kill_minus_nine_loses_nothing_that_was_acknowledged() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let data = ["--data", file.to_str().context("utf-8")?];
    let mut server = Server::start(&data).await?;
    begin(&server).await?;
    // Many senders at once; the server dies in the middle of it.
    let (url, http) = (format!("{}/bot{TOKEN}/sendMessage", server.root), server.http().clone());
    let senders = (0..16).map(|sender| {
        let (url, http) = (url.clone(), http.clone());
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for n in 0..10_000 {
                let text = format!("{sender}-{n}");
                let request = http.post(&url).json(&json!({"chat_id": 1001, "text": text}));
                let Ok(answer) = request.send().await else { break };
                let Ok(answer) = answer.json::<Value>().await else { break };
                acknowledged.push((answer["result"]["message_id"].as_i64(), text));
            }
            acknowledged
        })
    });
    let senders: Vec<_> = senders.collect();
    let enough = "/users/1001/dialogs/123456/wait?after=300&timeout=60";
    server.control("GET", enough, Value::Null).await?;
    server.child.kill().await?;
    let mut acknowledged = BTreeSet::new();
    for sender in senders {
        acknowledged.extend(sender.await?);
    }
    ensure!(acknowledged.len() >= 250, "only {} were acknowledged", acknowledged.len());

    let server = Server::start(&data).await?;
    let mut kept = BTreeSet::new();
    let mut after = 0;
    loop {
        let path = format!("/users/1001/dialogs/123456/messages?after={after}&limit=1000");
        let page = server.control("GET", &path, Value::Null).await?;
        let page = page.as_array().context("list")?;
        let Some(last) = page.last() else { break };
        after = last["id"].as_i64().context("id")?;
        for message in page.iter().filter(|message| message["from"] == "bot") {
            let text = message["text"].as_str().context("text")?.to_owned();
            ensure!(kept.insert((message["bot_message_id"].as_i64(), text)), "a message is there twice");
        }
    }
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    ensure!(lost.is_empty(), "lost: {lost:?}");
    // The update that was never confirmed is still there, once.
    let (_, updates) = server.bot_api(TOKEN, "getUpdates", json!({})).await?;
    ensure!(updates["result"].as_array().map(Vec::len) == Some(1), "{updates}");
    Ok(())
}

#[tokio::test]
async fn no_page_on_the_internet_drives_it() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let document = server.control("GET", "/openapi.json", Value::Null).await?;
    let paths = document["paths"].as_object().context("paths")?;
    let mut routes = 0;
    for (path, operations) in paths {
        for method in operations.as_object().context("operations")?.keys() {
            let path = path.replace(['{', '}'], "");
            for (header, value) in [
                ("host", "evil.example"),
                ("host", "127.0.0.1.evil.example:8081"),
                ("origin", "https://evil.example"),
                ("origin", "null"),
            ] {
                let request =
                    server.http().request(method.to_uppercase().parse()?, format!("{}{path}", server.root));
                let answer = request.header(header, value).send().await?;
                ensure!(answer.status() == 403, "{method} {path} with {header} {value}: {}", answer.status());
                let kind = answer.headers().get("content-type").context("type")?;
                ensure!(kind == "application/problem+json");
            }
            routes += 1;
        }
    }
    ensure!(routes > 40, "only {routes} routes are described");
    Ok(())
}

#[tokio::test]
async fn worlds_know_nothing_of_each_other() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let made = server.control("POST", "/worlds", json!({"name": "one"})).await?;
    let root = made["control"].as_str().context("address")?;
    let answer = server.http().post(format!("{root}/users")).body("{\"id\":7}").send().await?;
    ensure!(answer.status() == 201);
    let users = server.control("GET", "/users", Value::Null).await?;
    ensure!(users == json!([]), "{users}");
    let clock = format!("{root}/clock/advance");
    server.http().post(clock).body("{\"seconds\": 86400}").send().await?.error_for_status()?;
    let here = server.control("GET", "/clock", Value::Null).await?["now"].as_f64().context("now")?;
    let there: Value = server.http().get(format!("{root}/clock")).send().await?.json().await?;
    ensure!(there["now"].as_f64().context("now")? - here > 80_000.0);
    server.control("DELETE", "/worlds/one", Value::Null).await?;
    let gone = server.http().get(format!("{}/w/one/bot{TOKEN}/getMe", server.root)).send().await?;
    ensure!(gone.status() == 404);
    Ok(())
}
