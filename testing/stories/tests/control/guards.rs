//! Refused requests, and secrets that answers do not contain.

use super::*;

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

/// A page of another site, or one that rebound its name, creates no bot; existing bots answer as before.
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
