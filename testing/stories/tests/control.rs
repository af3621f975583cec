//! The user's side and the test's side, over the control API.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, binary, contains, printed};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

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
        let dialog = json!({"chat": {"first_name": "Weather"}, "description": "O que sei", "short_description": "About",
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
    let shown = json!([{"chat": {"id": 123456}, "unread_count": 2, "chat_action": "typing",
                        "last_message": {"message": {"text": "two"}}}]);
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
    ensure!(sent["message"]["date"].as_i64() == Some(now as i64));
    let later = server.control("POST", "/clock/set", json!({"now": now + 100.0})).await?;
    ensure!(later["now"].as_f64() == Some(now + 100.0) && later["frozen"] == true);
    ensure!(server.control("POST", "/clock/set", json!({ "now": now })).await.is_err());
    Ok(())
}

#[tokio::test]
async fn faults_apply_once_and_are_listed() -> Result<()> {
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
    let injected: Vec<_> =
        noted.as_array().context("list")?.iter().map(|note| &note["is_injected"]).collect();
    ensure!(injected == [false, true, true, false, true, true, true], "{injected:?}");
    let listed = server.control("GET", "/bots/123456/faults", Value::Null).await?;
    let first = json!({"type": "server_error", "count": 2, "remaining": 0, "is_done": true,
                       "method": "sendMessage", "retry_after": null, "timeout": null});
    ensure!(listed[0] == first && listed[3]["is_done"] == true, "{listed}");
    for (fault, code) in [
        (json!({"type": "dropped", "method": "sendMesage"}), "METHOD_UNKNOWN"),
        (json!({"type": "dropped", "method": "messages.getMe"}), "METHOD_UNKNOWN"),
        (json!({"type": "dropped", "count": 0}), "BAD_REQUEST"),
    ] {
        let error = order(fault.clone()).await.err().context("it was taken")?;
        ensure!(error.to_string().contains(code), "{fault}: {error}");
    }
    for method in ["SENDMESSAGE", "messages.sendMessage", "editMessage", "sendPhoto"] {
        order(json!({"type": "dropped", "method": method})).await?;
    }
    server.control("DELETE", "/bots/123456/faults", Value::Null).await?;
    ensure!(server.control("GET", "/bots/123456/faults", Value::Null).await? == json!([]));
    Ok(())
}

/// Server-sent events, as raw lines.
#[tokio::test]
async fn event_streams_resume_after_an_id() -> Result<()> {
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
    ensure!(kinds == ["chat_action", "message", "message", "my_chat_member"], "{kinds:?}");
    let mut again = listen("?after=1").await?;
    let first = loop {
        let line = again.next_line().await?.context("an event")?;
        if let Some(data) = line.strip_prefix("data: ") {
            break serde_json::from_str::<Value>(data)?;
        }
    };
    ensure!(first["number"] == 2 && first["update"]["message"]["text"] == "hello", "{first}");
    Ok(())
}

/// A login on a website and a request to join a chat let a bot write first, and the dialog has the reason.
#[tokio::test]
async fn a_bot_may_write_first_once_allowed() -> Result<()> {
    let server = begin().await?;
    let refused = server.bot_api(TOKEN, "sendMessage", json!({"chat_id": 1001, "text": "?"})).await?;
    ensure!(refused.0 == 400, "{refused:?}");
    let allow = json!({"type": "website", "domain": "example.com"});
    let service = server.control("POST", &format!("{DIALOG}/allow"), allow.clone()).await?;
    let message = json!({"from": {"id": 1001}, "connected_website": "example.com"});
    ensure!(contains(&service, &json!({"message": message, "is_outgoing": true})), "{service}");
    let updates = bot(&server, "getUpdates", json!({})).await?;
    ensure!(contains(&updates[0]["message"], &message), "{updates}");
    ensure!(updates[0]["message"].get("text").is_none(), "{updates}");
    bot(&server, "sendMessage", json!({"chat_id": 1001, "text": "Welcome"})).await?;
    let dialog = || server.control("GET", DIALOG, Value::Null);
    ensure!(dialog().await?["write_access"] == allow);
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "Hi"})).await?;
    ensure!(dialog().await?["write_access"].is_null(), "who writes knows why");
    let others = [
        (json!({"type": "web_app", "name": "shop"}), json!({"web_app_name": "shop"})),
        (json!({"type": "attachment_menu"}), json!({"from_attachment_menu": true})),
        (json!({"type": "request"}), json!({"from_request": true})),
    ];
    for (access, expected) in others {
        server.control("POST", &format!("{DIALOG}/allow"), access).await?;
        let updates = bot(&server, "getUpdates", json!({"offset": -1})).await?;
        ensure!(updates[0]["message"]["write_access_allowed"] == expected, "{updates}");
    }
    Ok(())
}

