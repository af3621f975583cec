//! Updates are not delivered to the server itself, even if it begins to listen at an address after the webhook was set.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use parlor_bot_api::{Adoption, BotApi};
use parlor_host::{ClockStart, Host, Options};
use parlor_storage::Memory;
use parlor_world::ops::account::CreateUser;
use parlor_world::ops::chat::StartBot;
use parlor_world::state::account::UserProfile;
use parlor_world::{AccountId, Rules};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, channel};

/// The time limit of every wait, long enough for a slow machine.
const TIMEOUT: Duration = Duration::from_secs(60);
const BOT: AccountId = AccountId(123_456);

/// Runs a bot's server that accepts every delivery, and sends a message for each.
async fn listen() -> Result<(u16, Receiver<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (sender, receiver) = channel(16);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // An update of this test fits into one read.
            let _ = stream.read(&mut [0; 8192]).await;
            let _ =
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
            let _ = sender.send(()).await;
        }
    });
    Ok((port, receiver))
}

struct Stage {
    host: Host,
    bot_api: BotApi,
}

impl Stage {
    async fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        let path = format!("/bot{}:AAAA/{method}", BOT.0);
        let request = Request::post(&path).header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Full::new(Bytes::from(parameters.to_string())))?;
        let answer = self.bot_api.handle(&self.host, &path, &Adoption::Allowed, request).await;
        let body = answer.ok().context("an answer")?.into_body().collect().await?.to_bytes();
        let answer: Value = serde_json::from_slice(&body)?;
        ensure!(answer["ok"] == true, "{answer}");
        Ok(answer["result"].clone())
    }

    /// Creates a user who starts the bot, which is one update.
    async fn start(&self, id: i64) -> Result<()> {
        let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
        self.host.execute(CreateUser { id: Some(AccountId(id)), profile }).await?;
        self.host.execute(StartBot { user: AccountId(id), bot: BOT, payload: None, random_id: None }).await?;
        Ok(())
    }

    /// Waits until a delivery has failed with an error; returns the result of `getWebhookInfo` then.
    async fn until_error(&self, expected: &str) -> Result<Value> {
        let wait = async {
            loop {
                let info = self.call("getWebhookInfo", json!({})).await?;
                if info["last_error_message"] == expected {
                    return Ok(info);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, wait).await.context("no delivery failed with that error")?
    }
}

#[tokio::test]
async fn an_address_that_became_the_servers_own_gets_no_updates() -> Result<()> {
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::default() };
    let host = Host::open(Box::new(Memory::forgetting()), options)?;
    let is_own = Arc::new(AtomicBool::new(false));
    let own = is_own.clone();
    let stage = Stage { host, bot_api: BotApi::new(Arc::new(move |_| own.load(Ordering::SeqCst))) };
    let (port, mut deliveries) = listen().await?;
    let mut delivered =
        async || tokio::time::timeout(TIMEOUT, deliveries.recv()).await?.context("the listener ended");

    stage.call("setWebhook", json!({"url": format!("http://127.0.0.1:{port}/")})).await?;
    stage.start(1001).await?;
    delivered().await?;

    // From now on the address is the server's own, as if another world had opened its MTProto port there.
    is_own.store(true, Ordering::SeqCst);
    stage.start(1002).await?;
    let info = stage.until_error("IP address 127.0.0.1 is reserved").await?;
    ensure!(info["pending_update_count"] == 1, "{info}");

    // From now on it is the bot's again, as if that world had ended.
    is_own.store(false, Ordering::SeqCst);
    delivered().await
}
