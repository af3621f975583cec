//! The server itself, over its public interfaces: durability, guards, worlds, polling, webhooks.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, TOKEN};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

#[tokio::test]
async fn kill_minus_nine_loses_nothing_that_was_acknowledged() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let data = ["--data", file.to_str().context("utf-8")?];
    let mut server = Server::start(&data).await?;
    server.open_dialog().await?;
    // Many senders at once; the server dies in the middle of it.
    let (url, http) = (format!("{}/bot{TOKEN}/sendMessage", server.root), server.http().clone());
    let senders = (0..16).map(|sender| {
        let (url, http) = (url.clone(), http.clone());
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for n in 0..10_000 {
                let text = format!("{sender}-{n}");
                let request = http.post(&url).json(&json!({"chat_id": 1001, "text": text}));
                let Ok(answer) = request.send().await else { break };
                let Ok(answer) = answer.json::<Value>().await else { break };
                acknowledged.push((answer["result"]["message_id"].as_i64(), text));
            }
            acknowledged
        })
    });
    let senders: Vec<_> = senders.collect();
    let enough = "/users/1001/dialogs/123456/wait?after=300&timeout=60";
    server.control("GET", enough, Value::Null).await?;
    server.child.kill().await?;
    let mut acknowledged = BTreeSet::new();
    for sender in senders {
        acknowledged.extend(sender.await?);
    }
    ensure!(acknowledged.len() >= 250, "only {} were acknowledged", acknowledged.len());

    let server = Server::start(&data).await?;
    let mut kept = BTreeSet::new();
    let mut after = 0;
    loop {
        let path = format!("/users/1001/dialogs/123456/messages?after={after}&limit=1000");
        let page = server.control("GET", &path, Value::Null).await?;
        let page = page.as_array().context("list")?;
        let Some(last) = page.last() else { break };
        after = last["message"]["message_id"].as_i64().context("id")?;
        for message in page.iter().filter(|message| message["is_outgoing"] == false) {
            let text = message["message"]["text"].as_str().context("text")?.to_owned();
            ensure!(kept.insert((message["ids"]["123456"].as_i64(), text)), "a message is there twice");
        }
    }
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    ensure!(lost.is_empty(), "lost: {lost:?}");
    // The update that was never confirmed is still there, once.
    let (_, updates) = server.bot_api(TOKEN, "getUpdates", json!({})).await?;
    ensure!(updates["result"].as_array().map(Vec::len) == Some(1), "{updates}");
    Ok(())
}

#[tokio::test]
async fn pages_of_other_sites_cannot_use_the_control_api() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let document = server.control("GET", "/openapi.json", Value::Null).await?;
    let paths = document["paths"].as_object().context("paths")?;
    let mut routes = 0;
    for (path, operations) in paths {
        for method in operations.as_object().context("operations")?.keys() {
            let path = path.replace(['{', '}'], "");
            for (header, value) in [
                ("host", "evil.example"),
                ("host", "127.0.0.1.evil.example:8081"),
                ("origin", "https://evil.example"),
                ("origin", "null"),
            ] {
                let request =
                    server.http().request(method.to_uppercase().parse()?, format!("{}{path}", server.root));
                let answer = request.header(header, value).send().await?;
                ensure!(answer.status() == 403, "{method} {path} with {header} {value}: {}", answer.status());
                let kind = answer.headers().get("content-type").context("type")?;
                ensure!(kind == "application/problem+json");
            }
            routes += 1;
        }
    }
    ensure!(routes > 40, "only {routes} routes are described");
    Ok(())
}

#[tokio::test]
async fn worlds_are_independent() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let made = server.control("POST", "/worlds", json!({"name": "one"})).await?;
    let root = made["control"].as_str().context("address")?;
    let answer = server.http().post(format!("{root}/users")).body("{\"id\":7}").send().await?;
    ensure!(answer.status() == 201);
    let users = server.control("GET", "/users", Value::Null).await?;
    ensure!(users == json!([]), "{users}");
    let clock = format!("{root}/clock/advance");
    server.http().post(clock).body("{\"seconds\": 86400}").send().await?.error_for_status()?;
    let here = server.control("GET", "/clock", Value::Null).await?["now"].as_f64().context("now")?;
    let there: Value = server.http().get(format!("{root}/clock")).send().await?.json().await?;
    ensure!(there["now"].as_f64().context("now")? - here > 80_000.0);
    server.control("DELETE", "/worlds/one", Value::Null).await?;
    let gone = server.http().get(format!("{}/w/one/bot{TOKEN}/getMe", server.root)).send().await?;
    ensure!(gone.status() == 404);
    Ok(())
}