#[tokio::test]
async fn a_join_request_lets_the_bot_write_for_five_minutes() -> Result<()> {
    let server = begin().await?;
    server.control("PATCH", "/users/1001", json!({"bio": "Gardener"})).await?;
    let join = || async {
        let chat = json!({"chat_id": -1_001_234_567_890_i64, "title": "Gardeners", "is_channel": true});
        server.control("POST", &format!("{DIALOG}/join"), chat).await
    };
    let send =
        |text: &'static str| server.bot_api(TOKEN, "sendMessage", json!({"chat_id": 1001, "text": text}));
    join().await?;
    let updates = bot(&server, "getUpdates", json!({"offset": -1})).await?;
    let expected = json!({"user_chat_id": 1001, "bio": "Gardener", "from": {"id": 1001, "first_name": "Ann"},
                          "chat": {"id": -1_001_234_567_890_i64, "type": "channel", "title": "Gardeners"}});
    ensure!(contains(&updates[0]["chat_join_request"], &expected), "{updates}");
    ensure!(send("Why do you want to join?").await?.0 == 200);
    let access = json!({"type": "join_request", "chat": {"type": "channel", "title": "Gardeners"}});
    let dialog = server.control("GET", DIALOG, Value::Null).await?;
    ensure!(contains(&dialog, &json!({"is_started": false, "write_access": access})), "{dialog}");
    server.control("POST", "/clock/advance", json!({"seconds": 301})).await?;
    let late = send("Too late").await?;
    ensure!(late.1["description"] == "Forbidden: bot can't initiate conversation with a user", "{late:?}");
    join().await?;
    ensure!(send("Again").await?.0 == 200);
    let decide = json!({"chat_id": -1_001_234_567_890_i64, "user_id": 1001});
    ensure!(bot(&server, "approveChatJoinRequest", decide.clone()).await? == true);
    ensure!(send("Decided").await?.0 == 403);
    let (status, again) = server.bot_api(TOKEN, "declineChatJoinRequest", decide).await?;
    ensure!(status == 400 && again["description"] == "Bad Request: HIDE_REQUESTER_MISSING", "{again}");
    for bad in [json!({"title": ""}), json!({"title": "x", "chat_id": 5}), json!({})] {
        ensure!(server.control("POST", &format!("{DIALOG}/join"), bad).await.is_err());
    }
    Ok(())
}

/// The data of the page's list of bots: changes, running programs and pending updates.
#[tokio::test]
async fn account_events_report_changes_and_running_programs() -> Result<()> {
    let server = begin().await?;
    let mut stream = server.http().get(format!("{}/control/accounts/events", server.root)).send().await?;
    let mut next = async || -> Result<Value> {
        let mut text = String::new();
        while !text.ends_with("\n\n") || !text.contains("data:") {
            text += std::str::from_utf8(&stream.chunk().await?.context("the stream ended")?)?;
        }
        let data = text.lines().find_map(|line| line.strip_prefix("data:")).context("no data")?;
        Ok(serde_json::from_str(data)?)
    };
    server.control("PATCH", "/users/1001", json!({"first_name": "Anna"})).await?;
    ensure!(next().await? == json!({"type": "user", "id": 1001}));
    bot(&server, "setMyCommands", json!({"commands": [{"command": "a", "description": "b"}]})).await?;
    ensure!(next().await? == json!({"type": "bot", "id": 123_456}));
    let shown = || server.control("GET", "/bots/123456", Value::Null);
    ensure!(shown().await?["is_running"] == false);
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    let waiting = server.control("GET", "/bots/123456/updates", Value::Null).await?;
    ensure!(
        waiting.as_array().is_some_and(|all| all.len() == 1)
            && waiting[0]["update"]["message"]["text"] == "/start",
        "{waiting}"
    );
    bot(&server, "getUpdates", json!({})).await?;
    ensure!(next().await? == json!({"type": "bot", "id": 123_456}), "its program has come");
    ensure!(shown().await?["is_running"] == true);
    ensure!(next().await? == json!({"type": "bot", "id": 123_456}), "and gone");
    ensure!(shown().await?["is_running"] == false);
    server.control("POST", "/reset", Value::Null).await?;
    ensure!(next().await? == json!({"type": "all", "id": null}));
    let father = server.control("GET", "/bots/BotFather", Value::Null).await?;
    ensure!(contains(&father, &json!({"id": 93_372_553, "token": null, "is_deleted": false})), "{father}");
    ensure!(server.control("GET", "/bots", Value::Null).await? == json!([]), "it is no bot of this world");
    Ok(())
}

