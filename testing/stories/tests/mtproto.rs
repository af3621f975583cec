//! Requests to the MTProto gateway that libraries do not make.

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

#[tokio::test]
async fn every_transport_and_both_paddings() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    for (framing, obfuscated) in [
        (Framing::Full, false),
        (Framing::Abridged, false),
        (Framing::Intermediate, false),
        (Framing::Padded, false),
        (Framing::Abridged, true),
        (Framing::Intermediate, true),
        (Framing::Padded, true),
    ] {
        for padding in [RsaPadding::Sha1, RsaPadding::RsaPad] {
            let mut wire = Wire::open(&address(&server), framing, obfuscated).await?;
            let (key, salt) = wire.exchange(padding, None).await?;
            let config = Client::over(wire, key, salt, LAYER).begin().await?;
            ensure!(config.this_dc == 2, "{framing:?}");
            let enums::DcOption::DcOption(option) = config.dc_options.first().context("an option")?;
            ensure!(format!("{}:{}", option.ip_address, option.port) == address(&server));
        }
    }
    Ok(())
}

#[tokio::test]
async fn web_sockets_and_the_proxy_lead_to_the_same_server() -> Result<()> {
    let server = Server::start(&["--memory", "--proxy-secret", "dd000102030405060708090a0b0c0d0e0f"]).await?;
    let address = address(&server);
    let secret = std::array::from_fn(|n| n as u8);
    for wire in [
        Wire::by_proxy(&address, Framing::Padded, secret).await?,
        Wire::by_web_socket(&address, Framing::Intermediate, None).await?,
        Wire::by_web_socket(&address, Framing::Abridged, Some(&server.root)).await?,
        Wire::open(&address, Framing::Padded, true).await?,
    ] {
        let mut wire = wire;
        let (key, salt) = wire.exchange(RsaPadding::RsaPad, None).await?;
        let mut client = Client::over(wire, key, salt, LAYER);
        client.begin().await?;
        client.log_in(BOT).await?;
        ensure!(me(&mut client).await?.id == 777);
    }
    let wrong =
        Wire::by_proxy(&address, Framing::Padded, [9; 16]).await?.exchange(RsaPadding::Sha1, None).await;
    ensure!(wrong.is_err(), "the secret is wrong");
    for origin in ["https://evil.example", "null"] {
        ensure!(Wire::by_web_socket(&address, Framing::Abridged, Some(origin)).await.is_err(), "{origin}");
    }
    Ok(())
}

#[tokio::test]
async fn a_resend_after_a_lost_connection_is_harmless_and_the_layer_is_remembered() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut bot = Client::connect(&address(&server), 158).await?;
    bot.begin().await?;
    bot.log_in(BOT).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    let first = send(&mut bot, user(1001, 0), "once", 42).await?;
    let key = bot.key();
    drop(bot);
    // A new connection and session, without invokeWithLayer.
    let mut bot = Client::resume(&address(&server), key, 158).await?;
    let again = send(&mut bot, user(1001, 0), "once", 42).await?;
    let (enums::Updates::UpdateShortSentMessage(first), enums::Updates::UpdateShortSentMessage(again)) =
        (first, again)
    else {
        anyhow::bail!("not short")
    };
    ensure!(first.id == again.id && first.pts == again.pts);
    ensure!(texts(&server).await? == ["/start", "once"]);
    // The layer's own constructor of a user.
    let request = functions::UsersGetUsers { id: vec![types::InputUserSelf {}.into()] };
    let mut out = Writer::default();
    request.write(158, &mut out);
    let body = out.finish().map_err(anyhow::Error::msg)?;
    let answer = bot.call_raw(&body).await??;
    let mut expected = Writer::default();
    types::User::default().write(158, &mut expected);
    let expected = expected.finish().map_err(anyhow::Error::msg)?;
    ensure!(answer.get(8..12) == expected.get(..4), "not a user of layer 158");
    Ok(())
}

#[tokio::test]
async fn authorizations_survive_a_restart() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let data = ["--data", file.to_str().context("utf-8")?];
    let mut server = Server::start(&data).await?;
    let mut bot = Client::connect(&address(&server), LAYER).await?;
    bot.begin().await?;
    bot.log_in(BOT).await?;
    let key = bot.key();
    server.child.kill().await?;
    let server = Server::start(&data).await?;
    let mut bot = Client::resume(&address(&server), key, LAYER).await?;
    ensure!(me(&mut bot).await?.id == 777);
    // An unknown key gets the transport's error, and only that connection is closed.
    let mut stranger = Client::resume(&address(&server), AuthKey::new([9; 256]), LAYER).await?;
    let error = stranger.begin().await.err().context("an error")?;
    ensure!(error.to_string() == "transport error -404", "{error}");
    ensure!(me(&mut bot).await?.id == 777);
    bot.call::<enums::AuthLoggedOut>(|layer, out| functions::AuthLogOut {}.write(layer, out)).await?;
    let error = refused(me(&mut bot).await)?;
    ensure!(error.code == 401 && error.message == "AUTH_KEY_UNREGISTERED");
    Ok(())
}

