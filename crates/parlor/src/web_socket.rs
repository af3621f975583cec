//! MTProto over WebSocket, as web apps use it: the path `/apiws`, binary messages, and the obfuscated transport inside.

use axum::body::Body;
use axum::extract::FromRequest;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::IntoResponse;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use http::{Request, Response, StatusCode};
use parlor_control::Guard;
use parlor_host::Host;
use parlor_mtproto::{MtProto, OnActivity};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};

/// The size of the buffer of each direction, in bytes.
const PIPE: usize = 64 << 10;
/// The maximum size of a message, larger than the largest MTProto frame.
const MAX_MESSAGE: usize = 2 << 20;

/// The gateway and world that serve a connection.
pub(crate) struct Target {
    pub(crate) mtproto: MtProto,
    pub(crate) host: Host,
    pub(crate) address: SocketAddr,
    pub(crate) report: OnActivity,
}

/// Answers the request that opens a WebSocket, and serves MTProto over it.
pub(crate) async fn upgrade(guard: &Guard, target: Target, request: Request<Body>) -> Response<Body> {
    if !guard.admits_web_socket(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match WebSocketUpgrade::from_request(request, &()).await {
        Ok(upgrade) => {
            let upgrade =
                upgrade.protocols(["binary"]).max_message_size(MAX_MESSAGE).read_buffer_size(4 << 10);
            upgrade.on_upgrade(move |socket| relay(target, socket)).into_response()
        }
        Err(rejection) => rejection.into_response(),
    }
}

/// Relays both directions concurrently, so that neither blocks the other.
async fn relay(target: Target, socket: WebSocket) {
    let (ours, theirs) = tokio::io::duplex(PIPE);
    let (read, write) = tokio::io::split(ours);
    let (sink, stream) = socket.split();
    tokio::select! {
        () = target.mtproto.serve_web(target.host, theirs, target.address, target.report) => {}
        _ = receive(stream, write) => {}
        _ = send(read, sink) => {}
    }
}

/// Passes the client's messages to the gateway until the client disconnects.
async fn receive(mut socket: SplitStream<WebSocket>, mut pipe: WriteHalf<DuplexStream>) -> Option<()> {
    loop {
        match socket.next().await?.ok()? {
            Message::Binary(bytes) => pipe.write_all(&bytes).await.ok()?,
            Message::Close(_) => return None,
            Message::Text(_) | Message::Ping(_) | Message::Pong(_) => {}
        }
    }
}

/// Sends the gateway's bytes to the client until either end closes.
async fn send(mut pipe: ReadHalf<DuplexStream>, mut socket: SplitSink<WebSocket, Message>) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        if pipe.read_buf(&mut buffer).await.ok()? == 0 {
            return None;
        }
        socket.send(Message::Binary(std::mem::take(&mut buffer).into())).await.ok()?;
    }
}
