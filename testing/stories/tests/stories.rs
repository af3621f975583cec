//! Stories, each written once and run on every library.

use anyhow::{Context, Result};
use parlor_stories::{Library, Program, Stage};
use serde_json::{Value, json};
use std::net::TcpListener;

macro_rules! mtproto_stories {
    ($($story:ident),+ $(,)?) => {
        mod telethon { $(#[tokio::test] async fn $story() { super::$story(super::Library::Telethon).await.unwrap(); })+ }
        mod folds { $(#[tokio::test] async fn $story() { super::$story(super::Library::Folds).await.unwrap(); })+ }
        mod kurigram { $(#[tokio::test] async fn $story() { super::$story(super::Library::Kurigram).await.unwrap(); })+ }
        mod pyrogram { $(#[tokio::test] async fn $story() { super::$story(super::Library::Pyrogram).await.unwrap(); })+ }
        mod pyrofork { $(#[tokio::test] async fn $story() { super::$story(super::Library::Pyrofork).await.unwrap(); })+ }
        mod mtcute { $(#[tokio::test] async fn $story() { super::$story(super::Library::Mtcute).await.unwrap(); })+ }
        mod gramjs { $(#[tokio::test] async fn $story() { super::$story(super::Library::Gramjs).await.unwrap(); })+ }
        mod teleproto { $(#[tokio::test] async fn $story() { super::$story(super::Library::Teleproto).await.unwrap(); })+ }
        mod grammers { $(#[tokio::test] async fn $story() { super::$story(super::Library::Grammers).await.unwrap(); })+ }
    };
}

macro_rules! tdlib_stories {
    ($($story:ident),+ $(,)?) => {
        mod tdlib { $(#[tokio::test] async fn $story() { super::$story(super::Library::Tdlib).await.unwrap(); })+ }
    };
}

macro_rules! stories {
    ($($story:ident),+ $(,)?) => {
        mod aiogram { $(#[tokio::test] async fn $story() { super::$story(super::Library::Aiogram).await.unwrap(); })+ }
        mod ptb { $(#[tokio::test] async fn $story() { super::$story(super::Library::Ptb).await.unwrap(); })+ }
        mod grammy { $(#[tokio::test] async fn $story() { super::$story(super::Library::Grammy).await.unwrap(); })+ }
        mod teloxide { $(#[tokio::test] async fn $story() { super::$story(super::Library::Teloxide).await.unwrap(); })+ }
    };
}

stories!(
    greeting_and_deep_link,
    block_and_unblock,
    strangers_and_refusals,
    profiles,
    buttons,
    join_request,
    flood,
    webhook
);
mtproto_stories!(
    greeting_and_deep_link,
    block_and_unblock,
    strangers_and_refusals,
    profiles,
    buttons,
    join_request,
    flood
);
// TDLib handles flood waits itself, so its programs do not see them.
tdlib_stories!(
    greeting_and_deep_link,
    block_and_unblock,
    strangers_and_refusals,
    profiles,
    buttons,
    join_request
);

macro_rules! in_groups {
    ($($name:ident: $library:ident),+ $(,)?) => {
        mod in_groups { $(#[tokio::test] async fn $name() { super::groups(super::Library::$library).await.unwrap(); })+ }
    };
}

// The program on Folds answers in private chats only.
in_groups!(
    aiogram: Aiogram,
    ptb: Ptb,
    grammy: Grammy,
    teloxide: Teloxide,
    telethon: Telethon,
    kurigram: Kurigram,
    pyrogram: Pyrogram,
    pyrofork: Pyrofork,
    gramjs: Gramjs,
    teleproto: Teleproto,
    tdlib: Tdlib,
    mtcute: Mtcute,
    grammers: Grammers,
);

/// Whether an answer contains an error of either protocol: a sentence, or an error's name in any spelling.
fn says(said: &str, words: &str, name: &str) -> bool {
    let bare = |text: &str| text.to_lowercase().replace('_', "");
    said.to_lowercase().contains(&words.to_lowercase())
        || name.split('|').any(|name| bare(said).contains(&bare(name)))
}

async fn greeting_and_deep_link(library: Library) -> Result<()> {
    let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
    // The first message may be anything, and /start may come again at any time.
    assert_eq!(stage.ask("good morning").await?, "You wrote: good morning");
    stage.act("/start", json!({})).await?;
    assert_eq!(stage.reply().await?["message"]["text"], "Hi!");
    let sent = stage.act("/start", json!({"payload": "air_plane-1"})).await?;
    assert_eq!(sent["message"]["text"], "/start", "the user sees no payload");
    assert_eq!(stage.reply().await?["message"]["text"], "Hi! air_plane-1");
    assert_eq!(stage.ask("/start").await?, "Hi!");
    let chats = stage.server.control("GET", &format!("/users/{}/chats", stage.user), Value::Null).await?;
    assert_eq!(chats[0]["chat"]["id"], stage.bot);
    Ok(())
}

async fn block_and_unblock(library: Library) -> Result<()> {
    let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
    assert_eq!(stage.ask("/start").await?, "Hi!");
    stage.act("/block", Value::Null).await?;
    assert_eq!(stage.told("member").await?, "member kicked");
    let said = stage.told("probe").await?;
    assert!(
        says(&said, "forbidden: Forbidden: bot was blocked by the user", "error: USER_IS_BLOCKED"),
        "{said}"
    );
    stage.act("/unblock", Value::Null).await?;
    assert_eq!(stage.told("member").await?, "kicked member");
    assert_eq!(stage.told("probe").await?, "ok", "unblocking restores writing without a new /start");
    Ok(())
}

async fn strangers_and_refusals(library: Library) -> Result<()> {
    let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
    let server = &stage.server;
    server.control("POST", "/users", json!({"id": 501, "first_name": "Unseen"})).await?;
    server.control("POST", "/users", json!({"id": 502, "first_name": "Seen"})).await?;
    server.control("POST", &format!("/bots/{}/seen", stage.bot), json!({"user": "502"})).await?;
    server.control("POST", "/users", json!({"id": 503, "first_name": "Gone"})).await?;
    server.control("POST", &format!("/bots/{}/seen", stage.bot), json!({"user": "503"})).await?;
    server.control("DELETE", "/users/503", Value::Null).await?;
    server.control("POST", "/bots", json!({"token": "777:BBBB", "username": "other_bot"})).await?;
    // Telethon and Kurigram make no request for an unknown user. TDLib makes one, and reports the error itself.
    let expect = [
        ("/send 501", "chat not found", "unknown: |PEER_ID_INVALID|error: User not found"),
        ("/probe 501", "chat not found", "unknown: |PEER_ID_INVALID|error: User not found"),
        ("/send 502", "forbidden: Forbidden: bot can't initiate conversation with a user", "PEER_ID_INVALID"),
        ("/probe 502", "PEER_ID_INVALID", "PEER_ID_INVALID"),
        (
            "/send 503",
            "forbidden: Forbidden: user is deactivated",
            "INPUT_USER_DEACTIVATED|error: Have no write access to the chat",
        ),
        (
            "/probe 503",
            "forbidden: Forbidden: user is deactivated",
            "INPUT_USER_DEACTIVATED|error: Have no write access to the chat",
        ),
        ("/send 777", "forbidden: Forbidden: the bot can't send messages to the bot", "USER_IS_BOT"),
        ("/probe 777", "USER_IS_BOT", "USER_IS_BOT"),
        ("/long", "message is too long", "MESSAGE_TOO_LONG"),
    ];
    // TDLib silently sends no chat action to a bot.
    let is_silent = |command: &str| matches!(library, Library::Tdlib) && command == "/probe 777";
    for (command, words, name) in expect.into_iter().filter(|(command, ..)| !is_silent(command)) {
        let said = stage.ask(command).await?;
        // TDLib puts names into the Bot API's sentences, of which the class is the Bot API server's.
        let is_sentence = matches!(library, Library::Tdlib);
        let words = words.rsplit(": ").next().filter(|_| is_sentence).unwrap_or(words);
        // python-telegram-bot takes the prefix off and writes the rest with a capital letter.
        assert!(says(&said, words, name), "{library:?} {command}: {said:?}, not {words:?} or {name:?}");
    }
    Ok(())
}

async fn profiles(library: Library) -> Result<()> {
    let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
    assert_eq!(stage.ask("/who").await?, "Ann|None|None|None");
    let path = format!("/users/{}", stage.user);
    let changed =
        json!({"first_name": "Anna", "last_name": "Lee", "username": "annalee", "language_code": "pt-br"});
    stage.server.control("PATCH", &path, changed).await?;
    assert_eq!(stage.ask("/who").await?, "Anna|Lee|annalee|pt-br");
    stage.server.control("PATCH", &path, json!({"last_name": null, "hides_language": true})).await?;
    // TDLib keeps the language that it saw last.
    let language = if matches!(library, Library::Tdlib) { "pt-br" } else { "None" };
    assert_eq!(stage.ask("/who").await?, format!("Anna|None|annalee|{language}"));
    Ok(())
}

async fn buttons(library: Library) -> Result<()> {
    let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
    stage.say("/buttons").await?;
    let message = stage.reply().await?;
    let id = message["message"]["message_id"].as_i64().context("id")?;
    let pressed = stage.act(&format!("/messages/{id}/press"), json!({"text": "Yes", "timeout": 50})).await?;
    assert_eq!(pressed["answer"]["text"], "Thanks");
    assert_eq!(pressed["answer"]["show_alert"], true);
    // The edit comes after the answer; some libraries handle a next message before it has come.
    stage.until_text(id, "Done").await?;
    assert_eq!(stage.ask("and?").await?, "You wrote: and?");
    Ok(())
}

/// A bot may write first to a user who asks to join a chat, until the request is decided.
async fn join_request(library: Library) -> Result<()> {
    let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
    let chats = [(-1_001_234_567_890_i64, "supergroup", "Gardeners"), (-4_321, "group", "Readers")];
    for (chat, kind, title) in chats {
        let (user, bot) = (stage.user.to_string(), stage.bot.to_string());
        stage.server.ask_to_join(&user, &bot, chat, kind, title).await?;
        let asked = stage.reply().await?;
        let asked = asked["message"]["text"].as_str().context("text")?;
        // grammers does not give its programs the chat of the update.
        let knows = !matches!(library, Library::Grammers);
        let title = if knows { format!(" {title}") } else { String::new() };
        assert_eq!(asked, format!("Why do you want to join{title}?"));
        assert_eq!(stage.told("approve").await?, "ok");
        let said = stage.told("decline").await?;
        assert!(says(&said, "USER_ALREADY_PARTICIPANT", "USER_ALREADY_PARTICIPANT"), "{said}");
    }
    Ok(())
}

/// A bot answers in a basic group and in a supergroup, and to a press on its button there.
async fn groups(library: Library) -> Result<()> {
    let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
    assert_eq!(stage.ask("hi").await?, "You wrote: hi");
    for (chat, kind) in [(-4_321, "group"), (-1_001_234_567_890_i64, "supergroup")] {
        let (owner, bot) = (stage.user.to_string(), stage.bot.to_string());
        let group =
            json!({"id": chat, "type": kind, "title": "Gardeners", "owner": owner, "administrators": [bot]});
        stage.server.control("POST", "/groups", group).await?;
        assert_eq!(ask_in(&stage, chat, "hello").await?["text"], "You wrote: hello");
        let question = ask_in(&stage, chat, "/buttons").await?;
        assert_eq!(question["text"], "Sure?");
        let path = format!("/users/{}/dialogs/{chat}/messages/{}/press", stage.user, question["message_id"]);
        let pressed = stage.server.control("POST", &path, json!({"text": "Yes", "timeout": 50})).await?;
        assert_eq!(pressed["answer"]["text"], "Thanks");
        stage
            .until_text_in(&chat.to_string(), question["message_id"].as_i64().context("id")?, "Done")
            .await?;
    }
    Ok(())
}

/// The user writes in a group, the bot answers there.
async fn ask_in(stage: &Stage, chat: i64, text: &str) -> Result<Value> {
    let path = format!("/users/{}/dialogs/{chat}", stage.user);
    let own = stage.server.control("POST", &format!("{path}/messages"), json!({ "text": text })).await?;
    let mut after = own["message"]["message_id"].clone();
    loop {
        let wait = format!("{path}/wait?after={after}&timeout=50");
        let message = stage.server.control("GET", &wait, Value::Null).await?["message"].clone();
        // Some programs answer service messages, too.
        if !["You wrote: None", "You wrote:"]
            .contains(&message["text"].as_str().unwrap_or_default().trim_end())
        {
            return Ok(message);
        }
        after = message["message_id"].clone();
    }
}

async fn flood(library: Library) -> Result<()> {
    // Faults are ordered by Bot API method.
    if !library.speaks_mtproto() {
        let mut stage = Stage::set(library, json!({"first_name": "Ann"})).await?;
        assert_eq!(stage.ask("hi").await?, "You wrote: hi");
        let fault = json!({"type": "too_many_requests", "retry_after": 3, "method": "sendChatAction"});
        stage.server.control("POST", &format!("/bots/{}/faults", stage.bot), fault).await?;
        let said = stage.ask(&format!("/probe {}", stage.user)).await?;
        assert!(said.starts_with("retry: ") && said.contains('3'), "{said}");
    }

    // Telegram's limits: a short burst is accepted, then the bot has to wait.
    let program = Program::from(library).on_server(&["--limits", "telegram"]);
    let mut stage = Stage::set(program, json!({"first_name": "Ann"})).await?;
    stage.say("/flood").await?;
    let told = stage.told("flood").await?;
    let (sent, outcome) = told.split_once(' ').context("words")?;
    assert!((1..10).contains(&sent.parse::<i32>()?) && outcome.starts_with("retry: "), "{told}");
    Ok(())
}

async fn webhook(library: Library) -> Result<()> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let url = format!("http://127.0.0.1:{port}/hook");
    let program = Program::from(library).variable("WEBHOOK_URL", &url);
    let mut stage = Stage::set(program, json!({"first_name": "Ann"})).await?;
    stage.act("/start", json!({"payload": "hook"})).await?;
    assert_eq!(stage.reply().await?["message"]["text"], "Hi! hook");
    assert_eq!(stage.ask("and?").await?, "You wrote: and?");
    let (_, info) = stage.server.bot_api("123456:AAAA", "getWebhookInfo", json!({})).await?;
    assert_eq!(info["result"]["url"], url);
    Ok(())
}
