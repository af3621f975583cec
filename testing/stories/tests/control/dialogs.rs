//! Requests of a user in a dialog.

use super::*;

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
    let join = || server.ask_to_join("1001", "123456", -1_001_234_567_890, "channel", "Gardeners");
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
    server.control("POST", "/users/1001/dialogs/-1001234567890/withdraw", Value::Null).await?;
    join().await?;
    ensure!(send("Again").await?.0 == 200);
    let decide = json!({"chat_id": -1_001_234_567_890_i64, "user_id": 1001});
    ensure!(bot(&server, "approveChatJoinRequest", decide.clone()).await? == true);
    ensure!(send("Decided").await?.0 == 403);
    let (status, again) = server.bot_api(TOKEN, "declineChatJoinRequest", decide).await?;
    ensure!(status == 400 && again["description"] == "Bad Request: USER_ALREADY_PARTICIPANT", "{again}");
    for bad in [json!({"link": ""}), json!({"link": "https://t.me/+AAAAAAAAAAAAAAAA"}), json!({})] {
        ensure!(server.control("POST", "/users/1001/join", bad).await.is_err());
    }
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
    for (message, to, words) in [
        (9, "7", "MESSAGE_ID_INVALID"),
        (3, "7", "CHAT_FORWARDS_RESTRICTED"),
        (2, "nobody", "ACCOUNT_NOT_FOUND"),
    ] {
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