#[tokio::test]
async fn missed_updates_are_in_the_difference() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let before = state(&mut bot).await?;
    let key = bot.key();
    drop(bot);
    for text in ["a", "b", "c"] {
        server.control("POST", &format!("{DIALOG}/messages"), json!({"text": text})).await?;
    }
    server.bot_api(BOT, "sendMessage", json!({"chat_id": 1001, "text": "own"})).await?;
    server
        .bot_api(BOT, "editMessageText", json!({"chat_id": 1001, "message_id": 5, "text": "edited"}))
        .await?;
    server.control("POST", &format!("{DIALOG}/block"), Value::Null).await?;
    let mut bot = Client::resume(&address(&server), key, LAYER).await?;
    let ask = |pts, qts| functions::UpdatesGetDifference { pts, qts, date: 1, ..Default::default() };
    let request = ask(before.pts, before.qts);
    let difference: enums::UpdatesDifference = bot.call(|layer, out| request.write(layer, out)).await?;
    let enums::UpdatesDifference::Difference(difference) = difference else {
        anyhow::bail!("{difference:?}")
    };
    let messages: Vec<_> = difference
        .new_messages
        .iter()
        .map(|message| match message {
            enums::Message::Message(message) => (message.message.as_str(), message.out),
            other => panic!("{other:?}"),
        })
        .collect();
    ensure!(messages == [("a", false), ("b", false), ("c", false), ("own", true)], "{messages:?}");
    ensure!(difference.users.len() == 2 && difference.other_updates.len() == 2, "{difference:?}");
    let enums::UpdatesState::State(after) = difference.state;
    // Contiguous: four messages and an edit, and one block.
    ensure!((after.pts, after.qts) == (before.pts + 5, before.qts + 1), "{after:?}");
    let request = ask(after.pts, after.qts);
    let difference: enums::UpdatesDifference = bot.call(|layer, out| request.write(layer, out)).await?;
    ensure!(matches!(difference, enums::UpdatesDifference::DifferenceEmpty(_)));
    let request = ask(after.pts + 1, after.qts);
    let error = refused(bot.call::<enums::UpdatesDifference>(|layer, out| request.write(layer, out)).await)?;
    ensure!(error.message == "PERSISTENT_TIMESTAMP_INVALID");
    // After a day it is gone.
    server.control("POST", "/clock/advance", json!({"seconds": 90_000})).await?;
    server.control("POST", &format!("{DIALOG}/unblock"), Value::Null).await?;
    let request = ask(before.pts, before.qts);
    let difference: enums::UpdatesDifference = bot.call(|layer, out| request.write(layer, out)).await?;
    ensure!(matches!(difference, enums::UpdatesDifference::DifferenceTooLong(_)), "{difference:?}");
    Ok(())
}

#[tokio::test]
async fn lost_qts_updates_are_reported() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let before = state(&mut bot).await?;
    server.control("POST", &format!("{DIALOG}/block"), Value::Null).await?;
    server.control("POST", "/clock/advance", json!({"seconds": 90_000})).await?;
    // The next update takes the old ones' place.
    server.control("POST", &format!("{DIALOG}/unblock"), Value::Null).await?;
    let ask =
        functions::UpdatesGetDifference { pts: before.pts, qts: before.qts, date: 1, ..Default::default() };
    let difference: enums::UpdatesDifference = bot.call(|layer, out| ask.write(layer, out)).await?;
    let enums::UpdatesDifference::Difference(difference) = difference else {
        anyhow::bail!("{difference:?}")
    };
    let enums::UpdatesState::State(after) = difference.state;
    ensure!(difference.other_updates.len() == 1 && after.qts == before.qts + 2, "{after:?}");
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "a"})).await?;
    let difference: enums::UpdatesDifference = bot.call(|layer, out| ask.write(layer, out)).await?;
    ensure!(matches!(difference, enums::UpdatesDifference::DifferenceTooLong(_)), "{difference:?}");
    Ok(())
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

