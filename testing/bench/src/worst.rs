//! The longest time for which one request holds the world's lock, and so delays all others.

use crate::holds;
use anyhow::{Context, Result, bail, ensure};
use http_body_util::Full;
use parlor_bot_api::{Adoption, BotApi};
use parlor_host::{ClockStart, Host, Options};
use parlor_mtproto::MtProto;
use parlor_storage::Memory;
use parlor_stories::mtproto::Client;
use parlor_wire_tl::{Writer, enums, functions, types};
use parlor_world::ops::account::CreateUser;
use parlor_world::ops::chat::StartBot;
use parlor_world::ops::message::Send;
use parlor_world::state::account::UserProfile;
use parlor_world::text::Text;
use parlor_world::{AccountId, Rules};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

const BOT: AccountId = AccountId(1);
const TOKEN: &str = "1:A";
const USER: AccountId = AccountId(1001);
/// The user whose chat has a long history of short messages.
const WRITER: AccountId = AccountId(1002);
/// Messages of the chat whose history is read and searched.
const MESSAGES: usize = 100_000;
/// How many times each request is made; the longest hold counts.
const ROUNDS: usize = 20;
/// The longest acceptable time of one request.
const AIM: Duration = Duration::from_millis(5);
const LAYER: u16 = 200;
const USERNAME: &str = "b1_bot";
/// > Test phone numbers look like 99966XYYYY; their code is the number of the data centre, five times.
const PHONE: &str = "9996620001";
const CODE: &str = "22222";

pub(crate) async fn run() -> Result<()> {
    holds::watch();
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
    let host = Host::open(Box::new(Memory::forgetting()), options)?;
    let bot_api = BotApi::new(Arc::new(|_| false));
    call(&bot_api, &host, "getMe", json!({})).await?;
    for (user, phone) in [(USER, None), (WRITER, Some(PHONE.into()))] {
        let profile = UserProfile { first_name: "Ann".into(), phone, ..UserProfile::default() };
        host.execute(CreateUser { id: Some(user), profile }).await?;
        host.execute(StartBot { user, bot: BOT, payload: None, random_id: None }).await?;
    }
    println!("the longest time that a request holds the world's lock, {ROUNDS} times each, aim {AIM:?}");
    updates(&bot_api, &host).await?;
    messages(&bot_api, &host).await?;
    commands(&bot_api, &host).await?;
    for _ in 0..MESSAGES {
        host.execute(Send::text(WRITER, BOT, Text::plain("a message of the usual length, forty odd")))
            .await?;
    }
    histories(&host).await
}

/// Calls a method in this process.
async fn call(bot_api: &BotApi, host: &Host, method: &str, parameters: Value) -> Result<u16> {
    let path = format!("/bot{TOKEN}/{method}");
    let body = Full::from(parameters.to_string());
    let request = http::Request::post(&path).header("content-type", "application/json").body(body)?;
    let answer = bot_api
        .handle(host, &path, &Adoption::Allowed, request)
        .await
        .map_err(|dropped| anyhow::anyhow!("{dropped}"))?;
    Ok(answer.status().as_u16())
}

fn report(name: &str, holds: Duration) {
    let verdict = if holds <= AIM { "" } else { "   OVER" };
    println!("  {name:<48} {:>8.3} ms{verdict}", holds.as_secs_f64() * 1e3);
}

async fn measure(
    bot_api: &BotApi,
    host: &Host,
    name: &str,
    status: u16,
    calls: &[(&str, Value)],
) -> Result<()> {
    holds::take_longest();
    for (method, parameters) in calls {
        let found = call(bot_api, host, method, parameters.clone()).await?;
        ensure!(found == status, "{name}: {found}");
    }
    report(name, holds::take_longest());
    Ok(())
}

/// A hundred texts of the largest size in one answer.
async fn updates(bot_api: &BotApi, host: &Host) -> Result<()> {
    for _ in 0..100 {
        host.execute(Send::text(USER, BOT, Text::plain(&"@ab ".repeat(1023)))).await?;
    }
    let get = ("getUpdates", json!({"limit": 100}));
    measure(bot_api, host, "getUpdates of 100 of the largest texts", 200, &vec![get; ROUNDS]).await
}

