//! MTProto over WebSocket, as web apps speak it: `/apiws`, binary messages, the obfuscated transport inside.

use axum::body::Body;
use axum::extract::FromRequest;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::IntoResponse;
use http::{Request, Response, StatusCode};
use parlor_control::Guard;
use parlor_host::Host;
use parlor_mtproto::MtProto;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Bytes under way in each direction; more wait.
const PIPE: usize = 64 << 10;
/// The longest message: a frame of MTProto with room.
const MAX_MESSAGE: usize = 2 << 20;

/// Answers the request that opens a WebSocket, and serves what comes through it.
pub(crate) async fn upgrade(
    guard: &Guard,
    mtproto: MtProto,
    host: Host,
    address: SocketAddr,
    request: Request<Body>,
) -> Response<Body> {
    if !guard.admits_web_socket(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match WebSocketUpgrade::from_request(request, &()).await {
        Ok(upgrade) => {
            let upgrade =
                upgrade.protocols(["binary"]).max_message_size(MAX_MESSAGE).read_buffer_size(4 << 10);
            upgrade.on_upgrade(move |socket| carry(mtproto, host, address, socket)).into_response()
        }
        Err(rejection) => rejection.into_response(),
    }
}

async fn carry(mtproto: MtProto, host: Host, address: SocketAddr, mut socket: WebSocket) {
    let (mut ours, theirs) = tokio::io::duplex(PIPE);
    let served = mtproto.serve_web(host, theirs, address);
    let carried = async {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            tokio::select! {
                message = socket.recv() => match message {
                    Some(Ok(Message::Binary(bytes))) => ours.write_all(&bytes).await.ok()?,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None::<()>,
                    Some(Ok(_)) => {}
                },
                read = ours.read_buf(&mut buffer) => match read {
                    Ok(0) | Err(_) => return None,
                    Ok(_) => socket.send(Message::Binary(std::mem::take(&mut buffer).into())).await.ok()?,
                },
            }
        }
    };
    tokio::select! {
        () = served => {}
        _ = carried => {}
    }
}
