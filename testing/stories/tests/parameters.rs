//! How the Bot API reads parameters, and its answers about the bot's own settings: tables of whole answers.

use anyhow::{Result, ensure};
use parlor_stories::{Server, TOKEN};
use serde_json::{Value, json};

const CHANNEL: i64 = -1_001_234_567_890;

fn done(result: Value) -> Value {
    json!({"ok": true, "result": result})
}

fn refused(description: &str) -> Value {
    json!({"ok": false, "error_code": 400, "description": format!("Bad Request: {description}")})
}

fn not_served(what: &str) -> Value {
    let mut answer = refused(&format!("{what} is not served by Parlor; see docs/coverage.md"));
    answer["not_served"] = what.into();
    answer
}

/// Each call must be answered with just that.
async fn check(server: &Server, table: &[(&str, Value, Value)]) -> Result<()> {
    for (method, parameters, expected) in table {
        let (_, mut answer) = server.bot_api(TOKEN, method, parameters.clone()).await?;
        // Of messages only the text is compared.
        if let Some(text) = answer["result"]["text"].as_str().filter(|_| answer["result"]["chat"].is_object())
        {
            answer["result"] = text.into();
        }
        ensure!(answer == *expected, "{method} {parameters}\n  said     {answer}\n  expected {expected}");
    }
    Ok(())
}

#[tokio::test]
async fn parameters_without_effect_are_ignored() -> Result<()> {
    let server = Server::with_dialog().await?;
    let send = |name: &str, value: Value| json!({"chat_id": 1001, "text": "x", name: value});
    let edit = json!({"chat_id": 1001, "message_id": 2, "text": "y", "inline_message_id": "AbC"});
    let mut sends: Vec<_> = [
        ("message_thread_id", json!(0)),
        ("message_thread_id", json!(-1)),
        ("message_thread_id", json!(7)),
        ("direct_messages_topic_id", json!(7)),
        ("message_effect_id", Value::Null),
    ]
    .map(|(name, value)| ("sendMessage", send(name, value), done(json!("x"))))
    .into();
    let of = |name: &str| not_served(&format!("the parameter {name} of sendMessage"));
    sends.extend([
        ("sendMessage", send("receiver_user_id", json!(1001)), of("receiver_user_id")),
        ("sendMessage", send("callback_query_id", json!("5")), of("callback_query_id")),
        ("sendMessage", send("ephemeral_message_parameters", json!({})), of("ephemeral_message_parameters")),
        ("editMessageText", edit, done(json!("y"))),
        (
            "editMessageText",
            json!({"inline_message_id": "AbC", "text": "y"}),
            not_served("the parameter inline_message_id of editMessageText"),
        ),
    ]);
    check(&server, &sends).await
}

/// > setChatMenuButton: to change the specified user's menu button, or the default menu button
#[tokio::test]
async fn a_menu_button_is_the_users_own_or_the_default() -> Result<()> {
    let server = Server::with_dialog().await?;
    let app = json!({"type": "web_app", "text": "Open", "web_app": {"url": "https://a.example/"}});
    let set = |button: &Value| json!({"menu_button": button});
    let set_for_one = |button: Value| json!({"chat_id": 1001, "menu_button": button});
    let one = || json!({"chat_id": 1001});
    check(
        &server,
        &[
            ("getChatMenuButton", json!({}), done(json!({"type": "commands"}))),
            ("getChatMenuButton", one(), done(json!({"type": "default"}))),
            ("setChatMenuButton", set(&app), done(json!(true))),
            ("getChatMenuButton", json!({}), done(app.clone())),
            ("getChatMenuButton", one(), done(json!({"type": "default"}))),
            ("setChatMenuButton", set(&json!({"type": "default"})), done(json!(true))),
            ("setChatMenuButton", json!({}), done(json!(true))),
            ("getChatMenuButton", json!({}), done(app.clone())),
            ("setChatMenuButton", set_for_one(json!({"type": "commands"})), done(json!(true))),
            ("getChatMenuButton", one(), done(json!({"type": "commands"}))),
            ("setChatMenuButton", set_for_one(json!({"type": "default"})), done(json!(true))),
            ("getChatMenuButton", one(), done(json!({"type": "default"}))),
            ("getChatMenuButton", json!({"chat_id": 5}), refused("chat not found")),
        ],
    )
    .await
}

