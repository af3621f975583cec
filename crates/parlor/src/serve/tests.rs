use crate::cli::{Cli, ServerOptions};
use crate::connections::ConnectionLimiter;
use crate::http_connection::PARK_TIME;
use crate::server::Server;
use clap::Parser;
use parlor_control::Leases;
use parlor_world::AccountId;
use parlor_world::ops::account::{CreateBot, CreateUser};
use parlor_world::ops::chat::StartBot;
use parlor_world::ops::message::Send;
use parlor_world::state::account::{Token, UserProfile};
use parlor_world::text::Text;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

const USER: AccountId = AccountId(1001);
const BOT: AccountId = AccountId(1);
/// Seconds of a time-out of a minute, rounded.
const A_MINUTE: std::ops::RangeInclusive<u64> = 59..=61;

fn options() -> ServerOptions {
    Cli::parse_from(["parlor", "--memory", "--no-demo", "--listen", "0"]).server
}

fn address(server: &Server) -> String {
    server.root().trim_start_matches("http://").to_owned()
}

/// Connects and sends some bytes.
async fn connect(server: &Server, bytes: impl AsRef<[u8]>) -> TcpStream {
    let mut client = TcpStream::connect(address(server)).await.unwrap();
    client.write_all(bytes.as_ref()).await.unwrap();
    client
}

/// Reads everything until the server closes the connection.
async fn read_to_end(client: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    // A connection may be reset if the client has sent too much.
    let read = tokio::time::timeout(Duration::from_secs(600), client.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the connection is not closed");
    answer
}

/// Returns the first line of an answer.
fn first_line(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer).lines().next().unwrap_or_default().to_owned()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")
}

// The virtual clock advances when every task waits.
#[tokio::test(start_paused = true)]
async fn clients_that_stop_sending_are_disconnected_after_a_minute() {
    let server = Server::start(&options(), Leases::new(false)).await.unwrap();
    let post = |path: &str, rest: &str| format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{rest}");
    let table = [
        // Nothing, and less than a line.
        (String::new(), ""),
        ("GE".to_owned(), "HTTP/1.1 408 Request Timeout"),
        ("query / ".to_owned(), "HTTP/1.1 408 Request Timeout"),
        // An incomplete head.
        ("GET /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\n".to_owned(), ""),
        // A whole request, and then nothing.
        (get("/bot1:A/getMe"), "HTTP/1.1 200 OK"),
        // An incomplete body.
        (post("/bot1:A/getMe", "content-length: 10\r\n\r\n{\"a\""), "HTTP/1.1 408 Request Timeout"),
        (post("/bot1:A/getMe", "transfer-encoding: chunked\r\n\r\n5\r\n"), "HTTP/1.1 408 Request Timeout"),
        (post("/control/users", "content-length: 10\r\n\r\n{\"a\""), "HTTP/1.1 408 Request Timeout"),
        (post("/control/users", "transfer-encoding: chunked\r\n\r\n5\r\n"), "HTTP/1.1 408 Request Timeout"),
        // MTProto's first bytes.
        ("\u{7f}\u{1}\u{1}\u{1}\u{1}".to_owned(), ""),
    ];
    for (sent, expected) in table {
        let began = Instant::now();
        let mut client = connect(&server, &sent).await;
        let answer = read_to_end(&mut client).await;
        let took = began.elapsed().as_secs();
        assert!(A_MINUTE.contains(&took), "{sent:?}: {took} s");
        let line = first_line(&answer);
        assert!(line == expected || expected.is_empty() && line.contains(" 408 "), "{sent:?}: {line}");
    }
    server.stop().await;
}

/// Creates a dialog with 12 MB of messages, more than the buffers of a connection hold.
async fn add_messages(server: &Server) {
    const MESSAGES: usize = 3000;
    let host = server.worlds.default_world();
    host.execute(CreateBot { token: Token::parse("1:A"), ..CreateBot::default() }).await.unwrap();
    let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
    host.execute(CreateUser { id: Some(USER), profile }).await.unwrap();
    host.execute(StartBot { user: USER, bot: BOT, payload: None, random_id: None }).await.unwrap();
    let text = "x".repeat(4000);
    for _ in 0..MESSAGES {
        host.execute(Send::text(BOT, USER, Text::plain(text.as_str()))).await.unwrap();
    }
}

