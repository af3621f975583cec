//! The demo bot: an ordinary client of the public Bot API, so that a new server has a bot to try.

mod answer;
mod texts;

use answer::answer;
use anyhow::{Context, Result};
use parlor_host::{Failure, Host};
use parlor_wire_bot_api::Request;
use parlor_wire_bot_api::requests::{GetUpdates, SetMyDescription, SetMyShortDescription};
use parlor_world::Change;
use parlor_world::ops::account::CreateBot;
use parlor_world::state::account::{Bot, Token};
use serde_json::Value;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;

const USERNAME: &str = "parlor_demo_bot";
const NAME: &str = "Parlor Demo";
const DESCRIPTION: &str = "I show that Parlor works: press Start, or open a link with a payload.";
const ABOUT: &str = "The demo bot of Parlor.";
/// The time-out of one `getUpdates` call in seconds.
const POLL_SECONDS: i64 = 50;
/// How long the "typing…" status is visible before the answer.
const TYPING: Duration = Duration::from_millis(500);
/// The pause after a failed request.
const RETRY: Duration = Duration::from_secs(1);

/// The demo bot's account.
#[derive(Clone)]
pub(crate) struct Demo {
    pub(crate) token: String,
    pub(crate) username: String,
}

impl Demo {
    /// Finds the account, or creates it with the given token or a random one.
    ///
    /// # Errors
    ///
    /// If the world has stopped, or the account cannot be created.
    pub(crate) async fn prepare(host: &Host, token: Option<&str>) -> Result<Self> {
        let found = host.read(|world, _| world.by_username(USERNAME)).await?;
        let id = match found {
            Some(id) => id,
            None => {
                let new = CreateBot {
                    token: token.and_then(Token::parse),
                    username: Some(USERNAME.to_owned()),
                    name: Some(NAME.to_owned()),
                    ..CreateBot::default()
                };
                host.execute(new)
                    .await
                    .map_err(|failure: Failure| anyhow::anyhow!("the demo bot: {failure}"))?
            }
        };
        let token = host.read(|world, _| world.bot(id).and_then(Bot::token)).await?;
        let token = token.context("the demo bot was deleted")?;
        Ok(Self { token, username: USERNAME.to_owned() })
    }

    /// Answers updates forever. When the world is reset, it starts again: update numbers restart too.
    pub(crate) async fn run(self, host: Host, root: String) {
        let mut changes = host.changes();
        loop {
            let reset = async {
                while !matches!(changes.recv().await, Ok(Change::Everything) | Err(RecvError::Closed)) {}
            };
            tokio::select! {
                // The reset is handled first: another request with the old token would create a bot from it.
                biased;
                () = reset => {}
                () = self.clone().answer_all(root.clone()) => {}
            }
            while Self::prepare(&host, Some(&self.token)).await.is_err() {
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    async fn answer_all(self, root: String) {
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
                for call in answer(update) {
                    let _ = client.post(call.method, &call.parameters).await;
                    if call.method == "sendChatAction" {
                        tokio::time::sleep(TYPING).await;
                    }
                }
            }
        }
    }
}

struct Client {
    http: reqwest::Result<reqwest::Client>,
    root: String,
    token: String,
}

impl Client {
    async fn call<R: Request>(&self, request: &R) -> Result<Value> {
        self.post(R::METHOD, &serde_json::to_value(request)?).await
    }

    async fn post(&self, method: &str, request: &Value) -> Result<Value> {
        let http = self.http.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?;
        let url = format!("{}/bot{}/{}", self.root, self.token, method);
        let answer = http.post(url).json(request).send().await.map_err(reqwest::Error::without_url)?;
        let answer: Value = answer.json().await.map_err(reqwest::Error::without_url)?;
        anyhow::ensure!(answer["ok"] == true, "{}", answer["description"]);
        Ok(answer["result"].clone())
    }
}
