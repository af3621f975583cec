//! Requests and answers that are large.

use anyhow::{Result, ensure};
use parlor_stories::{Server, TOKEN};
use serde_json::{Value, json};

fn error(code: u16, description: &str) -> Value {
    json!({"ok": false, "error_code": code, "description": description})
}

#[tokio::test]
async fn parameters_of_every_form_have_a_megabyte_together() -> Result<()> {
    let server = Server::with_dialog().await?;
    let send = |query: String, kind: &'static str, body: String| {
        let url = format!("{}/bot{TOKEN}/getMe{query}", server.root);
        server.http().post(url).header("content-type", kind).body(body).send()
    };
    let multipart = |length: usize| {
        format!(
            "--B\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n{}\r\n--B--\r\n",
            "x".repeat(length)
        )
    };
    let file = |length: usize| multipart(length).replace("name=\"a\"", "name=\"a\"; filename=\"f\"");
    let form = "multipart/form-data; boundary=B";
    let urlencoded = "application/x-www-form-urlencoded";
    const FULL: usize = 1 << 20;
    for (query, kind, body, expected) in [
        ("", urlencoded, format!("a={}", "x".repeat(FULL - 2)), None),
        ("", urlencoded, format!("a={}", "x".repeat(FULL - 1)), Some("too many parameters")),
        ("?b=cd", urlencoded, format!("a={}", "x".repeat(FULL - 5)), Some("too many parameters")),
        ("", "application/json", format!("{{\"a\":\"{}\"}}", "x".repeat(FULL)), Some("too many parameters")),
        ("", form, multipart(FULL), None),
        ("", form, multipart(FULL + 1), Some("too many parameters in form data")),
        ("?b=cd", form, multipart(FULL - 3), Some("too many parameters in form data")),
        ("", form, file(2 * FULL), None),
    ] {
        let length = body.len();
        let answer = send(query.to_owned(), kind, body).await?;
        let found = (answer.status().as_u16(), answer.json::<Value>().await?);
        let expected = expected.map_or(200, |_| 413).min(413) == found.0
            && expected
                .is_none_or(|text| found.1 == error(413, &format!("Request Entity Too Large: {text}")));
        ensure!(expected, "{kind} {query} {length}: {found:?}");
    }
    Ok(())
}

/// Many updates are read in pieces, and come as one answer.
#[tokio::test]
async fn a_long_get_updates_answer_is_complete() -> Result<()> {
    let server = Server::with_dialog().await?;
    for i in 2..=45 {
        let text = json!({"text": i.to_string()});
        server.control("POST", "/users/1001/dialogs/123456/messages", text).await?;
    }
    let expected: Vec<i64> = (1..=45).collect();
    for limit in [1, 4, 5, 6, 19, 20, 21, 40, 41, 45, 46, 100] {
        let (_, updates) = server.bot_api(TOKEN, "getUpdates", json!({"limit": limit})).await?;
        let updates = updates["result"].as_array().cloned().unwrap_or_default();
        let found: Vec<i64> =
            updates.iter().filter_map(|update| update["message"]["message_id"].as_i64()).collect();
        ensure!(found == expected[..limit.min(45)], "{limit}: {found:?}");
    }
    Ok(())
}
