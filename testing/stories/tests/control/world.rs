//! The clock, faults, events and bots.

use super::*;
use std::collections::BTreeSet;

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
        let mut stream = TcpStream::connect(server.address()).await?;
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

/// Each answer belongs to its own request, whatever others do at the same time.
#[tokio::test]
async fn each_revocation_answers_with_its_own_token() -> Result<()> {
    const REQUESTS: usize = 32;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    // On a disk, so that the requests wait for the same write.
    let server = Server::start(&["--data", file.to_str().context("UTF-8")?]).await?;
    server.control("POST", "/bots", json!({ "token": TOKEN })).await?;
    let revoke = || server.control("POST", "/bots/123456/token", json!({}));
    let answers = futures_util::future::try_join_all(std::iter::repeat_with(revoke).take(REQUESTS)).await?;
    let tokens: BTreeSet<&str> = answers.iter().filter_map(|bot| bot["token"].as_str()).collect();
    ensure!(tokens.len() == REQUESTS, "{REQUESTS} requests, tokens: {tokens:?}");
    Ok(())
}
