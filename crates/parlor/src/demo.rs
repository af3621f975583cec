//! The demo bot: an ordinary client of the public Bot API, so that there is somebody to talk to at once.

use anyhow::{Context, Result};
use parlor_host::{Failure, Host};
use parlor_wire_bot_api::requests::{GetUpdates, SendMessage, SetMyDescription, SetMyShortDescription};
use parlor_wire_bot_api::{Json, Request};
use parlor_world::AccountId;
use parlor_world::account::CreateBot;
use serde_json::{Value, json};
use std::time::Duration;

const USERNAME: &str = "parlor_demo_bot";
const NAME: &str = "Parlor Demo";
const DESCRIPTION: &str = "I show that Parlor works: press Start, or open a link with a payload.";
const ABOUT: &str = "The demo bot of Parlor.";
/// Seconds that one poll waits.
const POLL_SECONDS: i64 = 50;
/// How long to wait when the server does not answer as it should.
const RETRY: Duration = Duration::from_secs(1);

/// The demo bot's account.
#[derive(Clone)]
pub(crate) struct Demo {
    pub(crate) token: String,
    pub(crate) username: String,
}

impl Demo {
    /// Finds the account, or makes it.
    pub(crate) async fn prepare(host: &Host) -> Result<Self> {
        let existing = |world: &parlor_world::World| match world.by_username(USERNAME) {
            Some(AccountId::Bot(id)) => Some(id),
            _ => None,
        };
        let found = host.look(move |world, _| existing(world)).await?;
        let id = match found {
            Some(id) => id,
            None => {
                let new = CreateBot {
                    username: Some(USERNAME.to_owned()),
                    name: Some(NAME.to_owned()),
                    ..CreateBot::default()
                };
                host.tell(new).await.map_err(|failure: Failure| anyhow::anyhow!("the demo bot: {failure}"))?
            }
        };
        let token =
            host.look(move |world, _| world.bot(id).and_then(parlor_world::account::Bot::token)).await?;
        let token = token.context("the demo bot was deleted")?;
        Ok(Self { token, username: USERNAME.to_owned() })
    }

    /// Answers for ever.
    pub(crate) async fn run(self, root: String) {
        let client = Client { http: reqwest::Client::builder().no_proxy().build(), root, token: self.token };
        let _ = client
            .call(&SetMyDescription { description: DESCRIPTION.to_owned(), ..SetMyDescription::default() })
            .await;
        let about =
            SetMyShortDescription { short_description: ABOUT.to_owned(), ..SetMyShortDescription::default() };
        let _ = client.call(&about).await;
        let mut offset = 0;
        loop {
            let poll =
                GetUpdates { offset: Some(offset), timeout: Some(POLL_SECONDS), ..GetUpdates::default() };
            let Ok(updates) = client.call(&poll).await else {
                tokio::time::sleep(RETRY).await;
                continue;
            };
            for update in updates.as_array().into_iter().flatten() {
                offset = update["update_id"].as_i64().unwrap_or(offset) + 1;
                if let Some(answer) = answer(&update["message"]) {
                    let _ = client.call(&answer).await;
                }
            }
        }
    }
}

/// A greeting for Start, a reply to everything else: any first message opens a dialog.
fn answer(message: &Value) -> Option<SendMessage> {
    let chat = message["chat"]["id"].as_i64()?;
    let text = message["text"].as_str()?;
    let name = message["from"]["first_name"].as_str().unwrap_or("you");
    let mut words = text.splitn(2, ' ');
    let starts = words.next() == Some("/start");
    let reply = match (starts, words.next()) {
        (true, None) => format!("Hi, {name}!"),
        (true, Some(payload)) => format!("Hi, {name}! You came by a link with the payload {payload}."),
        (false, _) => format!("Hi, {name}! You wrote: {text}"),
    };
    let keyboard = starts.then(|| {
        let url = format!("https://t.me/{USERNAME}?startgroup=parlor");
        Json(json!({"inline_keyboard": [[{"text": "Add me to your group", "url": url}]]}).to_string())
    });
    Some(SendMessage {
        chat_id: chat.to_string(),
        text: reply,
        reply_markup: keyboard.unwrap_or_default(),
        ..SendMessage::default()
    })
}

struct Client {
    http: reqwest::Result<reqwest::Client>,
    root: String,
    token: String,
}

impl Client {
    async fn call<R: Request>(&self, request: &R) -> Result<Value> {
        let http = self.http.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
        let url = format!("{}/bot{}/{}", self.root, self.token, R::METHOD);
        let answer = http.post(url).json(request).send().await.map_err(reqwest::Error::without_url)?;
        let answer: Value = answer.json().await.map_err(reqwest::Error::without_url)?;
        anyhow::ensure!(answer["ok"] == true, "{}", answer["description"]);
        Ok(answer["result"].clone())
    }
}
