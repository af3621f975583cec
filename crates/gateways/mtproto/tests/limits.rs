//! The maximum number of messages in one request.

mod common;

use anyhow::{Result, ensure};
use common::{USER, with_bot};
use parlor_stories::mtproto::{Client, refused};
use parlor_wire_tl::{enums, functions, types};

async fn get(bot: &mut Client, ids: impl Iterator<Item = i32>) -> Result<usize> {
    let id = ids.map(|id| types::InputMessageID { id }.into()).collect();
    let request = functions::MessagesGetMessages { id };
    let found: enums::MessagesMessages = bot.call(|layer, out| request.write(layer, out)).await?;
    match found {
        enums::MessagesMessages::Messages(found) => Ok(found.messages.len()),
        other => anyhow::bail!("{other:?}"),
    }
}

async fn delete(bot: &mut Client, ids: impl Iterator<Item = i32>) -> Result<i32> {
    let request = functions::MessagesDeleteMessages { revoke: true, id: ids.collect() };
    let enums::MessagesAffectedMessages::AffectedMessages(affected) =
        bot.call(|layer, out| request.write(layer, out)).await?;
    Ok(affected.pts_count)
}

/// Forwards messages to the chat that they come from; returns the number of updates.
async fn forward(bot: &mut Client, ids: impl Iterator<Item = i32>) -> Result<usize> {
    let peer = || types::InputPeerUser { user_id: USER.0, access_hash: 0 }.into();
    let id: Vec<i32> = ids.collect();
    let random_id = (0..).take(id.len()).collect();
    let request = functions::MessagesForwardMessages {
        from_peer: peer(),
        to_peer: peer(),
        id,
        random_id,
        ..Default::default()
    };
    match bot.call(|layer, out| request.write(layer, out)).await? {
        enums::Updates::Updates(updates) => Ok(updates.updates.len()),
        other => anyhow::bail!("{other:?}"),
    }
}

#[tokio::test]
async fn requests_with_too_many_ids_are_refused() -> Result<()> {
    let (_stage, mut bot) = with_bot().await?;
    ensure!(get(&mut bot, 1..201).await? == 200);
    let error = refused(get(&mut bot, 1..202).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "LIMIT_INVALID"), "{error}");

    let error = refused(forward(&mut bot, 1..102).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "LIMIT_INVALID"), "{error}");
    let error = refused(forward(&mut bot, 0..0).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "MESSAGE_IDS_EMPTY"), "{error}");
    // Only message 1 exists; its copy is in two updates, its id and the message.
    ensure!(forward(&mut bot, 1..101).await? == 2);

    let error = refused(delete(&mut bot, 1..102).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "LIMIT_INVALID"), "{error}");
    ensure!(delete(&mut bot, 1..101).await? == 2, "the message and its copy");
    Ok(())
}
