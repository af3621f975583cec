//! Serves a world in memory through the gateway.

use anyhow::{Context, Result};
use parlor_host::{ClockStart, Host, Options};
use parlor_mtproto::MtProto;
use parlor_storage::Memory;
use parlor_stories::mtproto::Client;
use parlor_wire_tl::{LAYER, enums, functions, types};
use parlor_world::ops::account::{AdoptToken, CreateUser};
use parlor_world::ops::chat::StartBot;
use parlor_world::state::account::{Token, UserProfile};
use parlor_world::{AccountId, Rules};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

/// A world, and the address at which the gateway serves it.
pub struct Stage {
    pub host: Host,
    pub address: String,
    /// Connections that are open.
    #[allow(dead_code, reason = "not every test ends connections")]
    pub connections: Arc<AtomicUsize>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves a new world. A server that listens beyond loopback has a control token.
pub async fn serve(control_token: Option<&str>) -> Result<Stage> {
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::default() };
    let host = Host::open(Box::new(Memory::forgetting()), options)?;
    let gateway = MtProto::new(None, control_token)?.context("a gateway")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let served = host.clone();
    let connections = Arc::new(AtomicUsize::new(0));
    let open = connections.clone();
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (gateway, host, open) = (gateway.clone(), served.clone(), open.clone());
            open.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                gateway.serve(host, stream, Vec::new(), Arc::new(|_| {})).await;
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    Ok(Stage { host, address, connections, server })
}

/// The bot of [`with_bot`], and the user who has started it.
#[allow(dead_code, reason = "not every test has a bot")]
pub const BOT: AccountId = AccountId(777);
#[allow(dead_code, reason = "not every test has a bot")]
pub const USER: AccountId = AccountId(1001);

/// Serves a world with a bot that is logged in, and a user who has started it with message 1.
#[allow(dead_code, reason = "not every test has a bot")]
pub async fn with_bot() -> Result<(Stage, Client)> {
    const TOKEN: &str = "777:AAAA";
    let stage = serve(None).await?;
    stage.host.execute(AdoptToken(Token::parse(TOKEN).context("a token")?)).await?;
    let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
    stage.host.execute(CreateUser { id: Some(USER), profile }).await?;
    stage.host.execute(StartBot { user: USER, bot: BOT, payload: None, random_id: None }).await?;
    let mut bot = Client::connect(&stage.address, LAYER).await?;
    bot.begin().await?;
    bot.log_in(TOKEN).await?;
    Ok((stage, bot))
}

/// Creates a user with a phone number.
#[allow(dead_code, reason = "not every test signs users in")]
pub async fn create_user(stage: &Stage, id: i64, phone: &str) -> Result<()> {
    let profile =
        UserProfile { first_name: "Ann".into(), phone: Some(phone.into()), ..UserProfile::default() };
    stage.host.execute(CreateUser { id: Some(AccountId(id)), profile }).await?;
    Ok(())
}

/// Creates a user with a username, and signs them in by phone.
#[allow(dead_code, reason = "not every test has users")]
pub async fn sign_in_user(stage: &Stage, id: i64, username: &str) -> Result<Client> {
    let profile = UserProfile {
        first_name: username.into(),
        username: Some(username.into()),
        phone: Some(phone(id).into()),
        ..UserProfile::default()
    };
    stage.host.execute(CreateUser { id: Some(AccountId(id)), profile }).await?;
    sign_in_again(stage, id).await
}

/// Signs a user in with a new key.
#[allow(dead_code, reason = "not every test has users")]
pub async fn sign_in_again(stage: &Stage, id: i64) -> Result<Client> {
    let mut client = Client::connect(&stage.address, LAYER).await?;
    client.begin().await?;
    let hash = client.send_code(&phone(id)).await?;
    client.sign_in(&phone(id), &hash, "22222").await?;
    client.state().await?;
    Ok(client)
}

/// > Test phone numbers look like 99966XYYYY; their code is the number of the data centre, five times.
#[allow(dead_code, reason = "not every test has users")]
pub fn phone(id: i64) -> String {
    format!("999662{id:04}")
}

/// Sends a text.
#[allow(dead_code, reason = "not every test sends texts")]
pub async fn send(
    client: &mut Client,
    peer: &enums::InputPeer,
    text: &str,
    random_id: i64,
) -> Result<types::UpdateShortSentMessage> {
    let (peer, message) = (peer.clone(), text.to_owned());
    let request = functions::MessagesSendMessage { peer, message, random_id, ..Default::default() };
    match client.call(|layer, out| request.write(layer, out)).await? {
        enums::Updates::UpdateShortSentMessage(sent) => Ok(sent),
        other => anyhow::bail!("{other:?}"),
    }
}

/// Returns the updates in a container.
#[allow(dead_code, reason = "not every test looks at updates")]
pub fn list(updates: enums::Updates) -> Vec<enums::Update> {
    match updates {
        enums::Updates::Updates(updates) => updates.updates,
        enums::Updates::UpdateShort(short) => vec![short.update],
        _ => Vec::new(),
    }
}

/// Returns the pushed updates before the new message with a text.
#[allow(dead_code, reason = "not every test looks at updates")]
pub async fn pushed_before(client: &mut Client, text: &str) -> Result<Vec<enums::Update>> {
    let mut all = Vec::new();
    loop {
        for update in list(client.pushed().await?) {
            if new_message(&update).is_some_and(|message| message.message == text) {
                return Ok(all);
            }
            all.push(update);
        }
    }
}

/// Returns the new message of an update.
#[allow(dead_code, reason = "not every test looks at updates")]
pub fn new_message(update: &enums::Update) -> Option<&types::Message> {
    match update {
        enums::Update::UpdateNewMessage(new) => match &new.message {
            enums::Message::Message(message) => Some(message),
            _ => None,
        },
        _ => None,
    }
}
