//! A server that is killed under load, again and again: nothing acknowledged is lost, and no update takes another's id.
//!
//! `PARLOR_KILLS=300 cargo test -p parlor-stories --test kills` kills it 300 times.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::process::Command;

/// How often the server is killed, if `PARLOR_KILLS` does not say.
const KILLS: usize = 4;
const USERS: i64 = 4;
const FIRST_USER: i64 = 1001;

/// What clients know, over all lives of the server.
#[derive(Default)]
struct Known {
    /// Texts that were acknowledged: of users, and of the bot.
    said: BTreeSet<String>,
    answered: BTreeSet<String>,
    /// The updates that the bot got.
    updates: BTreeMap<i64, String>,
}

type Shared = Arc<Mutex<Known>>;

fn lock(known: &Shared) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn start(file: &Path) -> Result<Server> {
    let mut command = Command::new(binary());
    command.arg("--data").arg(file);
    Server::from_command(command).await
}

/// `None` when the server is gone.
async fn post(http: &reqwest::Client, url: String, body: Value) -> Option<Value> {
    let answer = http.post(url).json(&body).send().await.ok()?.error_for_status().ok()?;
    answer.json().await.ok()
}

/// A user writes until the server is gone.
async fn say(http: reqwest::Client, root: String, user: i64, life: usize, known: Shared) {
    for n in 0.. {
        let text = format!("{user} says {life}.{n}");
        let url = format!("{root}/control/users/{user}/dialogs/1/messages");
        if post(&http, url, json!({"text": text})).await.is_none() {
            return;
        }
        lock(&known).said.insert(text);
    }
}

/// The bot answers until the server is gone. Fails if an update has another's id.
async fn answer(http: reqwest::Client, root: String, mut offset: i64, known: Shared) -> Result<()> {
    loop {
        let poll = json!({"offset": offset, "timeout": 5, "limit": 7});
        let Some(updates) = post(&http, format!("{root}/bot1:A/getUpdates"), poll).await else {
            return Ok(());
        };
        for update in updates["result"].as_array().context("updates")? {
            let id = update["update_id"].as_i64().context("id")?;
            let text = update["message"]["text"].as_str().context("text")?.to_owned();
            offset = id + 1;
            let before = lock(&known).updates.insert(id, text.clone());
            ensure!(before.is_none_or(|before| before == text), "{id} is another update now: {text}");
            let reply = format!("answer to {id}");
            let send = json!({"chat_id": update["message"]["chat"]["id"], "text": reply});
            if post(&http, format!("{root}/bot1:A/sendMessage"), send).await.is_none() {
                return Ok(());
            }
            lock(&known).answered.insert(reply);
        }
    }
}

/// All texts that users see.
async fn texts(server: &Server) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for user in FIRST_USER..FIRST_USER + USERS {
        let mut after = 0;
        loop {
            let path = format!("/users/{user}/dialogs/1/messages?after={after}&limit=1000");
            let page = server.control("GET", &path, Value::Null).await?;
            let page = page.as_array().context("list")?;
            let Some(last) = page.last() else { break };
            after = last["message"]["message_id"].as_i64().context("id")?;
            texts.extend(
                page.iter().filter_map(|message| Some(message["message"]["text"].as_str()?.to_owned())),
            );
        }
    }
    Ok(texts)
}

/// One life of the server: it is killed once so many messages of users were acknowledged.
async fn live(file: &Path, life: usize, messages: usize, known: &Shared) -> Result<()> {
    let mut server = start(file).await?;
    let seen = texts(&server).await?;
    {
        let known = lock(known);
        let lost: Vec<_> = known.said.union(&known.answered).filter(|text| !seen.contains(*text)).collect();
        ensure!(lost.is_empty(), "lost before life {life}: {lost:?}");
    }
    let (http, root) = (server.http().clone(), server.root.clone());
    let goal = lock(known).said.len() + messages;
    let users = FIRST_USER..FIRST_USER + USERS;
    let users: Vec<_> =
        users.map(|user| tokio::spawn(say(http.clone(), root.clone(), user, life, known.clone()))).collect();
    // Every second bot was started anew, and knows no offset.
    let last = lock(known).updates.last_key_value().map(|(id, _)| *id);
    let offset = last.filter(|_| life % 2 == 1).map_or(0, |last| last + 1);
    let bot = tokio::spawn(answer(http, root, offset, known.clone()));
    while lock(known).said.len() < goal && !bot.is_finished() {
        tokio::task::yield_now().await;
    }
    server.child.kill().await?;
    for user in users {
        user.await?;
    }
    bot.await?
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_under_load_loses_nothing() -> Result<()> {
    let kills = std::env::var("PARLOR_KILLS").map_or(Ok(KILLS), |kills| kills.parse())?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let server = start(&file).await?;
    let get_me = format!("{}/bot1:A/getMe", server.root);
    post(server.http(), get_me, json!({})).await.context("a new bot")?;
    for user in FIRST_USER..FIRST_USER + USERS {
        server.control("POST", "/users", json!({"id": user, "first_name": "Ann"})).await?;
        server.control("POST", &format!("/users/{user}/dialogs/1/start"), json!({})).await?;
    }
    drop(server);
    let known = Shared::default();
    for life in 0..kills {
        // Different moments of a life: some are killed while the bot still gets old updates.
        live(&file, life, 3 + life * 7 % 40, &known).await?;
    }
    // The bot gets all that was said, in the end.
    let server = start(&file).await?;
    let mut offset = 0;
    loop {
        let poll = json!({"offset": offset});
        let url = format!("{}/bot1:A/getUpdates", server.root);
        let updates = post(server.http(), url, poll).await.context("answered")?;
        let updates = updates["result"].as_array().context("updates")?.clone();
        let Some(last) = updates.last() else { break };
        offset = last["update_id"].as_i64().context("id")? + 1;
        let texts = updates.iter().filter_map(|update| {
            Some((update["update_id"].as_i64()?, update["message"]["text"].as_str()?.to_owned()))
        });
        lock(&known).updates.extend(texts);
    }
    let known = lock(&known);
    let got: BTreeSet<&String> = known.updates.values().collect();
    let missed: Vec<_> = known.said.iter().filter(|text| !got.contains(text)).collect();
    ensure!(missed.is_empty(), "never delivered: {missed:?}");
    ensure!(known.said.len() >= 3 * kills && !known.answered.is_empty());
    println!("{kills} kills, {} messages, {} answers", known.said.len(), known.answered.len());
    Ok(())
}