/// A test, or a person at the inspector, plays the program: faults strike it, the inspector sees it.
#[tokio::test]
async fn bots_are_called_without_their_token() -> Result<()> {
    let server = begin().await?;
    let call = |method: &str, parameters: Value| {
        let body = json!({"method": method, "parameters": parameters});
        let server = &server;
        async move { server.control("POST", "/bots/weather_bot/call", body).await }
    };
    let me = call("getMe", json!({})).await?;
    ensure!(contains(&me, &json!({"status": 200, "answer": {"result": {"id": 123_456}}})), "{me}");
    let refused = call("sendMessage", json!({"chat_id": 1001, "text": "?"})).await?;
    ensure!(contains(&refused, &json!({"status": 400, "answer": {"ok": false}})), "{refused}");
    server.control("POST", "/bots/123456/faults", json!({"type": "dropped"})).await?;
    ensure!(call("getMe", json!({})).await? == json!({"status": 0, "answer": null}));
    ensure!(call("../getMe", json!({})).await.is_err());
    let exchanges = server.control("GET", "/inspector?bot=weather_bot", Value::Null).await?;
    ensure!(exchanges.as_array().is_some_and(|all| all.len() == 3), "{exchanges}");
    ensure!(!exchanges.to_string().contains("AAAA"), "the token is nowhere");
    Ok(())
}

/// A bot has read the updates that its program has confirmed.
#[tokio::test]
async fn messages_are_read_once_the_program_has_them() -> Result<()> {
    let server = begin().await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    let read = || async {
        Ok::<_, anyhow::Error>(
            server.control("GET", DIALOG, Value::Null).await?["last_read_outbox_message_id"].clone(),
        )
    };
    let updates = bot(&server, "getUpdates", json!({})).await?;
    ensure!(read().await?.is_null(), "delivered is not confirmed");
    let next = updates[0]["update_id"].as_i64().context("an id")? + 1;
    bot(&server, "getUpdates", json!({"offset": next})).await?;
    ensure!(read().await? == 1);
    let rule = server.bot_api(TOKEN, "sendMessage", json!({"chat_id": 5, "text": "?"})).await?;
    ensure!(rule.0 == 400);
    let exchanges = server.control("GET", "/inspector?bot=123456", Value::Null).await?;
    let last = exchanges.as_array().and_then(|all| all.last()).context("an exchange")?;
    ensure!(last["rule"] == "the bot knows no such chat", "{last}");
    Ok(())
}

/// Any first message opens a dialog, a forwarded one too; the bot sees whose it was.
#[tokio::test]
async fn users_forward_messages() -> Result<()> {
    let server = begin().await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    bot(&server, "sendMessage", json!({"chat_id": 1001, "text": "Rain"})).await?;
    let secret = json!({"chat_id": 1001, "text": "Sun", "protect_content": true});
    bot(&server, "sendMessage", secret).await?;
    server.control("POST", "/bots", json!({"token": "7:BBBB", "username": "reader_bot"})).await?;
    let forward = |message: i32, body: Value| {
        let path = format!("{DIALOG}/messages/{message}/forward");
        let server = &server;
        async move { server.control("POST", &path, body).await }
    };
    let origin = json!({"type": "user", "sender_user": {"id": 123_456, "is_bot": true}});
    let sent = forward(2, json!({"chat_id": "reader_bot"})).await?;
    let message = json!({"from": {"id": 1001}, "text": "Rain", "forward_origin": origin, "chat": {"id": 7}});
    ensure!(contains(&sent, &json!({ "message": message })), "{sent}");
    forward(1, json!({"chat_id": 7, "hides_sender": true})).await?;
    let (_, updates) = server.bot_api("7:BBBB", "getUpdates", json!({})).await?;
    let seen = &updates["result"];
    ensure!(contains(&seen[0]["message"], &json!({"text": "Rain", "forward_origin": origin})), "{seen}");
    ensure!(
        seen[1]["message"]["text"] == "/start" && seen[1]["message"]["forward_origin"].is_null(),
        "{seen}"
    );
    for (message, to, words) in
        [(9, "7", "MESSAGE_ID_INVALID"), (3, "7", "CHAT_FORWARDS_RESTRICTED"), (2, "nobody", "BOT_NOT_FOUND")]
    {
        let error = forward(message, json!({ "chat_id": to })).await.err().context("it was passed on")?;
        ensure!(error.to_string().contains(words), "{message} to {to}: {error}");
    }
    Ok(())
}

