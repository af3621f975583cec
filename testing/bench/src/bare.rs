//! The bare servers that Parlor is measured against. Each runs as a process of its own: this program with a hidden argument.

use anyhow::Result;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::sync::mpsc;
use tokio::sync::oneshot;

/// As long as Parlor's answer to `sendMessage`.
const ANSWER: &str = r#"{"ok":true,"result":{"chat":{"first_name":"Ann","id":1001,"type":"private"},"date":1790000000,"from":{"first_name":"b1_bot","id":1,"is_bot":true,"username":"b1_bot"},"message_id":123456,"text":"a message of the usual length, forty odd"}}"#;
const PATH: &str = "/bot1:A/sendMessage";

/// Serves what the hidden argument names, on the port that the environment names.
pub(crate) async fn serve(name: &str, file: &str) -> Result<()> {
    let port: u16 = std::env::var("PORT")?.parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    match name {
        "echo" => echo(listener).await,
        "typed" => serve_http(listener, post(typed)).await,
        "floor" => {
            let log = open_log(file)?;
            serve_http(listener, post(logged).with_state(log)).await
        }
        _ => serve_http(listener, post(|_: Bytes| answer())).await,
    }
}

async fn serve_http(listener: tokio::net::TcpListener, route: axum::routing::MethodRouter) -> Result<()> {
    let router = Router::new().route("/", get(answer)).route(PATH, route);
    Ok(axum::serve(listener, router).await?)
}

async fn answer() -> impl axum::response::IntoResponse {
    ([(CONTENT_TYPE, "application/json")], ANSWER)
}

/// A request to the typed route, as Parlor reads it.
#[derive(Deserialize)]
struct SendMessage {
    chat_id: i64,
    text: String,
}

#[derive(Serialize)]
struct Answer {
    ok: bool,
    result: Message,
}

#[derive(Serialize)]
struct Message {
    chat: Chat,
    date: i64,
    from: User,
    message_id: i32,
    text: String,
}

#[derive(Serialize)]
struct Chat {
    first_name: String,
    id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct User {
    first_name: String,
    id: i64,
    is_bot: bool,
    username: String,
}

/// Reads and writes typed JSON, and does nothing else.
async fn typed(Json(request): Json<SendMessage>) -> Json<Answer> {
    let chat = Chat { first_name: "Ann".to_owned(), id: request.chat_id, kind: "private" };
    let name = || "b1_bot".to_owned();
    let from = User { first_name: name(), id: 1, is_bot: true, username: name() };
    let result = Message { chat, date: 1_790_000_000, from, message_id: 123_456, text: request.text };
    Json(Answer { ok: true, result })
}

type Waiting = oneshot::Sender<()>;

/// Answers once the answer is on the disk.
async fn logged(
    State(log): State<mpsc::Sender<Waiting>>,
    _: Bytes,
) -> Result<impl axum::response::IntoResponse, String> {
    let (durable, wait) = oneshot::channel();
    log.send(durable).map_err(|error| error.to_string())?;
    wait.await.map_err(|error| error.to_string())?;
    Ok(answer().await)
}

/// A log with group commit: all answers that wait are appended together, and synced by one `fdatasync`.
fn open_log(path: &str) -> Result<mpsc::Sender<Waiting>> {
    let mut file = File::create(path)?;
    let (sender, receiver) = mpsc::channel::<Waiting>();
    std::thread::spawn(move || -> std::io::Result<()> {
        while let Ok(first) = receiver.recv() {
            let batch: Vec<Waiting> = std::iter::once(first).chain(receiver.try_iter()).collect();
            file.write_all(ANSWER.repeat(batch.len()).as_bytes())?;
            file.sync_data()?;
            for waiting in batch {
                // The client may have hung up.
                let _ = waiting.send(());
            }
        }
        Ok(())
    });
    Ok(sender)
}

/// A bare TCP echo.
async fn echo(listener: tokio::net::TcpListener) -> Result<()> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let (mut read, mut write) = stream.split();
            let _ = tokio::io::copy(&mut read, &mut write).await;
        });
    }
}
