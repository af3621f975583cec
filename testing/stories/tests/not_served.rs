//! Methods and fields that Parlor does not serve are refused by name, with an error that clients do not repeat and that
//! users and tests can distinguish from a mistake.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, TOKEN};
use serde_json::{Value, json};

#[tokio::test]
async fn unserved_methods_and_fields_are_refused_by_name() -> Result<()> {
    let server = Server::with_dialog().await?;
    let with_effect = json!({"chat_id": 1001, "text": "hi", "message_effect_id": "5104841245755180586"});
    for (method, parameters, what) in [
        ("sendPhoto", json!({"chat_id": 1001, "photo": "x"}), "sendPhoto"),
        ("sendMessage", with_effect, "the parameter message_effect_id of sendMessage"),
    ] {
        let url = format!("{}/bot{TOKEN}/{method}", server.root);
        let answer = server.http().post(url).json(&parameters).send().await?;
        let status = answer.status().as_u16();
        let header = answer.headers().get("x-parlor-not-served").context("the header")?.to_str()?.to_owned();
        let body: Value = answer.json().await?;
        let expected = json!({
            "ok": false,
            "error_code": 400,
            "description": format!("Bad Request: {what} is not served by Parlor; see docs/coverage.md"),
            "not_served": what,
        });
        ensure!((status, header.as_str(), &body) == (400, what, &expected), "{status} {header} {body}");
    }
    Ok(())
}

#[tokio::test]
async fn the_inspector_marks_unserved_requests() -> Result<()> {
    let server = Server::with_dialog().await?;
    server.bot_api(TOKEN, "sendMessage", json!({"chat_id": 5, "text": "x"})).await?;
    server.bot_api(TOKEN, "sendPhoto", json!({"chat_id": 1001, "photo": "x"})).await?;
    let all = server.control("GET", "/inspector?bot=123456", Value::Null).await?;
    let told = |exchange: &Value| {
        (exchange["method"].clone(), exchange["status"].clone(), exchange["not_served"].clone())
    };
    let told: Vec<_> = all.as_array().context("a list")?.iter().map(told).collect();
    let expected = [
        (json!("getMe"), json!(200), Value::Null),
        (json!("sendMessage"), json!(400), Value::Null),
        (json!("sendPhoto"), json!(400), json!("sendPhoto")),
    ];
    ensure!(told == expected, "{told:?}");
    let only = server.control("GET", "/inspector?bot=123456&not_served=true", Value::Null).await?;
    ensure!(only == json!([all[2]]), "{only}");
    Ok(())
}

#[tokio::test]
async fn unserved_keyboard_buttons_have_their_own_codes() -> Result<()> {
    let server = Server::with_dialog().await?;
    let buttons = [
        (json!({"text": "c", "request_contact": true}), "CONTACT_BUTTON_NOT_SERVED", "the user's contact"),
        (json!({"text": "l", "request_location": true}), "LOCATION_BUTTON_NOT_SERVED", "the user's location"),
        (json!({"text": "p", "request_poll": {}}), "POLL_BUTTON_NOT_SERVED", "a poll"),
        (
            json!({"text": "w", "web_app": {"url": "https://example.com"}}),
            "WEB_APP_BUTTON_NOT_SERVED",
            "what a mini app says",
        ),
    ];
    let keyboard: Vec<Value> = buttons.iter().map(|(button, ..)| json!([button])).collect();
    let message = json!({"chat_id": 1001, "text": "?", "reply_markup": {"keyboard": keyboard}});
    let (status, answer) = server.bot_api(TOKEN, "sendMessage", message).await?;
    ensure!(status == 200, "{answer}");
    for (button, code, what) in buttons {
        let url = format!("{}/control/users/1001/dialogs/123456/keyboard", server.root);
        let answer = server.http().post(url).json(&json!({"text": button["text"]})).send().await?;
        let problem: Value = answer.json().await?;
        let expected = json!({
            "type": format!("/problems/{}", code.to_lowercase().replace('_', "-")),
            "title": "Bad Request",
            "status": 400,
            "detail": format!("this button sends {what}, which is not served by Parlor; see docs/coverage.md"),
            "code": code,
        });
        ensure!(problem == expected, "{problem}");
    }
    Ok(())
}
