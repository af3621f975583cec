//! Requests to the MTProto gateway that libraries do not make.

mod accounts;
mod connections;
mod requests;
mod updates;

use anyhow::{Context, Result, ensure};
use parlor_stories::Server;
use parlor_stories::mtproto::{Client, RpcError, Wire, now, random_bytes};
use parlor_wire_mtproto::client::RsaPadding;
use parlor_wire_mtproto::transport::Framing;
use parlor_wire_mtproto::{AuthKey, Envelope};
use parlor_wire_tl::{Bytes, Raw, Tl, Writer, enums, functions, types};
use serde_json::{Value, json};

const BOT: &str = "777:AAAA";
const LAYER: u16 = parlor_wire_tl::LAYER;
const DIALOG: &str = "/users/1001/dialogs/777";

fn address(server: &Server) -> String {
    server.root.trim_start_matches("http://").to_owned()
}

/// A server, a bot that is logged in over MTProto, and a user who wrote to it.
async fn begin(options: &[&str]) -> Result<(Server, Client)> {
    let server = Server::start(&[&["--memory"], options].concat()).await?;
    let mut bot = Client::connect(&address(&server), LAYER).await?;
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

async fn state(bot: &mut Client) -> Result<types::UpdatesState> {
    let enums::UpdatesState::State(state) =
        bot.call(|layer, out| functions::UpdatesGetState {}.write(layer, out)).await?;
    Ok(state)
}

async fn me(client: &mut Client) -> Result<types::User> {
    let request = functions::UsersGetUsers { id: vec![types::InputUserSelf {}.into()] };
    let users: Vec<enums::User> = client.call(|layer, out| request.write(layer, out)).await?;
    match users.into_iter().next() {
        Some(enums::User::User(user)) => Ok(user),
        other => anyhow::bail!("{other:?}"),
    }
}

/// The refusal of a call that must not succeed.
fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> Result<RpcError> {
    match outcome {
        Ok(answer) => anyhow::bail!("it was not refused: {answer:?}"),
        Err(error) => error.downcast::<RpcError>(),
    }
}

async fn texts(server: &Server) -> Result<Vec<String>> {
    let messages = server.control("GET", &format!("{DIALOG}/messages"), Value::Null).await?;
    let text = |message: &Value| message["message"]["text"].as_str().unwrap_or_default().to_owned();
    Ok(messages.as_array().context("list")?.iter().map(text).collect())
}

/// A session that the control API created for an account of the default world.
async fn minted(server: &Server, account: &str) -> Result<Client> {
    let session = server.control("POST", "/sessions", json!({"account": account})).await?;
    let key = session["auth_key"].as_str().and_then(AuthKey::from_hex).context("a key")?;
    let mut client = Client::resume(&address(server), key, LAYER).await?;
    client.begin().await?;
    Ok(client)
}

/// The peer that a username leads to, as this account names it.
async fn resolve(client: &mut Client, username: &str) -> Result<enums::InputPeer> {
    let request = functions::ContactsResolveUsername { username: username.to_owned(), ..Default::default() };
    let resolved: enums::ContactsResolvedPeer = client.call(|layer, out| request.write(layer, out)).await?;
    let enums::ContactsResolvedPeer::ResolvedPeer(resolved) = resolved;
    let Some(enums::User::User(known)) = resolved.users.first() else { anyhow::bail!("no user") };
    Ok(user(known.id, known.access_hash.context("a hash")?))
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