/// Without `after`, each message of the bot is given once, and old ones not at all.
#[tokio::test]
async fn waits_return_each_message_once() -> Result<()> {
    let server = begin().await?;
    let wait = async |query: &str| {
        let path = format!("{DIALOG}/wait?timeout=0{query}");
        server.control("GET", &path, Value::Null).await.map(|message| message["message"]["text"].clone())
    };
    let say = |text: &'static str| bot(&server, "sendMessage", json!({"chat_id": 1001, "text": text}));
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    ensure!(wait("").await.is_err(), "the bot said nothing yet");
    say("one").await?;
    say("two").await?;
    ensure!(wait("").await? == "one");
    ensure!(wait("").await? == "two");
    ensure!(wait("").await.is_err(), "everything was given");
    ensure!(wait("&after=1").await? == "one", "asked for by number, it is given again");
    ensure!(wait("").await.is_err(), "which changes nothing");
    say("three").await?;
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "hello"})).await?;
    ensure!(wait("").await.is_err(), "three is before the user's last message");
    say("four").await?;
    ensure!(wait("").await? == "four");
    // Ids restart after a reset.
    server.control("POST", "/reset", Value::Null).await?;
    server.control("POST", "/bots", json!({"token": TOKEN})).await?;
    server.control("POST", "/users", json!({"id": 1001})).await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    say("five").await?;
    ensure!(wait("").await? == "five");
    Ok(())
}

#[tokio::test]
async fn unknown_query_parameters_are_refused() -> Result<()> {
    let server = begin().await?;
    for (method, path, words) in [
        ("GET", "/users?limt=1", "expected limit"),
        ("GET", "/users/1001/dialogs/123456/wait?timeout=0&afer=3", "expected after, timeout"),
        ("GET", "/users/1001/events?since=3", "expected after"),
        ("GET", "/clock?now=3", "there are none here"),
        ("DELETE", "/users/1001/dialogs/123456/messages/1?both=true", "expected for_both"),
        ("POST", "/users/1001/dialogs/123456/start?payload=x", "there are none here"),
    ] {
        let error = server.control(method, path, Value::Null).await.err().context(path)?;
        ensure!(error.to_string().contains(words), "{path}: {error}");
    }
    Ok(())
}

/// The control API's do; the Bot API's end as Telegram's, without one.
#[tokio::test]
async fn answers_of_the_control_api_end_with_a_newline() -> Result<()> {
    let server = begin().await?;
    for (path, newline) in [
        ("/control", true),
        ("/control/users/1001", true),
        ("/control/users/nobody", true),
        ("/control/nowhere", true),
        ("/control/openapi.json", true),
        ("/bot123456:AAAA/getMe", false),
        ("/bot123456:AAAA/nothing", false),
    ] {
        let text = server.http().get(format!("{}{path}", server.root)).send().await?.text().await?;
        ensure!(text.ends_with('\n') == newline, "{path}: {text:?}");
        serde_json::from_str::<Value>(&text)?;
    }
    Ok(())
}

