//! Connections: how long they may take, and which gateway answers.

use crate::client_stream::{ClientStream, WRITE_TIME};
use crate::connections::{ConnectionLimiter, Idle, Slot};
use crate::protocol::{Protocol, read_first};
use crate::response::Tracked;
use crate::web;
use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use parlor_bot_api::{Adoption, BotApi, Dropped};
use parlor_control::Guard;
use parlor_host::{Host, Worlds};
use parlor_mtproto::{Activity, MtProto, OnActivity};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// A request's head must be there by then; a kept-alive connection may rest as long.
const HEADER_TIME: Duration = Duration::from_secs(60);
/// Room for a request's head.
const MAX_HEAD: usize = 64 << 10;
/// A client that is refused may go on sending for so long, so that it comes to read the answer.
const LINGER_TIME: Duration = Duration::from_secs(2);

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
    /// Answers a request; the connection is busy until its answer is sent.
    async fn serve(self, request: Request<Incoming>, slot: Slot) -> Result<Response<Tracked>, Dropped> {
        slot.set_busy();
        let response = self.answer(request, &slot).await?;
        // What follows an upgrade is no longer HTTP's: an event stream is busy as long as it lasts, and MTProto says
        // itself when it is idle.
        let idle_afterwards = response.status() != StatusCode::SWITCHING_PROTOCOLS;
        Ok(response.map(|body| Tracked::new(body, idle_afterwards.then_some(slot))))
    }

    async fn answer(self, request: Request<Incoming>, slot: &Slot) -> Result<Response<Body>, Dropped> {
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
            let serve =
                web::Serve { mtproto: self.mtproto, host, address: self.address, report: report(slot) };
            return Ok(web::upgrade(&self.guard, serve, request.map(Body::new)).await);
        }
        if BotApi::serves(path) {
            let Some(host) = host else { return Ok(no_world()) };
            if ![Method::GET, Method::POST].contains(request.method()) {
                return Ok(method_not_allowed());
            }
            let adoption = match self.guard.refuse_adoption(request.uri(), request.headers()) {
                None => Adoption::Allowed,
                Some(reason) => Adoption::Refused(reason),
            };
            return Ok(self.bot_api.handle(&host, path, &adoption, request).await?.map(Body::new));
        }
        Ok(self.control(host, path, request.map(Body::new)).await)
    }

    /// Without a world's prefix, and with the world at hand.
    async fn control(self, host: Option<Host>, path: &str, mut request: Request<Body>) -> Response<Body> {
        let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
        if let Ok(path) = format!("{path}{query}").parse() {
            // The authority of an absolute request target stays: the guard compares it with the Host.
            let mut parts = std::mem::take(request.uri_mut()).into_parts();
            parts.path_and_query = Some(path);
            *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
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
    bot_api_error(StatusCode::NOT_FOUND, "Not Found: there is no such world")
}

fn method_not_allowed() -> Response<Body> {
    let mut response = bot_api_error(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

fn bot_api_error(status: StatusCode, description: &str) -> Response<Body> {
    let body = format!(r#"{{"ok":false,"error_code":{},"description":"{description}"}}"#, status.as_u16());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Serves connections for ever.
pub(crate) async fn accept(listener: TcpListener, limiter: ConnectionLimiter, service: Service) {
    limiter.accept(listener, |stream, slot| connection(stream, slot, service.clone())).await;
}

/// Serves one connection to the server's own address.
async fn connection(mut stream: TcpStream, slot: Slot, service: Service) {
    let Some((protocol, first)) = first(&mut stream, &slot).await else { return };
    // Boxed, so that a connection that says nothing does not hold the room that a protocol needs.
    match protocol {
        Protocol::MtProto => {
            let host = service.worlds.default_world();
            Box::pin(mtproto(service.mtproto, host, stream, first, &slot)).await;
        }
        Protocol::Http => Box::pin(http(service, ClientStream::new(stream, first, slot))).await,
        Protocol::Http2 => {
            let words = "HTTP/1.1 is spoken here, not HTTP/2.";
            refuse(stream, StatusCode::HTTP_VERSION_NOT_SUPPORTED, words).await;
        }
    }
}

/// Serves one connection to a port of a world, where nothing but MTProto is spoken.
pub(crate) async fn mtproto_connection(mut stream: TcpStream, slot: Slot, gateway: MtProto, host: Host) {
    let Some((protocol, first)) = first(&mut stream, &slot).await else { return };
    match protocol {
        Protocol::MtProto => mtproto(gateway, host, stream, first, &slot).await,
        Protocol::Http | Protocol::Http2 => {
            let words = "MTProto is spoken here; HTTP is at the server's own address, under /w/<world>.";
            refuse(stream, StatusCode::BAD_REQUEST, words).await;
        }
    }
}

/// Reads the bytes that tell the protocol. None if the client left, said nothing, or had to make room.
async fn first(stream: &mut TcpStream, slot: &Slot) -> Option<(Protocol, Vec<u8>)> {
    let mut bytes = Vec::new();
    let read = tokio::select! {
        read = read_first(stream, &mut bytes) => read,
        () = slot.closed() => return None,
    };
    match read {
        Ok(protocol) => Some((protocol, bytes)),
        // Part of a line is all that there is: an HTTP server says so.
        Err(error) if error.kind() == io::ErrorKind::TimedOut && !bytes.is_empty() => {
            let head = head(StatusCode::REQUEST_TIMEOUT, 0);
            let _ = tokio::time::timeout(WRITE_TIME, stream.write_all(head.as_bytes())).await;
            None
        }
        Err(_) => None,
    }
}

async fn mtproto(gateway: MtProto, host: Host, stream: TcpStream, first: Vec<u8>, slot: &Slot) {
    tokio::select! {
        () = gateway.serve(host, stream, first, report(slot)) => {}
        () = slot.closed() => {}
    }
}

/// Tells the limiter what an MTProto connection does.
fn report(slot: &Slot) -> OnActivity {
    let slot = slot.clone();
    Arc::new(move |activity| match activity {
        Activity::Handshake => slot.set_idle(Idle::Silent),
        Activity::Idle { logged_in: false } => slot.set_idle(Idle::Session),
        Activity::Idle { logged_in: true } => slot.set_idle(Idle::LoggedIn),
        Activity::Busy => slot.set_busy(),
    })
}

async fn http(service: Service, stream: ClientStream<TcpStream>) {
    let slot = stream.slot().clone();
    let answer = hyper::service::service_fn(move |request| service.clone().serve(request, slot.clone()));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    // Clients go as they please, and some faults are ordered: nothing to tell anybody.
    let _ = connection.await;
}

/// Answers with a text and ends the connection.
async fn refuse(mut stream: TcpStream, status: StatusCode, words: &str) {
    let answer = format!("{}{words}\n", head(status, words.len() + 1));
    let said = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // A connection that is closed with unread bytes is reset, and the client may lose the answer.
        let mut rest = [0; 1 << 10];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(LINGER_TIME, said).await;
}

fn head(status: StatusCode, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )
}

#[cfg(test)]
mod tests;