#[tokio::test]
async fn every_session_of_an_account_gets_updates() -> Result<()> {
    let (server, mut first) = begin(&[]).await?;
    let mut second = Client::connect(&address(&server), 214).await?;
    second.begin().await?;
    second.log_in(BOT).await?;
    state(&mut first).await?;
    state(&mut second).await?;
    ensure!(pushed_text(&mut first).await? == "/start");
    send(&mut first, user(1001, 0), "mine", 1).await?;
    ensure!(pushed_text(&mut second).await? == "mine", "the other session hears of it");
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "to both"})).await?;
    // The sending session knows it from the answer, so this is its next update.
    ensure!(pushed_text(&mut first).await? == "to both");
    ensure!(pushed_text(&mut second).await? == "to both");
    Ok(())
}

#[tokio::test]
async fn a_client_far_behind_gets_difference_too_long() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    state(&mut bot).await?;
    pushed_text(&mut bot).await?;
    let mut heard = Vec::new();
    // A hundred and fifty at once: in one batch there may be more than a push holds.
    let sends =
        (0..150).map(|n| server.bot_api(BOT, "sendMessage", json!({"chat_id": 1001, "text": n.to_string()})));
    for sent in sends {
        ensure!(sent.await?.0 == 200);
    }
    let last = state(&mut bot).await?.pts;
    while heard.last() != Some(&last) {
        match bot.pushed().await? {
            enums::Updates::UpdatesTooLong(_) => heard.push(last),
            enums::Updates::Updates(updates) => {
                heard.extend(updates.updates.iter().filter_map(|update| match update {
                    enums::Update::UpdateNewMessage(new) => Some(new.pts),
                    _ => None,
                }))
            }
            _ => {}
        }
    }
    let gaps = heard.windows(2).filter(|pair| pair[1] != pair[0] + 1 && pair[1] != last).count();
    ensure!(gaps == 0, "{heard:?}");
    Ok(())
}

#[tokio::test]
async fn a_bot_can_address_only_users_it_has_seen() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    server.control("POST", "/users", json!({"id": 1002, "first_name": "Bob", "username": "bob_lee"})).await?;
    for (id, hash) in [(1002, 0), (1001, 5), (9999, 0)] {
        let error = refused(send(&mut bot, user(id, hash), "x", 7).await)?;
        ensure!(error.message == "PEER_ID_INVALID", "{id} {hash}: {error}");
    }
    let request =
        functions::UsersGetUsers { id: vec![types::InputUser { user_id: 1002, access_hash: 0 }.into()] };
    let users: Vec<enums::User> = bot.call(|layer, out| request.write(layer, out)).await?;
    ensure!(matches!(users[..], [enums::User::UserEmpty(_)]), "{users:?}");
    // Resolving a username makes the user known to the bot, although they never wrote.
    let request = functions::ContactsResolveUsername { username: "bob_lee".to_owned(), ..Default::default() };
    let resolved: enums::ContactsResolvedPeer = bot.call(|layer, out| request.write(layer, out)).await?;
    let enums::ContactsResolvedPeer::ResolvedPeer(resolved) = resolved;
    let Some(enums::User::User(bob)) = resolved.users.first() else { anyhow::bail!("no user") };
    ensure!(bob.phone.is_none() && !bob.min && bob.first_name.as_deref() == Some("Bob"));
    let hash = bob.access_hash.context("a hash")?;
    let error = refused(send(&mut bot, user(1002, hash), "x", 8).await)?;
    ensure!(error == RpcError { code: 400, message: "PEER_ID_INVALID".to_owned() });
    drop(server);

    let (server, mut strict) = begin(&["--strict-access"]).await?;
    let error = refused(send(&mut strict, user(1001, 0), "x", 9).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "{error}");
    state(&mut strict).await?;
    let enums::Updates::Updates(updates) = strict.pushed().await? else { anyhow::bail!("no updates") };
    let hash = updates.users.iter().find_map(|known| match known {
        enums::User::User(known) if known.id == 1001 => known.access_hash,
        _ => None,
    });
    send(&mut strict, user(1001, hash.context("a hash")?), "with the hash", 10).await?;
    ensure!(texts(&server).await? == ["/start", "with the hash"]);
    Ok(())
}