/// Connects with a small receive buffer.
async fn connect_with_small_buffer(server: &Server, sent: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 << 10).unwrap();
    let mut client = socket.connect(address(server).parse().unwrap()).await.unwrap();
    client.write_all(sent.as_bytes()).await.unwrap();
    client
}

#[tokio::test(start_paused = true)]
async fn clients_that_never_read_are_disconnected() {
    let limiter = ConnectionLimiter::new(16);
    let server = Server::start_limited(&options(), Leases::new(false), limiter.clone()).await.unwrap();
    add_messages(&server).await;
    let events = "/control/users/1001/events?after=0";
    let socket = format!(
        "GET {events} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    for (sent, status) in [
        (get("/control/users/1001/dialogs/1/messages"), "HTTP/1.1 200 OK"),
        (get(events), "HTTP/1.1 200 OK"),
        (socket, "HTTP/1.1 101 Switching Protocols"),
    ] {
        let began = Instant::now();
        let mut client = connect_with_small_buffer(&server, &sent).await;
        limiter.until_open(1).await;
        limiter.until_open(0).await;
        let took = began.elapsed().as_secs();
        assert!(A_MINUTE.contains(&took), "{sent:?}: {took} s");
        let answer = read_to_end(&mut client).await;
        assert_eq!(first_line(&answer), status, "{sent:?}");
        assert!(answer.len() < 12_000_000, "{sent:?}: the whole answer was sent");
    }
    server.stop().await;
}

/// Reads one whole answer, and returns its first line.
async fn read_answer(client: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let text = String::from_utf8(head).unwrap();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    client.read_exact(&mut body).await?;
    Ok(first_line(text.as_bytes()))
}

// Hyper is taken away from a connection whose client is silent. What the client has sent of its next request is not.
#[tokio::test(start_paused = true)]
async fn clients_may_pause_anywhere_in_a_request() {
    let limiter = ConnectionLimiter::new(16);
    let server = Server::start_limited(&options(), Leases::new(false), limiter.clone()).await.unwrap();
    let mut client = connect(&server, get("/bot1:A/getMe")).await;
    // A delayed packet would come after the virtual clock has advanced.
    client.set_nodelay(true).unwrap();
    assert_eq!(read_answer(&mut client).await.unwrap(), "HTTP/1.1 200 OK");
    let post = "POST /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\n{ }";
    let both = format!("{}{post}", get("/bot1:A/getMe"));
    for end in 0..both.len() {
        client.write_all(&both.as_bytes()[..end]).await.unwrap();
        tokio::time::sleep(3 * PARK_TIME).await;
        client.write_all(&both.as_bytes()[end..]).await.unwrap();
        for _ in 0..2 {
            let line = read_answer(&mut client).await.unwrap_or_else(|error| error.to_string());
            assert_eq!(line, "HTTP/1.1 200 OK", "a pause after {end} bytes");
        }
        tokio::time::sleep(3 * PARK_TIME).await;
    }
    // A head that comes slowly has a minute, from the answer before it on.
    let (began, mut bytes) = (Instant::now(), post.bytes());
    limiter.until_open(1).await;
    while let Some(byte) = bytes.next().filter(|_| limiter.count() == 1) {
        client.write_all(&[byte]).await.unwrap();
        tokio::time::sleep(2 * PARK_TIME).await;
    }
    let took = began.elapsed().as_secs();
    assert!((56..=61).contains(&took), "{took} s");
    server.stop().await;
}

#[tokio::test(start_paused = true)]
async fn clients_may_pause_while_they_read_an_answer() {
    let server = Server::start(&options(), Leases::new(false)).await.unwrap();
    add_messages(&server).await;
    let mut client = connect_with_small_buffer(&server, &get("/control/users/1001/dialogs/1/messages")).await;
    // Not before the answer has begun, or the virtual clock advances before the request has arrived.
    client.readable().await.unwrap();
    tokio::time::sleep(9 * PARK_TIME).await;
    assert_eq!(read_answer(&mut client).await.unwrap(), "HTTP/1.1 200 OK");
    client.write_all(get("/bot1:A/getMe").as_bytes()).await.unwrap();
    assert_eq!(read_answer(&mut client).await.unwrap(), "HTTP/1.1 200 OK");
    server.stop().await;
}

