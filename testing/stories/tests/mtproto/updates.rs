//! Pushed updates, and the contents of differences.

use super::*;

#[tokio::test]
async fn missed_updates_are_in_the_difference() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let before = bot.state().await?;
    let key = bot.key();
    drop(bot);
    for text in ["a", "b", "c"] {
        server.control("POST", &format!("{DIALOG}/messages"), json!({"text": text})).await?;
    }
    server.bot_api(BOT, "sendMessage", json!({"chat_id": 1001, "text": "own"})).await?;
    server
        .bot_api(BOT, "editMessageText", json!({"chat_id": 1001, "message_id": 5, "text": "edited"}))
        .await?;
    server.control("POST", &format!("{DIALOG}/block"), Value::Null).await?;
    let mut bot = Client::resume(server.address(), key, LAYER).await?;
    let ask = |pts, qts| functions::UpdatesGetDifference { pts, qts, date: 1, ..Default::default() };
    let request = ask(before.pts, before.qts);
    let difference: enums::UpdatesDifference = bot.call(|layer, out| request.write(layer, out)).await?;
    let enums::UpdatesDifference::Difference(difference) = difference else {
        anyhow::bail!("{difference:?}")
    };
    let messages: Vec<_> = difference
        .new_messages
        .iter()
        .map(|message| match message {
            enums::Message::Message(message) => (message.message.as_str(), message.out),
            other => panic!("{other:?}"),
        })
        .collect();
    ensure!(messages == [("a", false), ("b", false), ("c", false), ("own", true)], "{messages:?}");
    ensure!(difference.users.len() == 2 && difference.other_updates.len() == 2, "{difference:?}");
    let enums::UpdatesState::State(after) = difference.state;
    // Contiguous: four messages and an edit, and one block.
    ensure!((after.pts, after.qts) == (before.pts + 5, before.qts + 1), "{after:?}");
    let request = ask(after.pts, after.qts);
    let difference: enums::UpdatesDifference = bot.call(|layer, out| request.write(layer, out)).await?;
    ensure!(matches!(difference, enums::UpdatesDifference::DifferenceEmpty(_)));
    let request = ask(after.pts + 1, after.qts);
    let error = refused(bot.call::<enums::UpdatesDifference>(|layer, out| request.write(layer, out)).await)?;
    ensure!(error.message == "PERSISTENT_TIMESTAMP_INVALID");
    // After a day it is gone.
    server.control("POST", "/clock/advance", json!({"seconds": 90_000})).await?;
    server.control("POST", &format!("{DIALOG}/unblock"), Value::Null).await?;
    let request = ask(before.pts, before.qts);
    let difference: enums::UpdatesDifference = bot.call(|layer, out| request.write(layer, out)).await?;
    ensure!(matches!(difference, enums::UpdatesDifference::DifferenceTooLong(_)), "{difference:?}");
    Ok(())
}

#[tokio::test]
async fn lost_qts_updates_are_reported() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let before = bot.state().await?;
    server.control("POST", &format!("{DIALOG}/block"), Value::Null).await?;
    server.control("POST", "/clock/advance", json!({"seconds": 90_000})).await?;
    // The next update takes the old ones' place.
    server.control("POST", &format!("{DIALOG}/unblock"), Value::Null).await?;
    let ask =
        functions::UpdatesGetDifference { pts: before.pts, qts: before.qts, date: 1, ..Default::default() };
    let difference: enums::UpdatesDifference = bot.call(|layer, out| ask.write(layer, out)).await?;
    let enums::UpdatesDifference::Difference(difference) = difference else {
        anyhow::bail!("{difference:?}")
    };
    let enums::UpdatesState::State(after) = difference.state;
    ensure!(difference.other_updates.len() == 1 && after.qts == before.qts + 2, "{after:?}");
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "a"})).await?;
    let difference: enums::UpdatesDifference = bot.call(|layer, out| ask.write(layer, out)).await?;
    ensure!(matches!(difference, enums::UpdatesDifference::DifferenceTooLong(_)), "{difference:?}");
    Ok(())
}

