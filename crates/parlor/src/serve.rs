//! Connections: how long they may take, how many there may be, and which gateway answers.

use crate::web;
use axum::Router;
use axum::body::Body;
use http::{Request, Response, StatusCode, Uri};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use parlor_bot_api::{BotApi, Dropped};
use parlor_control::Guard;
use parlor_host::{Host, Worlds};
use parlor_mtproto::MtProto;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt;

/// Connections at once, at one address.
const MAX_CONNECTIONS: usize = 16_384;
/// A request's head must be there by then; a kept-alive connection may rest as long.
const HEADER_TIME: Duration = Duration::from_secs(60);
/// Room for a request's head.
const MAX_HEAD: usize = 64 << 10;

/// Takes a request to its world and its gateway.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) worlds: Arc<Worlds>,
    pub(crate) bot_api: BotApi,
    pub(crate) control: Router,
    pub(crate) mtproto: MtProto,
    pub(crate) guard: Arc<Guard>,
    pub(crate) address: SocketAddr,
}

impl Service {
    async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, Dropped> {
        let path = request.uri().path().to_owned();
        let (host, path) = match path.strip_prefix("/w/") {
            None => (Some(self.worlds.default_world()), path.as_str()),
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                let path = if end == rest.len() { "/" } else { &rest[end..] };
                (self.worlds.get(&rest[..end]), path)
            }
        };
        if path == "/apiws" {
            let Some(host) = host else { return Ok(no_world()) };
            return Ok(
                web::upgrade(&self.guard, self.mtproto, host, self.address, request.map(Body::new)).await
            );
        }
        if BotApi::serves(path) {
            let Some(host) = host else { return Ok(no_world()) };
            return Ok(self.bot_api.handle(&host, path, request).await?.map(Body::new));
        }
        Ok(self.control(host, path, request.map(Body::new)).await)
    }

    /// Without a world's prefix, and with the world at hand.
    async fn control(self, host: Option<Host>, path: &str, mut request: Request<Body>) -> Response<Body> {
        let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
        if let Ok(uri) = format!("{path}{query}").parse::<Uri>() {
            *request.uri_mut() = uri;
        }
        if let Some(host) = host {
            request.extensions_mut().insert(host);
        }
        match self.control.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

fn no_world() -> Response<Body> {
    let body = r#"{"ok":false,"error_code":404,"description":"Not Found: there is no such world"}"#;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

/// A listener with room for so many connections; the next ones wait to be accepted.
pub(crate) struct Door {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Door {
    pub(crate) fn new(listener: TcpListener) -> Self {
        Self { listener, room: Arc::new(Semaphore::new(MAX_CONNECTIONS)) }
    }

    /// The next connection, with its place in the room. Nothing is lost when it is not waited for to the end.
    pub(crate) async fn next(&self) -> Option<(TcpStream, OwnedSemaphorePermit)> {
        let permit = self.room.clone().acquire_owned().await.ok()?;
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    // Answers are written whole; waiting to fill a packet only costs time.
                    let _ = stream.set_nodelay(true);
                    return Some((stream, permit));
                }
                // Out of file descriptors, most likely: give others time to end.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

/// Serves connections for ever.
pub(crate) async fn accept(listener: TcpListener, service: Service) {
    let door = Door::new(listener);
    while let Some((stream, permit)) = door.next().await {
        let service = service.clone();
        tokio::spawn(async move {
            if speaks_mtproto(&stream).await {
                service.mtproto.serve(service.worlds.default_world(), stream).await;
                return drop(permit);
            }
            let answer = hyper::service::service_fn(move |request| service.clone().answer(request));
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_TIME)
                .max_buf_size(MAX_HEAD)
                .serve_connection(TokioIo::new(stream), answer)
                .with_upgrades();
            // Clients go as they please, and some faults are ordered: nothing to tell anybody.
            let _ = connection.await;
            drop(permit);
        });
    }
}

/// Whether a connection's first bytes are MTProto's: both protocols live at one address.
async fn speaks_mtproto(stream: &TcpStream) -> bool {
    let mut first = [0; 4];
    let peeked = tokio::time::timeout(HEADER_TIME, stream.peek(&mut first)).await;
    match peeked {
        Ok(Ok(4..)) => MtProto::speaks(first),
        // Fewer bytes are the start of a word, or they are none of HTTP's.
        Ok(Ok(1..)) => !first[0].is_ascii_uppercase(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, ServerOptions};
    use crate::server::Server;
    use clap::Parser;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::Instant;

    fn options() -> ServerOptions {
        Cli::parse_from(["parlor", "--memory", "--no-demo", "--listen", "127.0.0.1:0"]).server
    }

    /// On a virtual clock, which goes forward when everybody waits: a client says that much and no more, and is given
    /// up, after a minute and not before.
    #[tokio::test(start_paused = true)]
    async fn slow_clients_are_given_up() {
        let server = Server::start(&options(), false).await.unwrap();
        let address = server.root().trim_start_matches("http://").to_owned();
        let get_me = "GET /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\n";
        let body = "POST /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{\"a\"";
        let chunked =
            "POST /bot1:A/getMe HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\n";
        let table = [
            // Nothing, and less than a word.
            ("", ""),
            ("GE", ""),
            // Half a head.
            (get_me, ""),
            // A whole request, and then silence.
            (&format!("{get_me}\r\n"), "HTTP/1.1 200 OK"),
            // Half a body.
            (body, "HTTP/1.1 408 Request Timeout"),
            (chunked, "HTTP/1.1 408 Request Timeout"),
            // MTProto's first bytes.
            ("\u{7f}\u{1}\u{1}\u{1}\u{1}", ""),
        ];
        for (said, answered) in table {
            let mut client = TcpStream::connect(&address).await.unwrap();
            client.write_all(said.as_bytes()).await.unwrap();
            let began = Instant::now();
            let mut answer = Vec::new();
            let ended = tokio::time::timeout(Duration::from_secs(300), client.read_to_end(&mut answer)).await;
            let took = began.elapsed().as_secs();
            let answer = String::from_utf8_lossy(&answer);
            assert!(ended.is_ok() && (59..=125).contains(&took), "{said:?}: {took} s");
            let line = answer.lines().next().unwrap_or_default();
            assert!(
                line == answered || line.starts_with("HTTP/1.1 408") && answered.is_empty(),
                "{said:?}: {answer}"
            );
        }
        server.stop().await;
    }
}