// A stream without events has no pending output, so its client is not disconnected.
#[tokio::test(start_paused = true)]
async fn event_streams_without_events_stay_open() {
    let server = Server::start(&options(), Leases::new(false)).await.unwrap();
    let mut client = connect(&server, get("/control/accounts/events")).await;
    let mut answer = vec![0; 1 << 10];
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(client.read(&mut answer).await.unwrap() > 0, "the stream ended");
    }
    server.stop().await;
}

#[tokio::test]
async fn invalid_requests_are_answered_with_an_error() {
    let server = Server::start(&options(), Leases::new(false)).await.unwrap();
    let table: [(&[u8], &str); 12] = [
        (
            b"QUERY /control/users HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            "405 Method Not Allowed",
        ),
        (
            b"QUERY /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            "405 Method Not Allowed",
        ),
        (
            b"PUT /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            "405 Method Not Allowed",
        ),
        (b"get / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", "405 Method Not Allowed"),
        // HTTP requires servers to ignore empty lines before a request.
        (b"\r\nGET /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", "200 OK"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "505 HTTP Version Not Supported"),
        (b"GET / HTTP/2.0\r\nhost: localhost\r\n\r\n", "400 Bad Request"),
        (b"get / http/1.1\r\nhost: localhost\r\n\r\n", "400 Bad Request"),
        (b"hello\r\n", "400 Bad Request"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "400 Bad Request"),
        // TLS.
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400 Bad Request"),
        (&[b'a'; 100 << 10], "431 Request Header Fields Too Large"),
    ];
    for (sent, expected) in table {
        let mut client = TcpStream::connect(address(&server)).await.unwrap();
        // The server may answer and close the connection before it has read everything.
        let _ = client.write_all(sent).await;
        let answer = read_to_end(&mut client).await;
        let sent = String::from_utf8_lossy(&sent[..sent.len().min(40)]);
        assert_eq!(first_line(&answer), format!("HTTP/1.1 {expected}"), "{sent:?}");
    }
    server.stop().await;
}

/// Returns whether the server has closed a connection whose answers were read.
fn is_closed(client: &TcpStream) -> bool {
    matches!(client.try_read(&mut [0; 1]), Ok(0)) || client.take_error().is_ok_and(|error| error.is_some())
}

/// Sends a request and reads its answer. The pause makes the next request later on the limiter's clock.
async fn call(client: &mut TcpStream) {
    client.write_all(get("/bot1:A/getMe").as_bytes()).await.unwrap();
    let mut answer = vec![0; 1 << 10];
    let length = client.read(&mut answer).await.unwrap();
    assert_eq!(first_line(&answer[..length]), "HTTP/1.1 200 OK");
    tokio::time::sleep(Duration::from_millis(2)).await;
}

// On the real clock, because the order of arrivals matters.
#[tokio::test]
async fn the_longest_idle_connection_is_closed_for_a_new_client() {
    let limiter = ConnectionLimiter::new(4);
    let server = Server::start_limited(&options(), Leases::new(false), limiter.clone()).await.unwrap();
    // The oldest connection has a request in progress, the next one never sends anything.
    let poll = connect(&server, get("/bot1:A/getUpdates?timeout=50")).await;
    limiter.until_busy(1).await;
    let silent = connect(&server, "").await;
    limiter.until_open(2).await;
    let (mut first, mut second) = (connect(&server, "").await, connect(&server, "").await);
    call(&mut first).await;
    call(&mut second).await;
    call(&mut first).await;
    for mut closed in [silent, second, first] {
        let mut fresh = connect(&server, "").await;
        call(&mut fresh).await;
        let ended = tokio::time::timeout(Duration::from_secs(60), closed.read(&mut [0; 1])).await;
        assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
        assert!(!is_closed(&poll) && !is_closed(&fresh));
        // The new connection stays open, and is not the longest idle one.
        tokio::spawn(async move { while fresh.read(&mut [0; 1]).await.is_ok_and(|read| read > 0) {} });
    }
    server.stop().await;
}
