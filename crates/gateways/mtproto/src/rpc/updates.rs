use crate::context::{Answer, Context};
use crate::push::log_of;
use crate::refusal::RpcError;
use crate::view;
use parlor_wire_tl::functions::UpdatesGetDifference;
use parlor_wire_tl::{enums, types};
use parlor_world::updates::{Entry, Log, Update, Weight};
use parlor_world::{AccountId, Timestamp, World};

/// Updates in one difference; the rest comes in the next slice.
const SLICE: usize = 500;

fn state(counters: Weight, now: Timestamp) -> enums::UpdatesState {
    let Weight { pts, qts } = counters;
    types::UpdatesState { pts, qts, date: view::date(now), seq: 1, unread_count: 0 }.into()
}

pub(super) async fn get_state(context: &Context) -> Answer {
    let me = context.me()?;
    let found = context.look(move |world, now| log_of(world, me).map(|log| state(log.state(), now))).await?;
    context.encode(&found.ok_or(RpcError::new(401, "AUTH_KEY_UNREGISTERED"))?)
}

pub(super) async fn get_difference(context: &Context, request: UpdatesGetDifference) -> Answer {
    let (me, layer) = (context.me()?, context.layer());
    let (pts, qts) = (request.pts, request.qts);
    let found = context.look(move |world, now| {
        log_of(world, me).map(|log| difference(world, me, log, Weight { pts, qts }, layer, now))
    });
    context.encode(&found.await?.ok_or(RpcError::new(401, "AUTH_KEY_UNREGISTERED"))??)
}

fn difference(
    world: &World,
    me: AccountId,
    log: &Log,
    from: Weight,
    layer: u16,
    now: Timestamp,
) -> Result<enums::UpdatesDifference, RpcError> {
    if from.pts > log.state().pts || from.pts < 1 {
        return Err(RpcError::bad("PERSISTENT_TIMESTAMP_INVALID"));
    }
    // What happened is kept for a day.
    let missed = log.since(from.pts, from.qts).map(Iterator::collect);
    let mut entries: Vec<&Entry> = match missed {
        Some(missed) => missed,
        None if from.pts < log.state().pts => {
            return Ok(types::UpdatesDifferenceTooLong { pts: log.state().pts }.into());
        }
        // differenceTooLong sets a client's pts only: it would ask with the same qts again, without end. What is left
        // sets the qts.
        None => log.kept_since(from.pts, from.qts).collect(),
    };
    if entries.is_empty() {
        return Ok(types::UpdatesDifferenceEmpty { date: view::date(now), seq: 1 }.into());
    }
    let sliced = entries.len() > SLICE;
    entries.truncate(SLICE);
    let new = |entry: &&&Entry| matches!(entry.update, Update::Message { .. });
    let messages = entries.iter().filter(new).filter_map(|entry| match &entry.update {
        Update::Message { dialog, message } => {
            Some(view::message(message, *dialog, view::side_of(me), layer))
        }
        _ => None,
    });
    let new_messages = messages.collect();
    let others = entries.iter().filter(|entry| !new(entry));
    let other_updates = others.filter_map(|entry| view::update(world, me, entry, layer)).collect();
    let (users, chats) = (view::users_in(world, me, &entries), view::chats_in(world, me, &entries));
    if sliced {
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