async fn messages(bot_api: &BotApi, host: &Host) -> Result<()> {
    let entity = |kind: &str, i: usize, length: usize| json!({"type": kind, "offset": i, "length": length});
    let whole: Vec<_> = (0..4000).map(|i| entity("code", i, 1)).collect();
    let kinds = ["bold", "italic", "underline", "strikethrough", "spoiler"];
    let styles: Vec<_> = (0..4000).map(|i| entity(kinds[i % 5], i, 4090 - i)).collect();
    let nested: Vec<_> =
        (0..2000).flat_map(|i| [entity("blockquote", i, 1), entity("bold", i, 4090 - i)]).collect();
    let row: Vec<_> =
        (0..100).map(|_| json!({"text": "b".repeat(38), "callback_data": "d".repeat(64)})).collect();
    let inline = json!({"inline_keyboard": [row]});
    let keyboard = json!({"keyboard": (0..300).map(|_| vec!["b".repeat(34)]).collect::<Vec<_>>()});
    let plain = "x".repeat(4096);
    for (name, text, entities, markup) in [
        ("sendMessage, 4000 code entities, 100 buttons", plain.clone(), &whole, &inline),
        ("sendMessage, 4000 nested styles, 300 buttons", plain.clone(), &styles, &keyboard),
        ("sendMessage, 2000 quotes under 2000 styles", plain.clone(), &nested, &inline),
        ("sendMessage, 1023 mentions", "@ab ".repeat(1023), &Vec::new(), &inline),
        ("sendMessage, links to find", "http://a.io/(".repeat(315), &styles, &inline),
        (
            "sendMessage, an address to find",
            format!("{}@{}", "a.".repeat(1000), "b.".repeat(1000)),
            &Vec::new(),
            &inline,
        ),
    ] {
        let send = json!({"chat_id": 1001, "text": text, "entities": entities, "reply_markup": markup});
        measure(bot_api, host, name, 200, &vec![("sendMessage", send); ROUNDS]).await?;
    }
    let huge =
        json!({"chat_id": 1001, "text": plain, "reply_markup": {"keyboard": [["b".repeat(1_000_000)]]}});
    measure(
        bot_api,
        host,
        "sendMessage, a button of 1 MB: refused",
        400,
        &vec![("sendMessage", huge); ROUNDS],
    )
    .await?;
    let ids: Vec<_> = (101..201).collect();
    let pass = json!({"chat_id": 1001, "from_chat_id": 1001, "message_ids": ids});
    for method in ["forwardMessages", "copyMessages"] {
        let name = format!("{method} of 100 of them");
        measure(bot_api, host, &name, 200, &vec![(method, pass.clone()); ROUNDS]).await?;
    }
    let delete = |first: usize| {
        let ids: Vec<_> = (first..first + 100).collect();
        ("deleteMessages", json!({"chat_id": 1001, "message_ids": ids}))
    };
    let deletions: Vec<_> = (0..ROUNDS).map(|round| delete(101 + 100 * round)).collect();
    measure(bot_api, host, "deleteMessages of 100", 200, &deletions).await
}

async fn commands(bot_api: &BotApi, host: &Host) -> Result<()> {
    let set = |round: usize| {
        let command = |i: usize| json!({"command": format!("c{round}_{i}"), "description": "d".repeat(256)});
        ("setMyCommands", json!({"commands": (0..100).map(command).collect::<Vec<_>>()}))
    };
    let calls: Vec<_> = (0..ROUNDS).map(set).collect();
    measure(bot_api, host, "setMyCommands with 100 of the longest", 200, &calls).await
}

async fn sign_in(app: &mut Client) -> Result<()> {
    let send = functions::AuthSendCode {
        phone_number: PHONE.to_owned(),
        api_id: 1,
        api_hash: "a".repeat(32),
        settings: types::CodeSettings::default().into(),
    };
    let sent: enums::AuthSentCode = app.call(|layer, out| send.write(layer, out)).await?;
    let enums::AuthSentCode::SentCode(sent) = sent;
    let sign_in = functions::AuthSignIn {
        phone_number: PHONE.to_owned(),
        phone_code_hash: sent.phone_code_hash,
        phone_code: Some(CODE.to_owned()),
    };
    let _: enums::AuthAuthorization = app.call(|layer, out| sign_in.write(layer, out)).await?;
    Ok(())
}

/// The person's app reads and searches a dialog of [`MESSAGES`] messages, over MTProto.
async fn histories(host: &Host) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let (gateway, world) = (MtProto::new(None, None)?.context("the RSA key")?, host.clone());
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (gateway, world) = (gateway.clone(), world.clone());
            tokio::spawn(async move { gateway.serve(world, stream, Vec::new(), Arc::new(|_| {})).await });
        }
    });
    let mut app = Client::connect(&address, LAYER).await?;
    app.begin().await?;
    sign_in(&mut app).await?;
    let named = functions::ContactsResolveUsername { username: USERNAME.to_owned(), ..Default::default() };
    let found: enums::ContactsResolvedPeer = app.call(|layer, out| named.write(layer, out)).await?;
    let enums::ContactsResolvedPeer::ResolvedPeer(found) = found;
    let Some(enums::User::User(user)) = found.users.into_iter().next() else {
        bail!("the bot was not found")
    };
    let peer: enums::InputPeer =
        types::InputPeerUser { user_id: user.id, access_hash: user.access_hash.unwrap_or_default() }.into();
    let search = |q: &str| functions::MessagesSearch {
        peer: peer.clone(),
        q: q.to_owned(),
        limit: 100,
        ..Default::default()
    };
    let oldest = functions::MessagesGetHistory {
        peer: peer.clone(),
        offset_id: 1,
        add_offset: -100,
        limit: 100,
        ..Default::default()
    };
    let deep = functions::MessagesGetHistory { add_offset: i32::MAX, ..oldest.clone() };
    let (missing, common) = (search("nobody wrote this"), search("usual"));
    type Request = Box<dyn Fn(u16, &mut Writer)>;
    let requests: [(&str, Request); 4] = [
        ("messages.getHistory, the oldest 100", Box::new(move |layer, out| oldest.write(layer, out))),
        ("messages.getHistory, beyond the end", Box::new(move |layer, out| deep.write(layer, out))),
        ("messages.search for what is in all", Box::new(move |layer, out| common.write(layer, out))),
        ("messages.search for what is nowhere", Box::new(move |layer, out| missing.write(layer, out))),
    ];
    for (name, request) in requests {
        holds::take_longest();
        for _ in 0..ROUNDS {
            let _: enums::MessagesMessages = app.call(&request).await?;
        }
        report(&format!("{name}, of {MESSAGES}"), holds::take_longest());
    }
    server.abort();
    Ok(())
}