/// Bob forwards Ann's message to another bot, which may then request her profile, but not write to her.
#[tokio::test]
async fn users_seen_in_a_message_are_min() -> Result<()> {
    let (server, _) = begin(&["--strict-access"]).await?;
    server.control("POST", "/users", json!({"id": 1002, "first_name": "Bob"})).await?;
    server.control("POST", "/users/1002/dialogs/777/start", json!({})).await?;
    let forward = json!({"chat_id": 1002, "from_chat_id": 1001, "message_id": 1});
    server.bot_api(BOT, "forwardMessage", forward).await?;
    server.control("POST", "/bots", json!({"token": "778:BBBB", "username": "other_bot"})).await?;
    let mut other = Client::connect(&address(&server), LAYER).await?;
    other.begin().await?;
    other.log_in("778:BBBB").await?;
    state(&mut other).await?;

    let mut bob = minted(&server, "1002").await?;
    state(&mut bob).await?;
    let request = functions::MessagesForwardMessages {
        from_peer: resolve(&mut bob, "b777_bot").await?,
        to_peer: resolve(&mut bob, "other_bot").await?,
        id: vec![2],
        random_id: vec![5],
        ..Default::default()
    };
    let mut answers = Vec::new();
    for _ in 0..2 {
        let answer: enums::Updates = bob.call(|layer, out| request.write(layer, out)).await?;
        let enums::Updates::Updates(updates) = answer else { anyhow::bail!("no updates") };
        ensure!(updates.updates.iter().any(
            |update| matches!(update, enums::Update::UpdateMessageID(sent) if (sent.id, sent.random_id) == (3, 5))
        ));
        answers.push(updates.updates);
    }
    ensure!(answers[0] == answers[1], "what is sent again is answered like the first time");

    let enums::Updates::Updates(updates) = other.pushed().await? else { anyhow::bail!("no updates") };
    let [enums::Update::UpdateNewMessage(new)] = &updates.updates[..] else { anyhow::bail!("{updates:?}") };
    let enums::Message::Message(message) = &new.message else { anyhow::bail!("no message") };
    let Some(enums::MessageFwdHeader::MessageFwdHeader(header)) = &message.fwd_from else {
        anyhow::bail!("not forwarded")
    };
    ensure!(header.from_id == Some(types::PeerUser { user_id: 1001 }.into()), "{header:?}");
    let known = |id| {
        let mut users = updates.users.iter();
        users.find_map(|known| match known {
            enums::User::User(known) if known.id == id => Some(known.clone()),
            _ => None,
        })
    };
    let (ann, bob) = (known(1001).context("Ann")?, known(1002).context("Bob")?);
    ensure!(ann.min && ann.first_name.as_deref() == Some("Ann") && ann.status.is_none(), "{ann:?}");
    ensure!(!bob.min, "he wrote to it");
    let by_hash = types::InputUser { user_id: 1001, access_hash: ann.access_hash.context("a hash")? };
    let by_message = types::InputUserFromMessage {
        peer: user(1002, bob.access_hash.context("a hash")?),
        msg_id: message.id,
        user_id: 1001,
    };
    let wrong = types::InputUserFromMessage { user_id: 1003, ..by_message.clone() };
    let request = functions::UsersGetUsers { id: vec![by_hash.into(), wrong.into(), by_message.into()] };
    let users: Vec<enums::User> = other.call(|layer, out| request.write(layer, out)).await?;
    let [enums::User::UserEmpty(_), enums::User::UserEmpty(_), enums::User::User(ann)] = &users[..] else {
        anyhow::bail!("{users:?}")
    };
    ensure!(!ann.min, "now the bot has seen her");
    let hash = ann.access_hash.context("a hash")?;
    let error = refused(send(&mut other, user(1001, hash), "Hello?", 6).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "she never wrote to it: {error}");
    Ok(())
}

#[tokio::test]
async fn unserved_functions_are_refused_by_name() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    // source:string
    let get_app_update = [&0x522d_5a7d_u32.to_le_bytes()[..], &[3, b'a', b'b', b'c']].concat();
    for (body, code, message) in [
        (get_app_update, 400, "NOT_SERVED_BY_PARLOR: help.getAppUpdate"),
        // messages.search for photos: peer and text are read, the filter is known and not served.
        (search_for(0x9609_a51c), 400, "NOT_SERVED_BY_PARLOR: inputMessagesFilterPhotos of messages.search"),
        (search_for(0x0102_0304), 400, "INPUT_CONSTRUCTOR_INVALID_01020304"),
        (vec![1, 2, 3, 4], 400, "INPUT_METHOD_INVALID_04030201"),
        (vec![], 400, "INPUT_METHOD_INVALID_00000000"),
        // users.getUsers, cut off.
        ([0x0d91_a548_u32.to_le_bytes(), 0x1cb5_c415_u32.to_le_bytes()].concat(), 400, "INPUT_FETCH_ERROR"),
    ] {
        let Err(error) = bot.call_raw(&body).await? else { anyhow::bail!("not refused") };
        ensure!((error.code, error.message.as_str()) == (code, message), "{error}");
    }
    ensure!(me(&mut bot).await?.id == 777);
    let exchanges = server.control("GET", "/inspector?bot=777", Value::Null).await?;
    let mut shown = exchanges.as_array().into_iter().flatten();
    let shown = shown.find(|exchange| exchange["method"] == "help.getAppUpdate").context("it is shown")?;
    ensure!(shown["answer"] == "NOT_SERVED_BY_PARLOR: help.getAppUpdate", "{shown}");
    ensure!(shown["not_served"] == "help.getAppUpdate", "{shown}");
    ensure!(shown["parameters"] == "help.getAppUpdate{source: \"abc\"}", "{shown}");
    Ok(())
}

