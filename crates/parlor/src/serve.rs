//! Serves connections: detects the protocol, applies time-outs, and routes requests to their world and gateway.

use crate::client_stream::{ClientStream, WRITE_TIMEOUT};
use crate::connections::{ConnectionLimiter, Idle, Slot};
use crate::http_connection;
use crate::protocol::{Protocol, read_protocol};
use crate::response::Tracked;
use crate::web_socket;
use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use hyper::body::Incoming;
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
use tracing::{Instrument, Span, debug, debug_span, field};

/// How long a refused client may continue to send, so that it reads the answer.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);

/// Routes a request to its world and gateway.
pub(crate) struct Service {
    pub(crate) worlds: Arc<Worlds>,
    pub(crate) bot_api: BotApi,
    pub(crate) control: Router,
    pub(crate) mtproto: MtProto,
    pub(crate) guard: Arc<Guard>,
    pub(crate) address: SocketAddr,
}

impl Service {
    /// Answers a request. The connection is busy until the answer is sent.
    async fn serve(
        self: Arc<Self>,
        request: Request<Incoming>,
        slot: Slot,
    ) -> Result<Response<Tracked>, Dropped> {
        slot.set_busy();
        // The path is never logged: it contains the token.
        let span = debug_span!("http", method = %request.method(), world = field::Empty);
        let response = self.answer(request, &slot).instrument(span).await?;
        // After an upgrade the connection is no longer HTTP: an event stream stays busy as long as it lasts, and MTProto
        // reports its own activity.
        let idle_afterwards = response.status() != StatusCode::SWITCHING_PROTOCOLS;
        Ok(response.map(|body| Tracked::new(body, idle_afterwards.then_some(slot))))
    }

    async fn answer(&self, request: Request<Incoming>, slot: &Slot) -> Result<Response<Body>, Dropped> {
        let path = request.uri().path().to_owned();
        let (host, path) = match path.strip_prefix("/w/") {
            None => (Some(self.worlds.default_world()), path.as_str()),
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                let path = if end == rest.len() { "/" } else { &rest[end..] };
                let host = self.worlds.get(&rest[..end]);
                if host.is_some() {
                    Span::current().record("world", &rest[..end]);
                }
                (host, path)
            }
        };
        if path == "/apiws" {
            let Some(host) = host else { return Ok(no_world()) };
            let target = web_socket::Target {
                mtproto: self.mtproto.clone(),
                host,
                address: self.address,
                report: activity_reporter(slot),
            };
            return Ok(web_socket::upgrade(&self.guard, target, request.map(Body::new)).await);
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

    /// Passes a request to the control API, with the path inside its world and the world as an extension.
    async fn control(&self, host: Option<Host>, path: &str, mut request: Request<Body>) -> Response<Body> {
        let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
        if let Ok(path) = format!("{path}{query}").parse() {
            // The authority of an absolute request target is kept: the guard compares it with the Host header.
            let mut parts = std::mem::take(request.uri_mut()).into_parts();
            parts.path_and_query = Some(path);
            *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
        }
        if let Some(host) = host {
            request.extensions_mut().insert(host);
        }
        match self.control.clone().oneshot(request).await {
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

/// Serves connections forever.
pub(crate) async fn accept(listener: TcpListener, limiter: ConnectionLimiter, service: Service) {
    let service = Arc::new(service);
    let serve = |stream, slot| connection(stream, slot, service.clone());
    limiter.accept(listener, serve).await;
}

/// Serves one connection to the server's own address.
async fn connection(mut stream: TcpStream, slot: Slot, service: Arc<Service>) {
    // Boxed, so that its memory is freed once the protocol is known. Each protocol below is boxed, so that a silent connection
    // does not reserve the memory of all of them.
    let Some((protocol, first)) = Box::pin(detect(&mut stream, &slot)).await else {
        return debug!("closed before the protocol was known");
    };
    debug!(?protocol, "opened");
    match protocol {
        Protocol::MtProto => {
            let host = service.worlds.default_world();
            mtproto(&service.mtproto, host, stream, first, slot).await;
        }
        Protocol::Http => {
            let client = ClientStream::new(stream, first, slot.clone());
            let answer = move |request| service.clone().serve(request, slot.clone());
            Box::pin(http_connection::serve(client, answer)).await
        }
        Protocol::Http2 => {
            let text = "This server uses HTTP/1.1, not HTTP/2.";
            Box::pin(refuse(stream, StatusCode::HTTP_VERSION_NOT_SUPPORTED, text)).await;
        }
    }
    debug!("closed");
}

/// Serves one connection to the MTProto port of a world, which accepts no HTTP.
pub(crate) async fn mtproto_connection(mut stream: TcpStream, slot: Slot, gateway: MtProto, host: Host) {
    let Some((protocol, first)) = Box::pin(detect(&mut stream, &slot)).await else { return };
    match protocol {
        Protocol::MtProto => mtproto(&gateway, host, stream, first, slot).await,
        Protocol::Http | Protocol::Http2 => {
            let text = "This port is for MTProto; HTTP is at the server's main address, under /w/<world>.";
            Box::pin(refuse(stream, StatusCode::BAD_REQUEST, text)).await;
        }
    }
}

/// Reads the first bytes and detects the protocol. `None` if the client disconnects or sends too little in time, or the
/// limiter closes the connection.
async fn detect(stream: &mut TcpStream, slot: &Slot) -> Option<(Protocol, Vec<u8>)> {
    let mut bytes = Vec::new();
    let read = tokio::select! {
        read = read_protocol(stream, &mut bytes) => read,
        () = slot.closed() => return None,
    };
    match read {
        Ok(protocol) => Some((protocol, bytes)),
        // An incomplete line of text is answered like an incomplete HTTP request.
        Err(error) if error.kind() == io::ErrorKind::TimedOut && !bytes.is_empty() => {
            let head = head(StatusCode::REQUEST_TIMEOUT, 0);
            let _ = tokio::time::timeout(WRITE_TIMEOUT, stream.write_all(head.as_bytes())).await;
            None
        }
        Err(_) => None,
    }
}

/// Serves MTProto until either side closes, or the limiter closes the connection.
// Not an `async fn`, whose future would reserve space for its arguments, and again for the variables that they are moved to.
fn mtproto(
    gateway: &MtProto,
    host: Host,
    stream: TcpStream,
    first: Vec<u8>,
    slot: Slot,
) -> impl Future<Output = ()> + Send + use<> {
    let mut serve = Box::pin(gateway.serve(host, stream, first, activity_reporter(&slot)));
    async move {
        tokio::select! {
            () = &mut serve => {}
            () = slot.closed() => {}
        }
    }
}

/// Returns the function by which an MTProto connection reports its activity to the limiter.
fn activity_reporter(slot: &Slot) -> OnActivity {
    let slot = slot.clone();
    Arc::new(move |activity| match activity {
        Activity::Handshake => slot.set_idle(Idle::Silent),
        Activity::Idle { logged_in: false } => slot.set_idle(Idle::Session),
        Activity::Idle { logged_in: true } => slot.set_idle(Idle::LoggedIn),
        Activity::Busy => slot.set_busy(),
    })
}

/// Answers with a text and closes the connection.
async fn refuse(mut stream: TcpStream, status: StatusCode, text: &str) {
    let answer = format!("{}{text}\n", head(status, text.len() + 1));
    let send = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing a connection with unread bytes resets it, and the client may lose the answer.
        let mut rest = [0; 1 << 10];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(LINGER_TIMEOUT, send).await;
}

fn head(status: StatusCode, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )
}

#[cfg(test)]
mod tests;