#[tokio::test]
async fn every_session_of_an_account_gets_updates() -> Result<()> {
    let (server, mut first) = begin(&[]).await?;
    let mut second = Client::connect(server.address(), 214).await?;
    second.begin().await?;
    second.log_in(BOT).await?;
    first.state().await?;
    second.state().await?;
    ensure!(pushed_text(&mut first).await? == "/start");
    send(&mut first, user(1001, 0), "mine", 1).await?;
    ensure!(pushed_text(&mut second).await? == "mine", "the other session hears of it");
    server.control("POST", &format!("{DIALOG}/messages"), json!({"text": "to both"})).await?;
    // The sending session knows it from the answer, so this is its next update.
    ensure!(pushed_text(&mut first).await? == "to both");
    ensure!(pushed_text(&mut second).await? == "to both");
    Ok(())
}

#[tokio::test]
async fn a_client_far_behind_gets_difference_too_long() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    bot.state().await?;
    pushed_text(&mut bot).await?;
    let mut heard = Vec::new();
    // A hundred and fifty at once: in one batch there may be more than a push holds.
    let sends =
        (0..150).map(|n| server.bot_api(BOT, "sendMessage", json!({"chat_id": 1001, "text": n.to_string()})));
    for sent in sends {
        ensure!(sent.await?.0 == 200);
    }
    let last = bot.state().await?.pts;
    while heard.last() != Some(&last) {
        match bot.pushed().await? {
            enums::Updates::UpdatesTooLong(_) => heard.push(last),
            enums::Updates::Updates(updates) => {
                heard.extend(updates.updates.iter().filter_map(|update| match update {
                    enums::Update::UpdateNewMessage(new) => Some(new.pts),
                    _ => None,
                }))
            }
            _ => {}
        }
    }
    let gaps = heard.windows(2).filter(|pair| pair[1] != pair[0] + 1 && pair[1] != last).count();
    ensure!(gaps == 0, "{heard:?}");
    Ok(())
}

/// The typing user and the action, from the next update about it.
async fn typing(client: &mut Client) -> Result<(i64, enums::SendMessageAction)> {
    loop {
        if let enums::Updates::UpdateShort(short) = client.pushed().await?
            && let enums::Update::UpdateUserTyping(typing) = short.update
        {
            return Ok((typing.user_id, typing.action));
        }
    }
}

#[tokio::test]
async fn typing_and_blocks_are_seen_on_the_other_side() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let mut ann = server.minted("1001").await?;
    ann.state().await?;
    bot.state().await?;
    server.bot_api(BOT, "sendChatAction", json!({"chat_id": 1001, "action": "upload_photo"})).await?;
    let (who, action) = typing(&mut ann).await?;
    ensure!(
        who == 777 && matches!(action, enums::SendMessageAction::SendMessageUploadPhotoAction(_)),
        "{action:?}"
    );
    // Ann addresses the bot by the access hash that she got.
    let peer = ann.resolve("b777_bot").await?;
    let request = functions::MessagesSetTyping {
        peer: peer.clone(),
        action: types::SendMessageTypingAction {}.into(),
        ..Default::default()
    };
    ensure!(ann.call::<bool>(|layer, out| request.write(layer, out)).await?);
    let (who, action) = typing(&mut bot).await?;
    ensure!(who == 1001 && matches!(action, enums::SendMessageAction::SendMessageTypingAction(_)));
    let error = refused(send(&mut ann, user(777, 0), "x", 1).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "people must show the right hash");
    // She blocks the bot in one session; the bot and her other session get an update.
    let mut other = server.minted("1001").await?;
    other.state().await?;
    let request = functions::ContactsBlock { id: peer, ..Default::default() };
    ensure!(ann.call::<bool>(|layer, out| request.write(layer, out)).await?);
    for (client, is_bot) in [(&mut bot, true), (&mut other, false)] {
        loop {
            let enums::Updates::Updates(updates) = client.pushed().await? else { continue };
            let told = updates.updates.iter().any(|update| match update {
                enums::Update::UpdateBotStopped(stopped) => {
                    is_bot && stopped.stopped && stopped.user_id == 1001
                }
                enums::Update::UpdatePeerBlocked(blocked) => !is_bot && blocked.blocked,
                _ => false,
            });
            if told {
                break;
            }
        }
    }
    let error = refused(send(&mut bot, user(1001, 0), "x", 2).await)?;
    ensure!(error == RpcError { code: 403, message: "USER_IS_BLOCKED".to_owned() });
    Ok(())
}