/// `messages.search` in one's own chat, cut off after a filter's constructor.
fn search_for(filter: u32) -> Vec<u8> {
    let mut out = Writer::default();
    functions::MessagesSearch { peer: types::InputPeerSelf {}.into(), ..Default::default() }
        .write(LAYER, &mut out);
    let whole = out.finish().unwrap_or_default();
    let served = types::InputMessagesFilterEmpty::IDS[0].to_le_bytes();
    let at = whole.windows(4).position(|word| word == served).unwrap_or(whole.len());
    [&whole[..at], &filter.to_le_bytes()].concat()
}

/// TDLib describes its device by JSON of every kind.
#[tokio::test]
async fn a_client_may_describe_itself_by_any_json() -> Result<()> {
    let (_server, mut bot) = begin(&[]).await?;
    let values: [enums::JSONValue; 5] = [
        types::JsonNull {}.into(),
        types::JsonBool { value: true }.into(),
        types::JsonNumber { value: -3600.0 }.into(),
        types::JsonString { value: "Europe/Berlin".to_owned() }.into(),
        types::JsonArray { value: vec![types::JsonNumber { value: 1.5 }.into()] }.into(),
    ];
    let pair = |value| types::JsonObjectValue { key: "key".to_owned(), value }.into();
    let params = types::JsonObject { value: values.map(pair).to_vec() };
    let mut query = Writer::default();
    functions::HelpGetConfig {}.write(LAYER, &mut query);
    let query = Raw(query.finish().map_err(anyhow::Error::msg)?);
    let request = functions::InitConnection { query, params: Some(params.into()), ..Default::default() };
    let config: enums::Config = bot.call(|layer, out| request.write(layer, out)).await?;
    let enums::Config::Config(config) = config;
    ensure!(config.this_dc == 2, "{config:?}");
    Ok(())
}

#[tokio::test]
async fn a_temporary_key_carries_the_login_of_the_permanent_one() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut wire = Wire::open(&address(&server), Framing::Intermediate, true).await?;
    let (permanent, _) = wire.exchange(RsaPadding::RsaPad, None).await?;
    let (temporary, salt) = wire.exchange(RsaPadding::RsaPad, Some(86_400)).await?;
    let mut client = Client::over(wire, temporary.clone(), salt, LAYER);
    let nonce = i64::from_le_bytes(random_bytes());
    let expires_at = i32::try_from(now() / 1000 + 86_400)?;
    let bind = |nonce| {
        let inner = types::BindAuthKeyInner {
            nonce,
            temp_auth_key_id: temporary.id(),
            perm_auth_key_id: permanent.id(),
            temp_session_id: 1,
            expires_at,
        };
        let mut out = Writer::default();
        enums::BindAuthKeyInner::from(inner).write(0, &mut out);
        out.finish().unwrap()
    };
    for (inner, fine) in [(bind(nonce ^ 1), false), (bind(nonce), true)] {
        let sealed = Envelope::seal_binding(now() << 22, &inner, &permanent, &random_bytes());
        let request = functions::AuthBindTempAuthKey {
            perm_auth_key_id: permanent.id(),
            nonce,
            expires_at,
            encrypted_message: Bytes(sealed),
        };
        let bound = client.call::<bool>(|layer, out| request.write(layer, out)).await;
        ensure!(bound.is_ok() == fine, "{bound:?}");
    }
    client.begin().await?;
    client.log_in(BOT).await?;
    ensure!(me(&mut client).await?.id == 777);
    let mut other = Client::resume(&address(&server), permanent, LAYER).await?;
    ensure!(me(&mut other).await?.id == 777, "the permanent key is logged in too");
    Ok(())
}

