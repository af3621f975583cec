//! The user's side and the test's side, over the control API.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, contains};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const TOKEN: &str = "123456:AAAA";
const DIALOG: &str = "/users/1001/dialogs/123456";

/// A user with a language, and a bot that has texts in it.
async fn begin() -> Result<Server> {
    let server = Server::start(&["--memory"]).await?;
    let bot = json!({"token": TOKEN, "username": "weather_bot", "name": "Weather"});
    server.control("POST", "/bots", bot).await?;
    let ann = json!({"id": 1001, "first_name": "Ann", "username": "ann_lee", "language_code": "pt-br"});
    server.control("POST", "/users", ann).await?;
    Ok(server)
}

async fn bot(server: &Server, method: &str, parameters: Value) -> Result<Value> {
    let (status, answer) = server.bot_api(TOKEN, method, parameters).await?;
    ensure!(status == 200, "{method}: {answer}");
    Ok(answer["result"].clone())
}

#[tokio::test]
async fn a_link_opens_what_the_app_would_show() -> Result<()> {
    let server = begin().await?;
    bot(&server, "setMyDescription", json!({"description": "What I can do"})).await?;
    bot(&server, "setMyDescription", json!({"description": "O que sei", "language_code": "pt"})).await?;
    bot(&server, "setMyShortDescription", json!({"short_description": "About"})).await?;
    let open = |link: &str| server.control("POST", "/users/ann_lee/open", json!({ "link": link.to_owned() }));
    for link in ["https://t.me/weather_bot", "tg://resolve?domain=weather_bot", "@Weather_Bot"] {
        let opened = open(link).await?;
        let dialog = json!({"bot_name": "Weather", "description": "O que sei", "short_description": "About",
                            "is_started": false, "start_offered": true});
        ensure!(contains(&opened, &json!({"action": "open", "dialog": dialog})), "{link}: {opened}");
    }
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    ensure!(open("t.me/weather_bot").await?["dialog"]["start_offered"] == false);
    let again = open("https://t.me/weather_bot?start=rain").await?;
    let expected =
        json!({"action": "start", "payload": "rain", "dialog": {"start_offered": true, "is_started": true}});
    ensure!(contains(&again, &expected), "{again}");
    for (link, words) in [
        ("https://t.me/nobody_here", "BOT_NOT_FOUND"),
        ("https://t.me/ann_lee", "BOT_NOT_FOUND"),
        ("https://example.org/", "URL_INVALID"),
        ("t.me/weather_bot?start=a%20b", "START_PARAM_INVALID"),
    ] {
        let error = open(link).await.err().context(link.to_owned())?;
        ensure!(error.to_string().contains(words), "{link}: {error}");
    }
    let found = server.control("GET", "/search?q=weath", Value::Null).await?;
    ensure!(found[0]["username"] == "weather_bot", "{found}");
    Ok(())
}

#[tokio::test]
async fn the_list_of_chats_and_the_command_menu() -> Result<()> {
    let server = begin().await?;
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "hello"})).await?;
    bot(&server, "sendMessage", json!({"chat_id": 1001, "text": "one"})).await?;
    bot(&server, "sendMessage", json!({"chat_id": 1001, "text": "two"})).await?;
    bot(&server, "sendChatAction", json!({"chat_id": 1001, "action": "typing"})).await?;
    let chats = || server.control("GET", "/users/1001/chats", Value::Null);
    let shown = json!([{"bot_id": 123456, "unread_count": 2, "chat_action": "typing", "last_message": {"text": "two"}}]);
    ensure!(contains(&chats().await?, &shown), "{}", chats().await?);
    server.control("POST", &format!("{DIALOG}/read"), json!({})).await?;
    server.control("POST", "/clock/advance", json!({"seconds": 6})).await?;
    let shown = json!([{"unread_count": 0, "chat_action": null}]);
    ensure!(contains(&chats().await?, &shown), "typing ends after five seconds: {}", chats().await?);
    // Narrower scopes first, the user's language before all others.
    let set = |scope: Value, language: &str, command: &str| {
        let commands = json!([{"command": command, "description": "x"}]);
        bot(
            &server,
            "setMyCommands",
            json!({"commands": commands, "scope": scope, "language_code": language}),
        )
    };
    for (scope, language, command) in [
        (json!({"type": "default"}), "", "anybody"),
        (json!({"type": "default"}), "pt", "portuguese"),
        (json!({"type": "all_private_chats"}), "", "private"),
        (json!({"type": "all_private_chats"}), "pt", "private_pt"),
        (json!({"type": "chat", "chat_id": 1001}), "", "ann"),
    ] {
        set(scope, language, command).await?;
        let dialog = server.control("GET", DIALOG, Value::Null).await?;
        ensure!(contains(&dialog["commands"], &json!([{ "command": command }])), "{command}: {dialog}");
    }
    Ok(())
}

