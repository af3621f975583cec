//! The story bot on grammers. Telegram's keys are compiled into it, so it uses a session that the control API created.

use grammers_client::message::{Button, InputMessage, ReplyMarkup};
use grammers_client::update::Update;
use grammers_client::{Client, InvocationError, tl};
use grammers_mtsender::{ConnectionParams, NoRetries, SenderPool, UpdatesConfiguration};
use grammers_session::Session;
use grammers_session::storages::MemorySession;
use grammers_session::types::{DcOption, PeerAuth, PeerId, PeerRef};
use std::net::{Ipv4Addr, SocketAddrV4, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The pause between two attempts to reconnect.
const RETRY_DELAY: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
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
    let params = ConnectionParams { retry_policy: Box::new(NoRetries), ..Default::default() };
    let SenderPool { runner, updates, handle } =
        SenderPool::with_configuration(Arc::clone(&session), 1, params);
    let client = Client::new(handle);
    tokio::spawn(runner.run());
    client.get_me().await?;
    let mut updates = client.stream_updates(updates, UpdatesConfiguration { catch_up: false }).await?;
    println!("ready");
    loop {
        let outcome = match updates.next().await {
            Ok(update) => answer(&client, update).await,
// The next request reconnects; `next` makes one when it is called again.
            Err(error) => {
                tokio::time::sleep(RETRY_DELAY).await;
                Err(error.into())
            }
        };
        if let Err(error) = outcome {
            eprintln!("{error}");
        }
    }
}

/// The outcome of a call as text.
fn outcome<T>(done: Result<T, InvocationError>) -> String {
    match done {
        Ok(_) => "ok".to_owned(),
        Err(InvocationError::Rpc(error)) if error.name == "FLOOD_WAIT" => {
            format!("retry: {}", error.value.unwrap_or_default())
        }
        Err(InvocationError::Rpc(error)) => format!("error: {}", error.name),
        Err(error) => format!("unknown: {error}"),
    }
}

/// A user by id alone: bots need no access hash for users whom they have seen.
fn user(id: i64) -> PeerRef {
    PeerRef { id: PeerId::user_unchecked(id), auth: PeerAuth::from_hash(0) }
}

async fn probe(client: &Client, id: i64) -> String {
    let peer = tl::types::InputPeerUser { user_id: id, access_hash: 0 }.into();
    let action = tl::enums::SendMessageAction::SendMessageTypingAction;
    outcome(client.invoke(&tl::functions::messages::SetTyping { peer, top_msg_id: None, action }).await)
}

async fn answer(client: &Client, update: Update) -> Result<(), Error> {
    match update {
        Update::NewMessage(message) if !message.outgoing() => {
            let peer = message.peer().ok_or("peer")?;
            let chat = peer.to_ref().await?.ok_or("hash")?;
            let (command, argument) = message.text().split_once(' ').unwrap_or((message.text(), ""));
            let id = || argument.parse().unwrap_or_default();
            let reply = match command {
                "/start" if argument.is_empty() => "Hi!".to_owned(),
                "/start" => format!("Hi! {argument}"),
                "/who" => {
                    let grammers_client::peer::Peer::User(user) = peer else { return Ok(()) };
                    let or_none = |text: Option<&str>| text.unwrap_or("None").to_owned();
                    [user.first_name(), user.last_name(), user.username(), user.lang_code()].map(or_none).join("|")
                }
                "/buttons" => {
                    let markup = ReplyMarkup::from_buttons(&[vec![Button::data("Yes", b"yes".to_vec())]]);
                    client.send_message(chat, InputMessage::new().text("Sure?").reply_markup(markup)).await?;
                    return Ok(());
                }
                "/flood" => {
                    for n in 0..20 {
                        let sent = outcome(client.send_message(chat, format!("flood {n}")).await);
                        if sent != "ok" {
                            println!("flood {n} {sent}");
                            break;
                        }
                    }
                    return Ok(());
                }
                "/long" => outcome(client.send_message(chat, "x".repeat(5000)).await),
                "/send" => outcome(client.send_message(user(id()), "hello").await),
                "/probe" => probe(client, id()).await,
                _ => format!("You wrote: {}", message.text()),
            };
            client.send_message(chat, reply).await?;
        }
        Update::CallbackQuery(query) => query.answer().alert("Thanks").edit("Done").await?,
        Update::Raw(raw) => match raw.raw {
            tl::enums::Update::BotStopped(update) => {
                println!("member {}", if update.stopped { "member kicked" } else { "kicked member" });
                println!("probe {}", probe(client, update.user_id).await);
            }
            tl::enums::Update::BotChatInviteRequester(update) => {
                // A raw update comes without the chats that it names.
                client.send_message(user(update.user_id), "Why do you want to join?").await?;
                for (word, approved) in [("approve", true), ("decline", false)] {
                    let peer = match update.peer {
                        tl::enums::Peer::Channel(ref peer) => {
                            tl::types::InputPeerChannel { channel_id: peer.channel_id, access_hash: 0 }.into()
                        }
                        tl::enums::Peer::Chat(ref peer) => {
                            tl::types::InputPeerChat { chat_id: peer.chat_id }.into()
                        }
                        tl::enums::Peer::User(_) => return Ok(()),
                    };
                    let user_id = tl::types::InputUser { user_id: update.user_id, access_hash: 0 }.into();
                    let hide = tl::functions::messages::HideChatJoinRequest { approved, peer, user_id };
                    println!("{word} {}", outcome(client.invoke(&hide).await));
                }
            }
            _ => {}
        },
        _ => {}
    }
    Ok(())
}
