use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::view::{self, Viewer};
use parlor_wire_tl::functions::UpdatesGetDifference;
use parlor_wire_tl::{enums, types};
use parlor_world::state::message_box::{Entry, Log, UpdateState};
use parlor_world::{AccountId, Timestamp, World};

/// The maximum number of updates in one difference; the others follow in the next slice.
const SLICE: usize = 500;

/// Returns an account's counters; those of a new log if the account has no log yet.
pub(super) fn state_of(world: &World, me: AccountId, now: Timestamp) -> enums::UpdatesState {
    state(world.log(me).map(Log::state).unwrap_or_default(), now)
}

fn state(UpdateState { pts, qts }: UpdateState, now: Timestamp) -> enums::UpdatesState {
    types::UpdatesState { pts, qts, date: view::date(now), seq: 1, unread_count: 0 }.into()
}

pub(super) async fn get_state(context: &Context) -> Answer {
    let me = context.me()?;
    let found = context.read(|world, now| state_of(world, me, now)).await?;
    context.encode(&found)
}

pub(super) async fn get_difference(context: &Context, request: UpdatesGetDifference) -> Answer {
    let viewer = context.viewer()?;
    let from = UpdateState { pts: request.pts, qts: request.qts };
    let found = context.read(|world, now| {
        let log = world.log(viewer.me).ok_or_else(|| RpcError::new(401, "AUTH_KEY_UNREGISTERED"))?;
        difference(world, viewer, log, from, now)
    });
    context.encode(&found.await??)
}

fn difference(
    world: &World,
    viewer: Viewer,
    log: &Log,
    from: UpdateState,
    now: Timestamp,
) -> Result<enums::UpdatesDifference, RpcError> {
    if from.pts > log.state().pts || from.pts < 1 {
        return Err(RpcError::bad("PERSISTENT_TIMESTAMP_INVALID"));
    }
    // Updates are kept for a day; `None` if some of the missed ones were dropped.
    let missed = log.since(from.pts, from.qts).map(Iterator::collect);
    let mut entries: Vec<&Entry> = match missed {
        Some(missed) => missed,
        None if from.pts < log.state().pts => {
            return Ok(types::UpdatesDifferenceTooLong { pts: log.state().pts }.into());
        }
        // differenceTooLong sets only the client's pts, so the client would repeat the request with the same qts for ever. The
        // updates that are left set the qts.
        None => log.kept_since(from.pts, from.qts).collect(),
    };
    if entries.is_empty() {
        return Ok(types::UpdatesDifferenceEmpty { date: view::date(now), seq: 1 }.into());
    }
    let is_sliced = entries.len() > SLICE;
    entries.truncate(SLICE);
    let new = entries.iter().filter_map(|entry| view::message_of(world, entry));
    let new_messages = new.map(|message| view::message(world, message, viewer)).collect();
    let others = entries.iter().filter(|entry| view::message_of(world, entry).is_none());
    let other_updates = others.filter_map(|entry| view::update(world, viewer, entry)).collect();
    let named = view::named_by(world, &entries);
    let (users, chats) = (named.users(world, viewer.me), named.shown_chats(world, viewer.me, now));
    if is_sliced {
        let last = entries.last().map_or(log.state(), |entry| entry.state);
        let slice = types::UpdatesDifferenceSlice {
            new_messages,
            other_updates,
            users,
            chats,
            intermediate_state: state(last, now),
            ..Default::default()
        };
        return Ok(slice.into());
    }
    let whole = types::UpdatesDifference {
        new_messages,
        other_updates,
        users,
        chats,
        state: state(log.state(), now),
        ..Default::default()
    };
    Ok(whole.into())
}
