//! The story bot's greeting on grammers. Telegram's keys are compiled into it, so its session is a minted one.

use grammers_client::Client;
use grammers_client::update::Update;
use grammers_mtsender::{SenderPool, UpdatesConfiguration};
use grammers_session::Session;
use grammers_session::storages::MemorySession;
use grammers_session::types::DcOption;
use std::net::{Ipv4Addr, SocketAddrV4, SocketAddrV6};
use std::sync::Arc;

type Result = std::result::Result<(), Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result {
    let minted: serde_json::Value = serde_json::from_str(&std::env::var("SESSION")?)?;
    let hex = minted["auth_key"].as_str().ok_or("auth_key")?;
    let mut key = [0; 256];
    for (n, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[n * 2..n * 2 + 2], 16)?;
    }
    let port = minted["port"].as_u64().ok_or("port")?.try_into()?;
    let session = Arc::new(MemorySession::default());
    session.set_home_dc_id(2).await?;
    let option = DcOption {
        id: 2,
        ipv4: SocketAddrV4::new(Ipv4Addr::LOCALHOST, port),
        ipv6: SocketAddrV6::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped(), port, 0, 0),
        auth_key: Some(key),
    };
    session.set_dc_option(&option).await?;
    let SenderPool { runner, updates, handle } = SenderPool::new(Arc::clone(&session), 1);
    let client = Client::new(handle);
    tokio::spawn(runner.run());
    let me = client.get_me().await?;
    let mut updates = client.stream_updates(updates, UpdatesConfiguration { catch_up: false }).await?;
    println!("ready {}", me.username().unwrap_or_default());
    loop {
        if let Update::NewMessage(message) = updates.next().await?
            && !message.outgoing()
            && let Some(payload) = message.text().strip_prefix("/start")
        {
            let peer = message.peer().ok_or("peer")?.to_ref().await?.ok_or("hash")?;
            client.send_message(peer, format!("Hi!{payload}")).await?;
        }
    }
}