/// A page of another site, or one that rebound its name, makes no bot; a bot that is there answers as before.
#[tokio::test]
async fn requests_of_other_sites_create_no_bot() -> Result<()> {
    let server = begin().await?;
    let ask = async |token: &str, headers: &[(&str, &str)]| -> Result<(u16, String)> {
        let mut request = server.http().get(format!("{}/bot{token}/getMe", server.root));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    };
    for headers in [[("origin", "https://evil.example")], [("host", "evil.example")], [("origin", "null")]] {
        let (status, text) = ask("777:BBBB", &headers).await?;
        ensure!(status == 401 && text.contains("this request makes none"), "{headers:?}: {text}");
        ensure!(ask(TOKEN, &headers).await?.0 == 200, "{headers:?}");
    }
    ensure!(server.control("GET", "/bots/777", Value::Null).await.is_err());
    ensure!(ask("777:BBBB", &[]).await?.0 == 200);
    Ok(())
}

/// Tokens are sent in every part of a request; the inspector must store them without their secrets.
#[tokio::test]
async fn the_inspector_contains_no_tokens() -> Result<()> {
    const CANARY: &str = "424242:Canary_Secret-Of_A_Bot";
    let server = begin().await?;
    server.control("POST", "/bots", json!({"token": CANARY, "username": "canary_bot"})).await?;
    server.control("POST", &format!("{DIALOG}/start"), json!({})).await?;
    let port = server.root.rsplit(':').next().context("port")?;
    // A port without a listener; a name in the address; a text in both directions; a method of that name.
    let hook = format!("http://127.0.0.1:9/hook/{CANARY}?t={}", CANARY.replace(':', "%3A"));
    bot(&server, "setWebhook", json!({ "url": hook })).await?;
    bot(&server, "getWebhookInfo", json!({})).await?;
    bot(&server, "deleteWebhook", json!({})).await?;
    let text = format!("{CANARY} at {port}");
    bot(
        &server,
        "sendMessage",
        json!({"chat_id": 1001, "text": text, "reply_markup": {"inline_keyboard": [[
        {"text": "b", "url": format!("https://a.example/bot{CANARY}/x")}]]}}),
    )
    .await?;
    server.bot_api(TOKEN, CANARY, json!({})).await?;
    let long = format!("{}{CANARY}", "x".repeat(16 * 1024 - 40));
    server.bot_api(TOKEN, "sendMessage", json!({"chat_id": 1001, "text": long})).await?;
    server
        .bot_api(
            TOKEN,
            "sendMessage",
            json!({"chat_id": 1001, "text": "x", "reply_markup": {"inline_keyboard": [[
        {"text": "b", "url": format!("no link {CANARY}")}]]}}),
        )
        .await?;
    server.control("POST", &format!("{DIALOG}/messages"), json!({ "text": CANARY })).await?;
    bot(&server, "getUpdates", json!({})).await?;
    let noted = server.control("GET", "/inspector", Value::Null).await?.to_string();
    ensure!(!noted.contains("Canary_Secret"), "{noted}");
    ensure!(noted.matches("424242:…").count() >= 8 && noted.contains("424242%3A…"), "{noted}");
    Ok(())
}

/// A reset removes the demo bot like any other, so the server recreates it with its token.
#[tokio::test]
async fn the_demo_bot_survives_a_reset() -> Result<()> {
    let mut child = Command::new(binary())
        .args(["--listen", "127.0.0.1:0", "--memory"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("piped")?).lines();
    let root = printed(&mut lines, "Bot API root").await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let call = async |method: &str, path: &str| -> Result<Value> {
        let request = http.request(method.parse()?, format!("{root}/control{path}"));
        let answer = request.send().await?.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&answer).unwrap_or_default())
    };
    let demo = call("GET", "/bots/parlor_demo_bot").await?;
    for _ in 0..3 {
        let user = call("POST", "/users").await?["id"].clone();
        let dialog = format!("/users/{user}/dialogs/parlor_demo_bot");
        for _ in 0..2 {
            call("POST", &format!("{dialog}/start")).await?;
            let reply = call("GET", &format!("{dialog}/wait?timeout=60")).await?;
            ensure!(reply["is_outgoing"] == false, "{reply}");
        }
        call("POST", "/reset").await?;
        let again = call("GET", "/bots/parlor_demo_bot").await?;
        ensure!(again["token"] == demo["token"] && again["id"] == demo["id"], "{again}");
        let bots = call("GET", "/bots").await?;
        ensure!(bots.as_array().is_some_and(|bots| bots.len() == 1), "the demo bot alone: {bots}");
    }
    Ok(())
}
