//! Streams of events, as server-sent events or over a WebSocket.

use crate::problem::Problem;
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, StreamExt};
use http::header;
use http::request::Parts;
use serde::Serialize;
use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

/// The interval of pings on a WebSocket, which detect peers that are gone.
const PING_EVERY: Duration = Duration::from_secs(30);
/// The longest message that is accepted from a reader of events; its content is ignored.
const MAX_MESSAGE: usize = 4 << 10;
/// The size of the read buffer of each open WebSocket.
const READ_BUFFER: usize = 4 << 10;

/// The subprotocol that pages request. The token may be another one, since scripts can't set any other header.
pub(crate) const SUBPROTOCOL: &str = "parlor";

/// An encoded event.
pub(super) struct StreamEvent {
    kind: Option<&'static str>,
    id: Option<String>,
    json: String,
}

impl StreamEvent {
    /// Encodes an event; `None` if serialization fails, which does not happen for these types.
    pub(super) fn of(value: &impl Serialize) -> Option<Self> {
        Some(Self { kind: None, id: None, json: serde_json::to_string(value).ok()? })
    }

    pub(super) fn kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    pub(super) fn numbered(self, number: Option<impl ToString>) -> Self {
        Self { id: number.map(|number| number.to_string()), ..self }
    }

    fn event(self) -> sse::Event {
        let event = self.kind.map_or_else(sse::Event::default, |kind| sse::Event::default().event(kind));
        let event = match self.id {
            Some(id) => event.id(id),
            None => event,
        };
        event.data(self.json)
    }
}

/// The transport of events: a WebSocket with JSON texts if the request opens one, otherwise server-sent events.
///
/// A browser opens at most six HTTP connections to a server, but hundreds of WebSockets, which a page that is open in
/// several tabs needs.
pub(super) struct EventTransport(Option<WebSocketUpgrade>);

impl<S: Send + Sync> FromRequestParts<S> for EventTransport {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let asked = parts.headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
        if !asked.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket")) {
            return Ok(Self(None));
        }
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        let rejected = |rejection: axum::extract::ws::rejection::WebSocketUpgradeRejection| {
            Problem::bad_request(rejection.body_text())
        };
        upgrade.map(|upgrade| Self(Some(upgrade))).map_err(rejected)
    }
}

impl EventTransport {
    pub(super) fn respond(self, events: impl Stream<Item = StreamEvent> + Send + 'static) -> Response {
        match self.0 {
            Some(upgrade) => upgrade
                .protocols([SUBPROTOCOL])
                .max_message_size(MAX_MESSAGE)
                .read_buffer_size(READ_BUFFER)
                .on_upgrade(move |socket| send(socket, events))
                .into_response(),
            None => Sse::new(events.map(|event| Ok::<_, Infallible>(event.event())))
                .keep_alive(KeepAlive::default())
                .into_response(),
        }
    }
}

/// Streams events until either side closes; incoming messages are ignored.
async fn send(mut socket: WebSocket, events: impl Stream<Item = StreamEvent>) {
    let mut events = pin!(events);
    let mut ping = tokio::time::interval(PING_EVERY);
    loop {
        tokio::select! {
            next = events.next() => match next {
                Some(next) => if socket.send(Message::Text(next.json.into())).await.is_err() { return },
                None => return,
            },
            _ = ping.tick() => if socket.send(Message::Ping(Bytes::new())).await.is_err() { return },
            received = socket.recv() => if !matches!(received, Some(Ok(_))) { return },
        }
    }
}