#[tokio::test]
async fn the_clock_stands_still_and_never_goes_back() -> Result<()> {
    let server = begin().await?;
    let frozen = server.control("POST", "/clock/freeze", json!({})).await?;
    let sent = server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "hello"})).await?;
    ensure!(server.control("GET", "/clock", Value::Null).await? == frozen);
    let now = frozen["now"].as_f64().context("now")?;
    ensure!(sent["date"].as_i64() == Some(now as i64));
    let later = server.control("POST", "/clock/set", json!({"now": now + 100.0})).await?;
    ensure!(later["now"].as_f64() == Some(now + 100.0) && later["frozen"] == true);
    ensure!(server.control("POST", "/clock/set", json!({ "now": now })).await.is_err());
    Ok(())
}

#[tokio::test]
async fn faults_strike_once_and_are_seen() -> Result<()> {
    let server = begin().await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    let order = |fault: Value| server.control("POST", "/bots/123456/faults", fault);
    order(json!({"type": "server_error", "method": "sendMessage", "count": 2})).await?;
    let text = || json!({"chat_id": 1001, "text": "hello"});
    ensure!(server.bot_api(TOKEN, "getMe", json!({})).await?.0 == 200, "only the method that was named");
    for expected in [500, 500, 200] {
        ensure!(server.bot_api(TOKEN, "sendMessage", text()).await?.0 == expected);
    }
    order(json!({"type": "too_many_requests", "retry_after": 7})).await?;
    let (status, answer) = server.bot_api(TOKEN, "sendMessage", text()).await?;
    let words = "Too Many Requests: retry after 7";
    ensure!(
        status == 429 && answer["parameters"]["retry_after"] == 7 && answer["description"] == words,
        "{answer}"
    );
    order(json!({"type": "dropped"})).await?;
    ensure!(server.bot_api(TOKEN, "getMe", json!({})).await.is_err(), "the connection was dropped");
    order(json!({"type": "timeout", "timeout": 0.05})).await?;
    ensure!(server.bot_api(TOKEN, "getMe", json!({})).await.is_err());
    let noted = server.control("GET", "/inspector?bot=123456", Value::Null).await?;
    let statuses: Vec<_> =
        noted.as_array().context("list")?.iter().filter_map(|note| note["status"].as_i64()).collect();
    ensure!(statuses == [200, 500, 500, 200, 429, 0, 0], "{statuses:?}");
    Ok(())
}

/// Server-sent events, as they stand on the wire.
#[tokio::test]
async fn events_come_as_they_happen_and_from_where_one_left() -> Result<()> {
    let server = begin().await?;
    let listen = async |query: &str| -> Result<_> {
        let mut stream = TcpStream::connect(server.root.trim_start_matches("http://")).await?;
        let request = format!("GET /control/users/1001/events{query} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut lines = BufReader::new(stream).lines();
        while !lines.next_line().await?.context("head")?.is_empty() {}
        Ok(lines)
    };
    let mut lines = listen("").await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    bot(&server, "sendMessage", json!({"chat_id": 1001, "text": "hello"})).await?;
    bot(&server, "sendChatAction", json!({"chat_id": 1001, "action": "typing"})).await?;
    server.control("POST", &format!("{DIALOG}/block"), Value::Null).await?;
    let mut kinds = Vec::new();
    while kinds.len() < 4 {
        let line = lines.next_line().await?.context("an event")?;
        kinds.extend(line.strip_prefix("event: ").map(str::to_owned));
    }
    kinds.sort();
    ensure!(kinds == ["blocked", "chat_action", "message", "message"], "{kinds:?}");
    let mut again = listen("?after=1").await?;
    let first = loop {
        let line = again.next_line().await?.context("an event")?;
        if let Some(data) = line.strip_prefix("data: ") {
            break serde_json::from_str::<Value>(data)?;
        }
    };
    ensure!(first["number"] == 2 && first["message"]["text"] == "hello", "{first}");
    Ok(())
}
