mod channel;

pub(super) use channel::get_channel_difference;

use crate::context::{Answer, Context};
use crate::refusal::RpcError;
use crate::subscription::channels_of;
use crate::view::{self, Viewer};
use parlor_wire_tl::functions::UpdatesGetDifference;
use parlor_wire_tl::{enums, types};
use parlor_world::ids::ChannelId;
use parlor_world::state::message_box::{Entry, Log, UpdateState};
use parlor_world::{AccountId, ChatId, Timestamp, World};

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
    let from = From { state: UpdateState { pts: request.pts, qts: request.qts }, date: request.date.into() };
    let found = context.read(|world, now| {
        let log = world.log(viewer.me).ok_or_else(|| RpcError::new(401, "AUTH_KEY_UNREGISTERED"))?;
        difference(world, viewer, log, from, now)
    });
    context.encode(&found.await??)
}

/// What a client knows of an account.
struct From {
    state: UpdateState,
    date: i64,
}

/// The supergroups and channels in which messages changed after that date: each has its own difference.
fn changed_channels(world: &World, me: AccountId, since: i64, now: Timestamp) -> Vec<ChannelId> {
    let after = Timestamp(since.saturating_add(1).saturating_mul(1000).saturating_sub(1));
    let has_news = |channel: &ChannelId| {
        let new = world.log(*channel).map(|log| log.from(log.first_after(after), now));
        new.into_iter().flatten().any(|entry| entry.count.pts > 0 && !entry.except.contains(&me))
    };
    channels_of(world, me, now).map(|(channel, _)| channel).filter(has_news).collect()
}

fn difference(
    world: &World,
    viewer: Viewer,
    log: &Log,
    From { state: from, date: since }: From,
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
    let channels = changed_channels(world, viewer.me, since, now);
    if entries.is_empty() && channels.is_empty() {
        return Ok(types::UpdatesDifferenceEmpty { date: view::date(now), seq: 1 }.into());
    }
    let is_sliced = entries.len() > SLICE;
    entries.truncate(SLICE);
    let new = entries.iter().filter_map(|entry| view::message_of(world, entry));
    let new_messages = new.map(|message| view::message(world, message, viewer)).collect();
    let others = entries.iter().filter(|entry| view::message_of(world, entry).is_none());
    let shown = others.filter_map(|entry| view::update(world, viewer, entry));
    let mut named = view::named_by(world, &entries);
    channels.iter().for_each(|channel| named.add_chat(ChatId::Channel(*channel)));
    let too_long = channels.iter().map(|channel| {
        let (channel_id, pts) = (channel.0, Some(view::channel_pts(world, *channel)));
        types::UpdateChannelTooLong { channel_id, pts }.into()
    });
    let other_updates = shown.chain(too_long).collect();
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