#[tokio::test]
async fn misbehaving_clients_do_not_affect_others() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    // Random bytes at the start, random bytes after the key exchange, a truncated frame, a flood of requests.
    for start in
        [vec![0xef, 0x7f, 0xff, 0xff, 0xff], vec![7; 64], vec![0xee; 4], vec![0xdd, 0xdd, 0xdd, 0xdd, 1]]
    {
        let mut stream = tokio::net::TcpStream::connect(address(&server)).await?;
        tokio::io::AsyncWriteExt::write_all(&mut stream, &start).await?;
    }
    let mut wire = Wire::open(&address(&server), Framing::Abridged, false).await?;
    let (key, _) = wire.exchange(RsaPadding::Sha1, None).await?;
    let mut frame = key.id().to_le_bytes().to_vec();
    frame.resize(400, 0x55);
    wire.send(&frame).await?;
    ensure!(wire.receive().await? == (-404_i32).to_le_bytes(), "the transport's error");
    let mut flood = Client::connect(&address(&server), LAYER).await?;
    flood.begin().await?;
    let task = tokio::spawn(async move {
        for _ in 0..300 {
            let _ = flood.call_raw(&[1, 2, 3, 4]).await;
        }
    });
    for n in 0..20 {
        send(&mut bot, user(1001, 0), &n.to_string(), 100 + n).await?;
    }
    task.abort();
    ensure!(texts(&server).await?.len() == 21);
    Ok(())
}

