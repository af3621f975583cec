use super::Pollers;
use crate::answer::ApiError;
use crate::refusal::{Call, failed, stopped};
use parlor_host::Host;
use parlor_wire_bot_api::objects::Update;
use parlor_world::ops::updates::ConfirmUpdates;
use parlor_world::{AccountId, Timestamp, World};
use std::time::Duration;

/// Updates that are encoded in one read of the world. A hundred large ones in one read held the world's lock for 20 ms.
const PIECE: usize = 5;

/// Executes `getUpdates`: confirms the updates below the offset, then returns those from the offset on, or waits for one.
pub(crate) async fn long_poll(
    host: &Host,
    pollers: &Pollers,
    confirm: ConfirmUpdates,
    limit: u64,
    seconds: u64,
) -> Result<Vec<Update>, ApiError> {
    let bot = confirm.bot;
    let limit = usize::try_from(limit).unwrap_or(100);
    let mut subscription = host.subscribe(bot);
    let confirmed = host.confirm_updates(confirm, |world, now, from| {
        (from, waiting(world, now, bot, from, limit.min(PIECE)))
    });
    let (from, found) = confirmed.await.map_err(|failure| failed(failure, Call::Other))?;
    if !found.is_empty() || seconds == 0 {
        return complete(host, bot, found, limit).await;
    }
    let mut slot = pollers.take(host, bot);
    let deadline = tokio::time::sleep(Duration::from_secs(seconds));
    tokio::pin!(deadline);
    loop {
        tokio::select! {
            biased;
            error = slot.lost() => return Err(error),
            is_open = subscription.notified() => if !is_open {
                return Err(stopped());
            },
            () = &mut deadline => return Ok(Vec::new()),
        }
        let found = host
            .read(|world, now| waiting(world, now, bot, from, limit.min(PIECE)))
            .await
            .map_err(|failure| failed(failure, Call::Other))?;
        if !found.is_empty() {
            return complete(host, bot, found, limit).await;
        }
    }
}

/// Adds the updates after the first piece, piece by piece.
async fn complete(
    host: &Host,
    bot: AccountId,
    mut found: Vec<Update>,
    limit: usize,
) -> Result<Vec<Update>, ApiError> {
    while found.len() < limit && found.len().is_multiple_of(PIECE) {
        let Some(last) = found.last() else { break };
        let (from, room) = (last.update_id + 1, PIECE.min(limit - found.len()));
        let more = host
            .read(|world, now| waiting(world, now, bot, from, room))
            .await
            .map_err(|failure| failed(failure, Call::Other))?;
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    Ok(found)
}

fn waiting(world: &World, now: Timestamp, bot: AccountId, from: i64, limit: usize) -> Vec<Update> {
    let Some(queue) = world.queue(bot) else { return Vec::new() };
    let entries = queue.from(from, now).take(limit);
    entries.map(|entry| parlor_view::queued_update(world, bot, entry)).collect()
}
