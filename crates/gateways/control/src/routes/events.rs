use super::extract::{AtUser, Query, UserPath};
use super::feed::{Carrier, News};
use crate::dto::Event;
use crate::problem::Problem;
use axum::response::Response;
use futures_util::stream;
use parlor_host::{Host, Watch};
use parlor_world::updates::Update;
use parlor_world::{AccountId, Refusal, Side, UserId};
use serde::Deserialize;
use std::collections::VecDeque;
use tokio::sync::broadcast::{self, error::RecvError};
use utoipa::IntoParams;

/// Events that one look at the world takes along: a reader that does not read holds no more than these.
const EVENTS_AT_ONCE: usize = 32;

/// Where a stream begins.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The number of the last event that the caller has: the stream begins with the next one. With what happens from
    /// now on if absent.
    #[param(required = false, nullable = false)]
    after: Option<i64>,
}

/// Streams what the user's app is told, as server-sent events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/users/{user}/events",
    operation_id = "stream_events",
    tag = "users",
    params(UserPath, From),
    responses((status = 200, description = "The events, for as long as the connection lasts", body = Event, content_type = "text/event-stream"), Problem)
)]
pub(super) async fn stream(
    AtUser { host, user: id }: AtUser,
    Query(from): Query<From>,
    carrier: Carrier,
) -> Result<Response, Problem> {
    let watch = host.watch(AccountId::User(id));
    let live = host.live();
    let next = host.look(move |world, _| world.user(id).map(|user| user.log.next())).await?;
    let next = from.after.map(|after| after.saturating_add(1)).unwrap_or(next.ok_or(Refusal::UserNotFound)?);
    let reader = Reader { host, user: id, next, watch, live, ready: VecDeque::new(), has_more: true };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((event, reader))
    });
    Ok(carrier.carry(events))
}

/// One open stream.
struct Reader {
    host: Host,
    user: UserId,
    next: i64,
    watch: Watch,
    live: broadcast::Receiver<Update>,
    ready: VecDeque<Event>,
    /// The world may have more events already: not yet looked, or the last look took as many as it may.
    has_more: bool,
}

impl Reader {
    /// The next event; none when the world is gone.
    async fn next(&mut self) -> Option<News> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(News::of(&event)?.kind(event.kind).numbered(event.number));
            }
            if !std::mem::take(&mut self.has_more) {
                tokio::select! {
                    biased;
                    rung = self.watch.ring() => if !rung { return None },
                    update = self.live.recv() => match update {
                        Ok(update @ Update::ChatAction { by: Side::Bot, .. }) if update.dialog().user == self.user => {
                            self.ready.push_back(Event::live(&update));
                            continue;
                        }
                        Ok(_) | Err(RecvError::Lagged(_)) => continue,
                        Err(RecvError::Closed) => return None,
                    },
                }
            }
            let (user, next) = (self.user, self.next);
            let seen = self.host.look(move |world, now| {
                let log = world.user(user).map(|user| &user.log);
                let entries = log.into_iter().flat_map(|log| log.from(next, now)).take(EVENTS_AT_ONCE);
                entries.map(|entry| Event::of(world, entry)).collect::<VecDeque<_>>()
            });
            self.ready = seen.await.ok()?;
            self.has_more = self.ready.len() == EVENTS_AT_ONCE;
            self.next =
                self.ready.back().and_then(|event| event.number).map_or(self.next, |number| number + 1);
        }
    }
}