#[tokio::test]
async fn created_sessions_belong_to_their_world() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let world = server.control("POST", "/worlds", json!({})).await?;
    let root = world["control"].as_str().context("root")?;
    let post = async |path: &str, body: Value| -> Result<Value> {
        let answer =
            server.http().post(format!("{root}{path}")).json(&body).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    };
    post("/users", json!({"id": 5, "first_name": "Ann", "phone": "4915112345"})).await?;
    post("/bots", json!({"token": BOT, "username": "world_bot"})).await?;
    let at = post("/mtproto", json!({})).await?;
    ensure!(
        at["port"].as_u64().context("port")?.to_string()
            != address(&server).rsplit(':').next().context("port")?
    );
    ensure!(post("/mtproto", json!({})).await? == at, "the same port again");
    for (account, id) in [("5", 5), ("world_bot", 777)] {
        let session = post("/sessions", json!({"account": account})).await?;
        ensure!(session["port"] == at["port"] && session["account_id"] == id);
        let key = session["auth_key"].as_str().and_then(AuthKey::from_hex).context("a key")?;
        let mut client = Client::resume(&format!("127.0.0.1:{}", at["port"]), key.clone(), LAYER).await?;
        client.begin().await?;
        ensure!(me(&mut client).await?.id == id);
        // The default world knows nothing of it.
        let mut stranger = Client::resume(&address(&server), key, LAYER).await?;
        ensure!(stranger.begin().await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn a_new_user_registers_by_phone() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let mut client = Client::connect(&address(&server), LAYER).await?;
    client.begin().await?;
    let phone_number = "+49 151 12345".to_owned();
    let request = functions::AuthSendCode {
        phone_number: phone_number.clone(),
        api_id: 1,
        api_hash: "a".repeat(32),
        settings: types::CodeSettings::default().into(),
    };
    let enums::AuthSentCode::SentCode(sent) = client.call(|layer, out| request.write(layer, out)).await?;
    let codes = server.control("GET", "/codes", Value::Null).await?;
    let code = codes[0]["code"].as_str().context("code")?.to_owned();
    let sign_in = functions::AuthSignIn {
        phone_number: phone_number.clone(),
        phone_code_hash: sent.phone_code_hash.clone(),
        phone_code: Some(code),
    };
    let sign_up = functions::AuthSignUp {
        phone_number,
        phone_code_hash: sent.phone_code_hash,
        first_name: "Ann".to_owned(),
        last_name: String::new(),
        ..Default::default()
    };
    // Not before the code was proven.
    let error =
        refused(client.call::<enums::AuthAuthorization>(|layer, out| sign_up.write(layer, out)).await)?;
    ensure!(error.message == "PHONE_CODE_EMPTY");
    let answer: enums::AuthAuthorization = client.call(|layer, out| sign_in.write(layer, out)).await?;
    ensure!(matches!(answer, enums::AuthAuthorization::AuthorizationSignUpRequired(_)));
    client.call::<enums::AuthAuthorization>(|layer, out| sign_up.write(layer, out)).await?;
    let own = me(&mut client).await?;
    ensure!(
        own.first_name.as_deref() == Some("Ann") && own.phone.as_deref() == Some("4915112345"),
        "{own:?}"
    );
    ensure!(own.last_name.is_none());
    Ok(())
}

/// A session that the control API created for an account of the default world.
async fn minted(server: &Server, account: &str) -> Result<Client> {
    let session = server.control("POST", "/sessions", json!({"account": account})).await?;
    let key = session["auth_key"].as_str().and_then(AuthKey::from_hex).context("a key")?;
    let mut client = Client::resume(&address(server), key, LAYER).await?;
    client.begin().await?;
    Ok(client)
}

/// The typing user and the action, from the next update about it.
async fn typing(client: &mut Client) -> Result<(i64, enums::SendMessageAction)> {
    loop {
        if let enums::Updates::UpdateShort(short) = client.pushed().await?
            && let enums::Update::UpdateUserTyping(typing) = short.update
        {
            return Ok((typing.user_id, typing.action));
        }
    }
}

/// The peer that a username leads to, as this account names it.
async fn resolve(client: &mut Client, username: &str) -> Result<enums::InputPeer> {
    let request = functions::ContactsResolveUsername { username: username.to_owned(), ..Default::default() };
    let resolved: enums::ContactsResolvedPeer = client.call(|layer, out| request.write(layer, out)).await?;
    let enums::ContactsResolvedPeer::ResolvedPeer(resolved) = resolved;
    let Some(enums::User::User(known)) = resolved.users.first() else { anyhow::bail!("no user") };
    Ok(user(known.id, known.access_hash.context("a hash")?))
}

#[tokio::test]
async fn bot_father_creates_a_bot_over_mtproto() -> Result<()> {
    let (server, _) = begin(&[]).await?;
    let mut ann = minted(&server, "1001").await?;
    state(&mut ann).await?;
    let father = resolve(&mut ann, "botfather").await?;
    let table = [
        ("/newbot", "Alright, a new bot."),
        ("Tetris", "Good. Now let's choose a username"),
        ("tetris_bot", "Done! Congratulations on your new bot."),
    ];
    let mut answer = String::new();
    for (number, (said, expected)) in (1..).zip(table) {
        send(&mut ann, father.clone(), said, number).await?;
        answer = pushed_text(&mut ann).await?;
        ensure!(answer.contains(expected), "{said}: {answer}");
    }
    let token = answer.lines().find(|line| line.contains(':') && !line.contains(' ')).context("a token")?;
    let (status, me) = server.bot_api(token, "getMe", json!({})).await?;
    ensure!(status == 200 && me["result"]["username"] == "tetris_bot", "{me}");
    let mut bot = Client::connect(&address(&server), LAYER).await?;
    bot.begin().await?;
    bot.log_in(token).await?;
    ensure!(self::me(&mut bot).await?.username.as_deref() == Some("tetris_bot"));
    Ok(())
}

#[tokio::test]
async fn typing_and_blocks_are_seen_on_the_other_side() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let mut ann = minted(&server, "1001").await?;
    state(&mut ann).await?;
    state(&mut bot).await?;
    server.bot_api(BOT, "sendChatAction", json!({"chat_id": 1001, "action": "upload_photo"})).await?;
    let (who, action) = typing(&mut ann).await?;
    ensure!(
        who == 777 && matches!(action, enums::SendMessageAction::SendMessageUploadPhotoAction(_)),
        "{action:?}"
    );
    // Ann addresses the bot by the access hash that she got.
    let peer = resolve(&mut ann, "b777_bot").await?;
    let request = functions::MessagesSetTyping {
        peer: peer.clone(),
        action: types::SendMessageTypingAction {}.into(),
        ..Default::default()
    };
    ensure!(ann.call::<bool>(|layer, out| request.write(layer, out)).await?);
    let (who, action) = typing(&mut bot).await?;
    ensure!(who == 1001 && matches!(action, enums::SendMessageAction::SendMessageTypingAction(_)));
    let error = refused(send(&mut ann, user(777, 0), "x", 1).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "people must show the right hash");
    // She blocks the bot in one session; the bot and her other session get an update.
    let mut other = minted(&server, "1001").await?;
    state(&mut other).await?;
    let request = functions::ContactsBlock { id: peer, ..Default::default() };
    ensure!(ann.call::<bool>(|layer, out| request.write(layer, out)).await?);
    for (client, is_bot) in [(&mut bot, true), (&mut other, false)] {
        loop {
            let enums::Updates::Updates(updates) = client.pushed().await? else { continue };
            let told = updates.updates.iter().any(|update| match update {
                enums::Update::UpdateBotStopped(stopped) => {
                    is_bot && stopped.stopped && stopped.user_id == 1001
                }
                enums::Update::UpdatePeerBlocked(blocked) => !is_bot && blocked.blocked,
                _ => false,
            });
            if told {
                break;
            }
        }
    }
    let error = refused(send(&mut bot, user(1001, 0), "x", 2).await)?;
    ensure!(error == RpcError { code: 403, message: "USER_IS_BLOCKED".to_owned() });
    Ok(())
}

#[tokio::test]
async fn a_revoked_token_ends_its_sessions() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    state(&mut bot).await?;
    server.control("POST", "/bots/777/token", Value::Null).await?;
    // The session ends asynchronously; until then it may still be answered.
    let mut outcome = me(&mut bot).await;
    for _ in 0..200 {
        if outcome.is_err() {
            break;
        }
        outcome = me(&mut bot).await;
    }
    let error = refused(outcome)?;
    ensure!(error == RpcError { code: 401, message: "AUTH_KEY_UNREGISTERED".to_owned() });
    let error = refused(bot.log_in(BOT).await)?;
    ensure!(error.message == "ACCESS_TOKEN_INVALID");
    Ok(())
}