#[tokio::test]
async fn malformed_json_bodies_are_read_up_to_the_error() -> Result<()> {
    let server = Server::with_dialog().await?;
    for (method, body, expected) in [
        ("getMyName", "null", json!({"ok": true, "result": {"name": "b123456_bot"}})),
        ("getMyName", "[1]", json!({"ok": true, "result": {"name": "b123456_bot"}})),
        ("getMyName", "{", json!({"ok": true, "result": {"name": "b123456_bot"}})),
        ("sendChatAction", r#"{"chat_id": 1001, "action": "typing", "x": tru"#, done(json!(true))),
        (
            "sendChatAction",
            r#"{"chat_id": 1001, "x": tru, "action": "typing"}"#,
            refused("wrong parameter action in request"),
        ),
        // A value that is truncated by the end of the body is used as it is.
        ("sendMessage", r#"{"text": "x", "chat_id": 10"#, refused("chat not found")),
        ("sendMessage", r#"{"text": "x", "chat_id": "10"#, refused("chat_id is empty")),
    ] {
        let url = format!("{}/bot{TOKEN}/{method}", server.root);
        let request = server.http().post(url).header("content-type", "application/json").body(body);
        let answer: Value = request.send().await?.json().await?;
        ensure!(answer == expected, "{method} {body}: {answer}");
    }
    Ok(())
}

#[tokio::test]
async fn requests_to_join_are_decided_once() -> Result<()> {
    let server = Server::with_dialog().await?;
    let decide = |chat: i64, user: i64| json!({"chat_id": chat, "user_id": user});
    check(
        &server,
        &[
            ("approveChatJoinRequest", decide(CHANNEL, 1001), refused("chat not found")),
            ("approveChatJoinRequest", decide(1001, 1001), refused("the chat can't have join requests")),
            ("declineChatJoinRequest", decide(5, 1001), refused("chat not found")),
            ("declineChatJoinRequest", json!({"user_id": 1001}), refused("chat_id is empty")),
            ("declineChatJoinRequest", json!({"chat_id": CHANNEL}), refused("invalid user_id specified")),
            ("sendMessage", json!({"chat_id": CHANNEL, "text": "x"}), refused("chat not found")),
        ],
    )
    .await?;
    server.ask_to_join("1001", "123456", CHANNEL, "channel", "Readers").await?;
    check(
        &server,
        &[
            ("approveChatJoinRequest", decide(CHANNEL, 1002), refused("HIDE_REQUESTER_MISSING")),
            ("approveChatJoinRequest", decide(CHANNEL, 1001), done(json!(true))),
            ("approveChatJoinRequest", decide(CHANNEL, 1001), refused("USER_ALREADY_PARTICIPANT")),
        ],
    )
    .await
}

/// Messages with a link have `link_preview_options`, and numbers become entities.
#[tokio::test]
async fn links_are_previewed_and_numbers_are_recognised() -> Result<()> {
    let server = Server::with_dialog().await?;
    let url = "https://a.example/1";
    for (parameters, preview, entities) in [
        (json!({"text": "no link", "disable_web_page_preview": true}), Value::Null, Value::Null),
        (json!({"text": url}), json!({"url": url}), json!([{"type": "url", "offset": 0, "length": 19}])),
        (
            json!({"text": url, "link_preview_options": {"is_disabled": true, "prefer_large_media": true}}),
            json!({"is_disabled": true}),
            json!([{"type": "url", "offset": 0, "length": 19}]),
        ),
        (
            json!({"text": "x", "link_preview_options": {"url": url, "prefer_small_media": true, "prefer_large_media": true}}),
            json!({"url": url, "prefer_large_media": true}),
            Value::Null,
        ),
        (
            json!({"text": "+12125550123; 4111111111111111"}),
            Value::Null,
            json!([{"type": "phone_number", "offset": 0, "length": 12}]),
        ),
    ] {
        let mut send = parameters.clone();
        send["chat_id"] = json!(1001);
        let (_, answer) = server.bot_api(TOKEN, "sendMessage", send).await?;
        let found = (&answer["result"]["link_preview_options"], &answer["result"]["entities"]);
        ensure!(found == (&preview, &entities), "{parameters}: {answer}");
    }
    // An edit must change something: the preview is the one that the text had.
    let edit = json!({"chat_id": 1001, "message_id": 3, "text": url, "link_preview_options": {"url": url}});
    let (_, answer) = server.bot_api(TOKEN, "editMessageText", edit).await?;
    ensure!(
        answer["description"].as_str().is_some_and(|text| text.contains("message is not modified")),
        "{answer}"
    );
    Ok(())
}