/// Takes one request; answers with that status and body. Returns the request as it came.
async fn take(listener: &TcpListener, status: &str, body: &str) -> Result<String> {
    let (mut stream, _) = listener.accept().await?;
    let mut request = Vec::new();
    let whole = |request: &[u8]| {
        let text = String::from_utf8_lossy(request).to_lowercase();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length: usize = head.split("content-length: ").nth(1)?.lines().next()?.trim().parse().ok()?;
        (body.len() >= length).then_some(())
    };
    while whole(&request).is_none() {
        ensure!(stream.read_buf(&mut request).await? > 0, "the request ended early");
    }
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    Ok(String::from_utf8(request)?)
}

/// Methods that an answer to a webhook may not call, in any case (telegram-bot-api, WebhookActor.cpp).
const NOT_IN_ANSWERS: [&str; 3] = ["getChat", "deletewebhook", "setWEBHOOK"];

#[tokio::test]
async fn webhooks_are_retried_and_may_answer_with_a_method() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    server.open_dialog().await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    let hook = json!({"url": url, "secret_token": "s3cret"});
    let (status, set) = server.bot_api(TOKEN, "setWebhook", hook.clone()).await?;
    ensure!(status == 200 && set["description"] == "Webhook was set", "{set}");
    ensure!(server.bot_api(TOKEN, "setWebhook", hook).await?.1["description"] == "Webhook is already set");
    // The update that waited is delivered; after a failure it comes again, the same.
    let first = take(&listener, "500 Internal Server Error", "").await?;
    let answer = r#"{"method":"sendMessage","chat_id":1001,"text":"by webhook"}"#;
    let second = take(&listener, "200 OK", answer).await?;
    for request in [&first, &second] {
        ensure!(request.to_lowercase().contains("x-telegram-bot-api-secret-token: s3cret"), "{request}");
        ensure!(request.contains("\"/start\""), "{request}");
    }
    let reply = server.control("GET", "/users/1001/dialogs/123456/wait?timeout=30", Value::Null).await?;
    ensure!(reply["message"]["text"] == "by webhook");
    // A method that is refused leaves its rule in the inspector; the next update comes once it was called.
    let messages = "/users/1001/dialogs/123456/messages";
    for text in ["two", "three", "four", "five", "six", "seven"] {
        server.control("POST", messages, json!({ "text": text })).await?;
    }
    take(&listener, "200 OK", r#"{"method":"sendDice","chat_id":1001}"#).await?;
    take(&listener, "200 OK", r#"{"method":"sendMessage","chat_id":5,"text":"x"}"#).await?;
    for method in NOT_IN_ANSWERS {
        take(&listener, "200 OK", &json!({"method": method, "url": ""}).to_string()).await?;
    }
    take(&listener, "200 OK", "").await?;
    let noted = server.control("GET", "/inspector?bot=123456", Value::Null).await?;
    let noted = noted.as_array().context("list")?;
    let called = |method: &str| noted.iter().rev().find(|exchange| exchange["method"] == method);
    let dice = called("sendDice").context("sendDice was not recorded")?;
    ensure!(dice["status"] == 400 && dice["not_served"] == "sendDice", "{dice}");
    let refused = called("sendMessage").context("sendMessage was not recorded")?;
    ensure!(refused["answer"]["description"] == "Bad Request: chat not found", "{refused}");
    ensure!(refused["rule_code"] == "PEER_ID_INVALID", "{refused}");
    for method in NOT_IN_ANSWERS {
        let exchange = called(method).with_context(|| format!("{method} was not recorded"))?;
        let words = format!("Bad Request: {method} can't be called in the answer to a webhook");
        let expected = json!({"ok": false, "error_code": 400, "description": words});
        ensure!(exchange["status"] == 400 && exchange["answer"] == expected, "{exchange}");
    }
    let (status, polled) = server.bot_api(TOKEN, "getUpdates", json!({})).await?;
    ensure!(status == 409, "the webhook is still set: {polled}");
    let info = server.bot_api(TOKEN, "getWebhookInfo", json!({})).await?.1;
    ensure!(
        info["result"]["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    );
    // Dropping pending updates is a change.
    let hook = json!({"url": url, "secret_token": "s3cret", "drop_pending_updates": true});
    ensure!(server.bot_api(TOKEN, "setWebhook", hook).await?.1["description"] == "Webhook was set");
    let deleted = server.bot_api(TOKEN, "deleteWebhook", json!({})).await?.1;
    ensure!(deleted["description"] == "Webhook was deleted");
    let (_, polled) = server.bot_api(TOKEN, "getUpdates", json!({})).await?;
    ensure!(polled["result"] == json!([]), "the update was delivered, once: {polled}");
    let metadata = json!({"url": "https://169.254.169.254/latest"});
    let (status, refused) = server.bot_api(TOKEN, "setWebhook", metadata).await?;
    ensure!(
        status == 400 && refused["description"].as_str().context("text")?.contains("reserved"),
        "{refused}"
    );
    Ok(())
}

/// A self-signed certificate is trusted only when it was uploaded, and only for that webhook.
#[tokio::test]
async fn webhooks_with_a_self_signed_certificate() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    server.open_dialog().await?;
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()])?;
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).map_err(anyhow::Error::msg)?;
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("https://{}/hook", listener.local_addr()?);
    let (delivered, mut deliveries) = tokio::sync::mpsc::channel(8);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, delivered) = (acceptor.clone(), delivered.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    ensure!(stream.read_buf(&mut request).await? > 0);
                }
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                    .await?;
                stream.shutdown().await?;
                delivered.send(String::from_utf8_lossy(&request).into_owned()).await?;
                anyhow::Ok(())
            });
        }
    });
    server.bot_api(TOKEN, "setWebhook", json!({"url": url})).await?;
    let distrusted = async {
        loop {
            let info = server.bot_api(TOKEN, "getWebhookInfo", json!({})).await?.1;
            ensure!(info["result"]["has_custom_certificate"] == false);
            if let Some(error) = info["result"]["last_error_message"].as_str() {
                return Ok(error.to_owned());
            }
            tokio::task::yield_now().await;
        }
    };
    let error = tokio::time::timeout(std::time::Duration::from_secs(30), distrusted).await??;
    ensure!(error.contains("SSL error") || error.contains("certificate"), "{error}");
    ensure!(deliveries.try_recv().is_err(), "nothing was said to a stranger");

    let boundary = "B";
    let body = format!(
        "--B\r\ncontent-disposition: form-data; name=\"url\"\r\n\r\n{url}\r\n--B\r\ncontent-disposition: form-data; \
         name=\"certificate\"; filename=\"own.pem\"\r\n\r\n{}\r\n--B--\r\n",
        own.cert.pem()
    );
    // Certificates are not compared: to set the same one again is a change.
    for _ in 0..2 {
        let request = server.http().post(format!("{}/bot{TOKEN}/setWebhook", server.root));
        let request = request.header("content-type", format!("multipart/form-data; boundary={boundary}"));
        let answer: Value = request.body(body.clone()).send().await?.json().await?;
        ensure!(answer == json!({"ok": true, "result": true, "description": "Webhook was set"}), "{answer}");
    }
    let request = deliveries.recv().await.context("a delivery")?;
    ensure!(request.contains("/start"), "{request}");
    let info = server.bot_api(TOKEN, "getWebhookInfo", json!({})).await?.1;
    ensure!(info["result"]["has_custom_certificate"] == true, "{info}");
    Ok(())
}

