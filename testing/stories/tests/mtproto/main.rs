//! Requests to the MTProto gateway that libraries do not make.

mod accounts;
mod connections;
mod requests;
mod updates;

use anyhow::{Context, Result, ensure};
use parlor_stories::Server;
use parlor_stories::mtproto::{Client, RpcError, Wire, now, random_bytes, refused};
use parlor_wire_mtproto::client::RsaPadding;
use parlor_wire_mtproto::transport::Framing;
use parlor_wire_mtproto::{AuthKey, Envelope};
use parlor_wire_tl::{Bytes, Raw, Tl, Writer, enums, functions, types};
use serde_json::{Value, json};

const BOT: &str = "777:AAAA";
const LAYER: u16 = parlor_wire_tl::LAYER;
const DIALOG: &str = "/users/1001/dialogs/777";

/// A server, a bot that is logged in over MTProto, and a user who wrote to it.
async fn begin(options: &[&str]) -> Result<(Server, Client)> {
    let server = Server::start(&[&["--memory"], options].concat()).await?;
    let mut bot = Client::connect(server.address(), LAYER).await?;
    bot.begin().await?;
    bot.log_in(BOT).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    Ok((server, bot))
}

fn user(user_id: i64, access_hash: i64) -> enums::InputPeer {
    types::InputPeerUser { user_id, access_hash }.into()
}

async fn send(
    bot: &mut Client,
    peer: enums::InputPeer,
    text: &str,
    random_id: i64,
) -> Result<enums::Updates> {
    let request =
        functions::MessagesSendMessage { peer, message: text.to_owned(), random_id, ..Default::default() };
    bot.call(|layer, out| request.write(layer, out)).await
}

async fn me(client: &mut Client) -> Result<types::User> {
    let request = functions::UsersGetUsers { id: vec![types::InputUserSelf {}.into()] };
    let users: Vec<enums::User> = client.call(|layer, out| request.write(layer, out)).await?;
    match users.into_iter().next() {
        Some(enums::User::User(user)) => Ok(user),
        other => anyhow::bail!("{other:?}"),
    }
}

async fn texts(server: &Server) -> Result<Vec<String>> {
    let messages = server.control("GET", &format!("{DIALOG}/messages"), Value::Null).await?;
    let text = |message: &Value| message["message"]["text"].as_str().unwrap_or_default().to_owned();
    Ok(messages.as_array().context("list")?.iter().map(text).collect())
}

/// The text of the new message that was pushed.
async fn pushed_text(client: &mut Client) -> Result<String> {
    loop {
        let enums::Updates::Updates(updates) = client.pushed().await? else { continue };
        for update in updates.updates {
            if let enums::Update::UpdateNewMessage(new) = update
                && let enums::Message::Message(message) = new.message
            {
                return Ok(message.message);
            }
        }
    }
}
