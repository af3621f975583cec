use crate::answer::{ApiError, stopped};
use crate::methods::Context;
use crate::refusal::{Call, spell};
use parlor_host::{Failure, Host};
use parlor_wire_bot_api::objects::Update;
use parlor_world::updates::Confirm;
use parlor_world::{AccountId, BotId, Timestamp, World};
use std::time::Duration;

/// Updates that are encoded in one look at the world: a hundred of the largest held its lock for 20 ms.
const PIECE: usize = 5;

/// `getUpdates`: confirms what is below the offset, then waits for something behind it.
pub(crate) async fn long_poll(
    context: &Context<'_>,
    offset: i64,
    limit: u64,
    seconds: u64,
) -> Result<Vec<Update>, ApiError> {
    let (host, bot) = (context.host, context.bot);
    let limit = usize::try_from(limit).unwrap_or(100);
    let mut watch = host.watch(AccountId::Bot(bot));
    let confirmed = host.ask(Confirm { bot, offset }, move |world, now, from| {
        (from, waiting(world, now, bot, from, limit.min(PIECE)))
    });
    let (from, found) = confirmed.await.map_err(|failure| match failure {
        Failure::Refused(refusal) => spell(refusal, Call::Other),
        Failure::Stopped => stopped(Failure::Stopped),
    })?;
    if !found.is_empty() || seconds == 0 {
        return complete(host, bot, found, limit).await;
    }
    let mut place = context.api.shared().pollers.take(host, bot);
    let deadline = tokio::time::sleep(Duration::from_secs(seconds));
    tokio::pin!(deadline);
    loop {
        tokio::select! {
            biased;
            error = place.lost() => return Err(error),
            rung = watch.ring() => if !rung {
                return Err(stopped(Failure::Stopped));
            },
            () = &mut deadline => return Ok(Vec::new()),
        }
        let found = host
            .look(move |world, now| waiting(world, now, bot, from, limit.min(PIECE)))
            .await
            .map_err(stopped)?;
        if !found.is_empty() {
            return complete(host, bot, found, limit).await;
        }
    }
}

/// Adds what waits behind the first piece, piece by piece.
async fn complete(
    host: &Host,
    bot: BotId,
    mut found: Vec<Update>,
    limit: usize,
) -> Result<Vec<Update>, ApiError> {
    while found.len() < limit && found.len().is_multiple_of(PIECE) {
        let Some(last) = found.last() else { break };
        let (from, room) = (last.update_id + 1, PIECE.min(limit - found.len()));
        let more =
            host.look(move |world, now| waiting(world, now, bot, from, room)).await.map_err(stopped)?;
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    Ok(found)
}

fn waiting(world: &World, now: Timestamp, bot: BotId, from: i64, limit: usize) -> Vec<Update> {
    let Some(bot) = world.bot(bot) else { return Vec::new() };
    let entries = bot.queue.from(from, now).take(limit);
    entries.map(|entry| parlor_view::update(world, AccountId::Bot(bot.id), entry)).collect()
}