#[tokio::test]
async fn only_one_program_polls() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    server.bot_api(TOKEN, "getMe", json!({})).await?;
    // Whichever comes first is turned away by the other, which then waits for the message.
    let poll = || server.bot_api(TOKEN, "getUpdates", json!({"timeout": 50}));
    let (first, second) = (poll(), poll());
    tokio::pin!(first, second);
    let (lost, waiting) = tokio::select! {
        lost = &mut first => (lost?, second),
        lost = &mut second => (lost?, first),
    };
    let words =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    ensure!(lost.0 == 409 && lost.1["description"] == words, "{lost:?}");
    server.open_dialog().await?;
    let (status, updates) = waiting.await?;
    ensure!(status == 200 && updates["result"][0]["message"]["text"] == "/start", "{updates}");
    Ok(())
}

#[tokio::test]
async fn every_request_encoding_is_read() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    server.open_dialog().await?;
    let root = format!("{}/bot{TOKEN}", server.root);
    let multipart = "\r\n--B\r\ncontent-disposition:form-data;name=\"chat_id\"\r\n\r\n1001\r\n--B\r\n\
                     Content-Disposition: form-data; name=text\r\n\r\nmultipart\r\n--B--";
    let forms = [
        ("query", server.http().get(format!("{root}/SENDMESSAGE?chat_id=1001&text=query"))),
        ("mixed", server.http().post(format!("{root}/sendMessage?chat_id=1001")).body("text=mixed")),
        (
            "json",
            server
                .http()
                .post(format!("{root}/SendMessage"))
                .body(r#"{"chat_id":"1001","text":"json","x":[1]}"#),
        ),
        ("multipart", server.http().post(format!("{root}/sendmessage")).body(multipart)),
    ];
    for (form, request) in forms {
        let kind = match form {
            "json" => "application/json",
            "multipart" => "multipart/form-data; boundary=B",
            _ => "application/x-www-form-urlencoded",
        };
        let answer: Value = request.header("content-type", kind).send().await?.json().await?;
        ensure!(answer["result"]["text"] == form, "{form}: {answer}");
    }
    Ok(())
}