/// `pts_count` counts deleted messages only: unknown and repeated ids do not count.
#[tokio::test]
async fn deleting_counts_existing_messages() -> Result<()> {
    let (_server, mut bot) = begin(&[]).await?;
    send(&mut bot, user(1001, 0), "to be deleted", 1).await?;
    let before = state(&mut bot).await?.pts;
    let mut delete = async |id: Vec<i32>| {
        let request = functions::MessagesDeleteMessages { revoke: true, id };
        let enums::MessagesAffectedMessages::AffectedMessages(affected) =
            bot.call(|layer, out| request.write(layer, out)).await?;
        Ok::<_, anyhow::Error>((affected.pts, affected.pts_count))
    };
    ensure!(delete(vec![2, 2, 77]).await? == (before + 1, 1));
    ensure!(delete(vec![2, 77]).await? == (before + 1, 0));
    Ok(())
}

#[tokio::test]
async fn a_reset_ends_all_logins() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    me(&mut bot).await?;
    server.control("POST", "/reset", Value::Null).await?;
    let error = refused(me(&mut bot).await)?;
    ensure!(error.message == "AUTH_KEY_UNREGISTERED", "{error:?}");
    bot.log_in(BOT).await?;
    ensure!(me(&mut bot).await?.id == 777, "the same connection logs in anew");
    Ok(())
}

/// The faults that a test orders strike over this protocol too, by a method's full name or by its last word.
#[tokio::test]
async fn faults_apply_to_mtproto_requests() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let order = |fault: Value| server.control("POST", "/bots/777/faults", fault);
    order(json!({"type": "too_many_requests", "retry_after": 7, "method": "messages.sendMessage"})).await?;
    order(json!({"type": "server_error", "method": "sendMessage"})).await?;
    me(&mut bot).await?;
    for expected in ["FLOOD_WAIT_7", "RPC_CALL_FAIL"] {
        let error = refused(send(&mut bot, user(1001, 0), "x", 1).await)?;
        ensure!(error.message == expected, "{error:?}");
    }
    send(&mut bot, user(1001, 0), "x", 1).await?;
    order(json!({"type": "dropped"})).await?;
    ensure!(me(&mut bot).await.is_err(), "the connection has ended");
    let exchanges = server.control("GET", "/inspector?bot=777", Value::Null).await?;
    let last = exchanges.as_array().and_then(|all| all.last()).context("an exchange")?;
    ensure!(last["method"] == "users.getUsers" && last["status"] == 0, "{last}");
    Ok(())
}

/// A user clears a history over MTProto or the control API. `pts_count` is the number of messages, and the bot's sessions get an update.
#[tokio::test]
async fn a_history_is_cleared() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    for text in ["a", "b"] {
        send(&mut bot, user(1001, 0), text, i64::from(text.as_bytes()[0])).await?;
    }
    let mut ann = minted(&server, "1001").await?;
    let peer = resolve(&mut ann, "b777_bot").await?;
    let before = state(&mut ann).await?.pts;
    let mut clear = async |peer: enums::InputPeer, max_id, revoke| {
        let request = functions::MessagesDeleteHistory { peer, max_id, revoke, ..Default::default() };
        ann.call::<enums::MessagesAffectedHistory>(|layer, out| request.write(layer, out)).await
    };
    let affected = |pts, pts_count| types::MessagesAffectedHistory { pts, pts_count, offset: 0 }.into();
    ensure!(clear(peer.clone(), 1, false).await? == affected(before + 1, 1));
    ensure!(texts(&server).await? == ["a", "b"]);
    ensure!(clear(peer.clone(), 0, true).await? == affected(before + 3, 2));
    ensure!(clear(peer, 0, true).await? == affected(before + 3, 0));
    ensure!(
        clear(types::InputPeerSelf {}.into(), 0, true).await? == affected(before + 3, 0),
        "nothing is saved"
    );
    let request = functions::MessagesDeleteHistory { peer: user(1001, 0), ..Default::default() };
    let by_bot = bot.call::<enums::MessagesAffectedHistory>(|layer, out| request.write(layer, out)).await;
    ensure!(refused(by_bot)?.message == "BOT_METHOD_INVALID");
    send(&mut bot, user(1001, 0), "c", 3).await?;
    server.control("DELETE", &format!("{DIALOG}/messages?for_both=true"), Value::Null).await?;
    ensure!(texts(&server).await?.is_empty());
    Ok(())
}
