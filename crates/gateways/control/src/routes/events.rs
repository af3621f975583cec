use super::cursor::Cursor;
use super::extract::{AtUser, Query, UserPath};
use super::feed::{EventTransport, StreamEvent};
use crate::dto::Event;
use crate::problem::Problem;
use axum::response::Response;
use futures_util::stream;
use parlor_host::{Host, Subscription};
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
    /// The `cursor` of the last event that the caller has: the stream goes on after it. `0` is before everything. With
    /// what happens from now on if absent.
    ///
    /// A cursor is the number of that event in the user's own log, and the numbers of the last events of the supergroups
    /// and channels that the user is in: `12,-1001234567890:5`. Of one that is not named everything comes since the user
    /// joined it. Events are kept for 24 hours.
    #[param(required = false, nullable = false, pattern = "^-?[0-9]+(,-[0-9]+:-?[0-9]+)*$")]
    after: Option<String>,
}

/// Streams what the user's app is told, as server-sent events or over a WebSocket: of private chats, groups, supergroups
/// and channels.
#[utoipa::path(
    get,
    path = "/control/users/{user}/events",
    operation_id = "stream_events",
    tag = "users",
    params(UserPath, From),
    responses((status = 200, description = "The events, until the connection is closed", body = Event, content_type = "text/event-stream"), Problem)
)]
pub(super) async fn stream(
    AtUser { host, user }: AtUser,
    Query(from): Query<From>,
    transport: EventTransport,
) -> Result<Response, Problem> {
    let after = from.after.map(|after| after.parse::<Cursor>());
    let after = after.transpose().map_err(|()| Problem::bad_request("`after` is the cursor of an event"))?;
    let subscription = host.subscribe(user);
    let live = host.live();
    let end = host.read(|world, now| world.user(user).map(|_| Cursor::at_end(world, user, now)));
    let end = end.await?.ok_or(Refusal::UserNotFound)?;
    let cursor = after.unwrap_or(end);
    let reader = Reader { host, user, cursor, subscription, live, ready: VecDeque::new(), has_more: true };
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
    cursor: Cursor,
    subscription: Subscription,
    live: broadcast::Receiver<ActionShown>,
    ready: VecDeque<Event>,
    /// Whether the logs may have further events: nothing was read yet, or the last read reached its limit.
    has_more: bool,
}

impl Reader {
    /// The next event; `None` when the world has ended.
    async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(StreamEvent::of(&event)?.kind(event.kind).numbered(event.cursor));
            }
            if !std::mem::take(&mut self.has_more) {
                tokio::select! {
                    biased;
                    is_running = self.subscription.notified() => if !is_running { return None },
                    action = self.live.recv() => match action {
                        Ok(shown) => {
                            self.show_action(shown).await?;
                            continue;
                        }
                        Err(RecvError::Lagged(_)) => continue,
                        Err(RecvError::Closed) => return None,
                    },
                }
            }
            self.read().await?;
        }
    }

    /// Reads what has happened since.
    async fn read(&mut self) -> Option<()> {
        let (user, cursor) = (self.user, &mut self.cursor);
        let ready = self.host.read(|world, now| {
            let unread = cursor.unread(world, user, now, EVENTS_AT_ONCE);
            let events = unread.into_iter().map(|unread| {
                cursor.advance(unread);
                Event { cursor: Some(cursor.to_string()), ..Event::of(world, user, unread.1) }
            });
            events.collect::<VecDeque<_>>()
        });
        self.ready = ready.await.ok()?;
        self.has_more = self.ready.len() == EVENTS_AT_ONCE;
        Some(())
    }

    /// A chat action, if it is of a chat in which the user takes part.
    async fn show_action(&mut self, shown: ActionShown) -> Option<()> {
        let user = self.user;
        if !shown.may_be_shown_to(user) {
            return Some(());
        }
        let event = self.host.read(|world, now| {
            world.takes_part(shown.chat, user, now).then(|| Event::action(world, user, &shown))
        });
        self.ready.extend(event.await.ok()?);
        Some(())
    }
}
