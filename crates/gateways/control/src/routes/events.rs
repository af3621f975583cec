use super::extract::{AtUser, Query, UserPath};
use super::feed::{EventTransport, StreamEvent};
use crate::dto::Event;
use crate::problem::Problem;
use axum::response::Response;
use futures_util::stream;
use parlor_host::{Host, Subscription};
use parlor_world::state::message_box::Log;
use parlor_world::state::update::ActionShown;
use parlor_world::{AccountId, Refusal};
use serde::Deserialize;
use std::collections::VecDeque;
use tokio::sync::broadcast::{self, error::RecvError};
use utoipa::IntoParams;

/// The most events that one read of the world returns, and so the most that a stalled reader keeps in memory.
const EVENTS_AT_ONCE: usize = 32;

/// Where a stream begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The number of the last event that the caller has; the stream begins with the next one. If absent, the stream
    /// begins with the next new event.
    #[param(required = false, nullable = false)]
    after: Option<i64>,
}

/// Streams the events of the user's app, as server-sent events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/users/{user}/events",
    operation_id = "stream_events",
    tag = "users",
    params(UserPath, From),
    responses((status = 200, description = "The events, until the connection is closed", body = Event, content_type = "text/event-stream"), Problem)
)]
pub(super) async fn stream(
    AtUser { host, user: id }: AtUser,
    Query(from): Query<From>,
    transport: EventTransport,
) -> Result<Response, Problem> {
    let subscription = host.subscribe(id);
    let live = host.live();
    let next = host.read(|world, _| world.user(id).map(|_| world.log(id).map_or(1, Log::next)));
    let next = next.await?;
    let next = from.after.map(|after| after.saturating_add(1)).unwrap_or(next.ok_or(Refusal::UserNotFound)?);
    let reader = Reader { host, user: id, next, subscription, live, ready: VecDeque::new(), has_more: true };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((event, reader))
    });
    Ok(transport.respond(events))
}

/// One open stream.
struct Reader {
    host: Host,
    user: AccountId,
    next: i64,
    subscription: Subscription,
    live: broadcast::Receiver<ActionShown>,
    ready: VecDeque<Event>,
    /// Whether the log may have further events: nothing was read yet, or the last read reached its limit.
    has_more: bool,
}

impl Reader {
    /// The next event; `None` when the world has ended.
    async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(StreamEvent::of(&event)?.kind(event.kind).numbered(event.number));
            }
            if !std::mem::take(&mut self.has_more) {
                tokio::select! {
                    biased;
                    is_running = self.subscription.notified() => if !is_running { return None },
                    action = self.live.recv() => match action {
                        Ok(shown) if shown.is_shown_to(self.user) => {
                            self.ready.push_back(Event::action(self.user, &shown));
                            continue;
                        }
                        Ok(_) | Err(RecvError::Lagged(_)) => continue,
                        Err(RecvError::Closed) => return None,
                    },
                }
            }
            let (user, next) = (self.user, self.next);
            let seen = self.host.read(|world, now| {
                let log = world.log(user).into_iter();
                let entries = log.flat_map(|log| log.from(next, now)).take(EVENTS_AT_ONCE);
                entries.map(|entry| Event::of(world, user, entry)).collect::<VecDeque<_>>()
            });
            self.ready = seen.await.ok()?;
            self.has_more = self.ready.len() == EVENTS_AT_ONCE;
            self.next =
                self.ready.back().and_then(|event| event.number).map_or(self.next, |number| number + 1);
        }
    }
}
