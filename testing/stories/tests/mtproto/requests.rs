//! Peers that a bot can address, and refusals.

use super::*;

#[tokio::test]
async fn a_bot_can_address_only_users_it_has_seen() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    server.control("POST", "/users", json!({"id": 1002, "first_name": "Bob", "username": "bob_lee"})).await?;
    for (id, hash) in [(1002, 0), (1001, 5), (9999, 0)] {
        let error = refused(send(&mut bot, user(id, hash), "x", 7).await)?;
        ensure!(error.message == "PEER_ID_INVALID", "{id} {hash}: {error}");
    }
    let request =
        functions::UsersGetUsers { id: vec![types::InputUser { user_id: 1002, access_hash: 0 }.into()] };
    let users: Vec<enums::User> = bot.call(|layer, out| request.write(layer, out)).await?;
    ensure!(matches!(users[..], [enums::User::UserEmpty(_)]), "{users:?}");
    // Resolving a username makes the user known to the bot, although they never wrote.
    let request = functions::ContactsResolveUsername { username: "bob_lee".to_owned(), ..Default::default() };
    let resolved: enums::ContactsResolvedPeer = bot.call(|layer, out| request.write(layer, out)).await?;
    let enums::ContactsResolvedPeer::ResolvedPeer(resolved) = resolved;
    let Some(enums::User::User(bob)) = resolved.users.first() else { anyhow::bail!("no user") };
    ensure!(bob.phone.is_none() && !bob.min && bob.first_name.as_deref() == Some("Bob"));
    let hash = bob.access_hash.context("a hash")?;
    let error = refused(send(&mut bot, user(1002, hash), "x", 8).await)?;
    ensure!(error == RpcError { code: 400, message: "PEER_ID_INVALID".to_owned() });
    drop(server);

    let (server, mut strict) = begin(&["--strict-access"]).await?;
    let error = refused(send(&mut strict, user(1001, 0), "x", 9).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "{error}");
    strict.state().await?;
    let enums::Updates::Updates(updates) = strict.pushed().await? else { anyhow::bail!("no updates") };
    let hash = updates.users.iter().find_map(|known| match known {
        enums::User::User(known) if known.id == 1001 => known.access_hash,
        _ => None,
    });
    send(&mut strict, user(1001, hash.context("a hash")?), "with the hash", 10).await?;
    ensure!(texts(&server).await? == ["/start", "with the hash"]);
    Ok(())
}

/// Bob forwards Ann's message to another bot, which may then request her profile, but not write to her.
#[tokio::test]
async fn users_seen_in_a_message_are_min() -> Result<()> {
    let (server, _) = begin(&["--strict-access"]).await?;
    server.control("POST", "/users", json!({"id": 1002, "first_name": "Bob"})).await?;
    server.control("POST", "/users/1002/dialogs/777/start", json!({})).await?;
    let forward = json!({"chat_id": 1002, "from_chat_id": 1001, "message_id": 1});
    server.bot_api(BOT, "forwardMessage", forward).await?;
    server.control("POST", "/bots", json!({"token": "778:BBBB", "username": "other_bot"})).await?;
    let mut other = Client::connect(server.address(), LAYER).await?;
    other.begin().await?;
    other.log_in("778:BBBB").await?;
    other.state().await?;

    let mut bob = server.minted("1002").await?;
    bob.state().await?;
    let request = functions::MessagesForwardMessages {
        from_peer: bob.resolve("b777_bot").await?,
        to_peer: bob.resolve("other_bot").await?,
        id: vec![2],
        random_id: vec![5],
        ..Default::default()
    };
    let mut answers = Vec::new();
    for _ in 0..2 {
        let answer: enums::Updates = bob.call(|layer, out| request.write(layer, out)).await?;
        let enums::Updates::Updates(updates) = answer else { anyhow::bail!("no updates") };
        ensure!(updates.updates.iter().any(
            |update| matches!(update, enums::Update::UpdateMessageID(sent) if (sent.id, sent.random_id) == (3, 5))
        ));
        answers.push(updates.updates);
    }
    ensure!(answers[0] == answers[1], "what is sent again is answered like the first time");

    let enums::Updates::Updates(updates) = other.pushed().await? else { anyhow::bail!("no updates") };
    let [enums::Update::UpdateNewMessage(new)] = &updates.updates[..] else { anyhow::bail!("{updates:?}") };
    let enums::Message::Message(message) = &new.message else { anyhow::bail!("no message") };
    let Some(enums::MessageFwdHeader::MessageFwdHeader(header)) = &message.fwd_from else {
        anyhow::bail!("not forwarded")
    };
    ensure!(header.from_id == Some(types::PeerUser { user_id: 1001 }.into()), "{header:?}");
    let known = |id| {
        let mut users = updates.users.iter();
        users.find_map(|known| match known {
            enums::User::User(known) if known.id == id => Some(known.clone()),
            _ => None,
        })
    };
    let (ann, bob) = (known(1001).context("Ann")?, known(1002).context("Bob")?);
    ensure!(ann.min && ann.first_name.as_deref() == Some("Ann") && ann.status.is_none(), "{ann:?}");
    ensure!(!bob.min, "he wrote to it");
    let by_hash = types::InputUser { user_id: 1001, access_hash: ann.access_hash.context("a hash")? };
    let by_message = types::InputUserFromMessage {
        peer: user(1002, bob.access_hash.context("a hash")?),
        msg_id: message.id,
        user_id: 1001,
    };
    let wrong = types::InputUserFromMessage { user_id: 1003, ..by_message.clone() };
    let request = functions::UsersGetUsers { id: vec![by_hash.into(), wrong.into(), by_message.into()] };
    let users: Vec<enums::User> = other.call(|layer, out| request.write(layer, out)).await?;
    let [enums::User::UserEmpty(_), enums::User::UserEmpty(_), enums::User::User(ann)] = &users[..] else {
        anyhow::bail!("{users:?}")
    };
    ensure!(!ann.min, "now the bot has seen her");
    let hash = ann.access_hash.context("a hash")?;
    let error = refused(send(&mut other, user(1001, hash), "Hello?", 6).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "she never wrote to it: {error}");
    Ok(())
}

#[tokio::test]
async fn unserved_functions_are_refused_by_name() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    // source:string
    let get_app_update = [&0x522d_5a7d_u32.to_le_bytes()[..], &[3, b'a', b'b', b'c']].concat();
    for (body, code, message) in [
        (get_app_update, 400, "NOT_SERVED_BY_PARLOR: help.getAppUpdate"),
        // messages.search for photos: peer and text are read, the filter is known and not served.
        (search_for(0x9609_a51c), 400, "NOT_SERVED_BY_PARLOR: inputMessagesFilterPhotos of messages.search"),
        (search_for(0x0102_0304), 400, "INPUT_CONSTRUCTOR_INVALID_01020304"),
        (vec![1, 2, 3, 4], 400, "INPUT_METHOD_INVALID_04030201"),
        (vec![], 400, "INPUT_METHOD_INVALID_00000000"),
        // users.getUsers, cut off.
        ([0x0d91_a548_u32.to_le_bytes(), 0x1cb5_c415_u32.to_le_bytes()].concat(), 400, "INPUT_FETCH_ERROR"),
    ] {
        let Err(error) = bot.call_raw(&body).await? else { anyhow::bail!("not refused") };
        ensure!((error.code, error.message.as_str()) == (code, message), "{error}");
    }
    ensure!(me(&mut bot).await?.id == 777);
    let exchanges = server.control("GET", "/inspector?bot=777", Value::Null).await?;
    let mut shown = exchanges.as_array().into_iter().flatten();
    let shown = shown.find(|exchange| exchange["method"] == "help.getAppUpdate").context("it is shown")?;
    ensure!(shown["answer"] == "NOT_SERVED_BY_PARLOR: help.getAppUpdate", "{shown}");
    ensure!(shown["not_served"] == "help.getAppUpdate", "{shown}");
    ensure!(shown["parameters"] == "help.getAppUpdate{source: \"abc\"}", "{shown}");
    Ok(())
}

/// `messages.search` in one's own chat, cut off after a filter's constructor.
fn search_for(filter: u32) -> Vec<u8> {
    let mut out = Writer::default();
    functions::MessagesSearch { peer: types::InputPeerSelf {}.into(), ..Default::default() }
        .write(LAYER, &mut out);
    let whole = out.finish().unwrap_or_default();
    let served = types::InputMessagesFilterEmpty::IDS[0].to_le_bytes();
    let at = whole.windows(4).position(|word| word == served).unwrap_or(whole.len());
    [&whole[..at], &filter.to_le_bytes()].concat()
}

/// `pts_count` counts deleted messages only: unknown and repeated ids do not count.
#[tokio::test]
async fn deleting_counts_existing_messages() -> Result<()> {
    let (_server, mut bot) = begin(&[]).await?;
    send(&mut bot, user(1001, 0), "to be deleted", 1).await?;
    let before = bot.state().await?.pts;
    let mut delete = async |id: Vec<i32>| {
        let request = functions::MessagesDeleteMessages { revoke: true, id };
        let enums::MessagesAffectedMessages::AffectedMessages(affected) =
            bot.call(|layer, out| request.write(layer, out)).await?;
        Ok::<_, anyhow::Error>((affected.pts, affected.pts_count))
    };
    ensure!(delete(vec![2, 2, 77]).await? == (before + 1, 1));
    ensure!(delete(vec![2, 77]).await? == (before + 1, 0));
    Ok(())
}

/// The faults that a test orders strike over this protocol too, by a method's full name or by its last word.
#[tokio::test]
async fn faults_apply_to_mtproto_requests() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    let order = |fault: Value| server.control("POST", "/bots/777/faults", fault);
    order(json!({"type": "too_many_requests", "retry_after": 7, "method": "messages.sendMessage"})).await?;
    order(json!({"type": "server_error", "method": "sendMessage"})).await?;
    me(&mut bot).await?;
    for expected in ["FLOOD_WAIT_7", "RPC_CALL_FAIL"] {
        let error = refused(send(&mut bot, user(1001, 0), "x", 1).await)?;
        ensure!(error.message == expected, "{error:?}");
    }
    send(&mut bot, user(1001, 0), "x", 1).await?;
    order(json!({"type": "dropped"})).await?;
    ensure!(me(&mut bot).await.is_err(), "the connection has ended");
    let exchanges = server.control("GET", "/inspector?bot=777", Value::Null).await?;
    let last = exchanges.as_array().and_then(|all| all.last()).context("an exchange")?;
    ensure!(last["method"] == "users.getUsers" && last["status"] == 0, "{last}");
    Ok(())
}

/// A user clears a history over MTProto or the control API. `pts_count` is the number of messages, and the bot's sessions get an update.
#[tokio::test]
async fn a_history_is_cleared() -> Result<()> {
    let (server, mut bot) = begin(&[]).await?;
    for text in ["a", "b"] {
        send(&mut bot, user(1001, 0), text, i64::from(text.as_bytes()[0])).await?;
    }
    let mut ann = server.minted("1001").await?;
    let peer = ann.resolve("b777_bot").await?;
    let before = ann.state().await?.pts;
    let mut clear = async |peer: enums::InputPeer, max_id, revoke| {
        let request = functions::MessagesDeleteHistory { peer, max_id, revoke, ..Default::default() };
        ann.call::<enums::MessagesAffectedHistory>(|layer, out| request.write(layer, out)).await
    };
    let affected = |pts, pts_count| types::MessagesAffectedHistory { pts, pts_count, offset: 0 }.into();
    ensure!(clear(peer.clone(), 1, false).await? == affected(before + 1, 1));
    ensure!(texts(&server).await? == ["a", "b"]);
    ensure!(clear(peer.clone(), 0, true).await? == affected(before + 3, 2));
    ensure!(clear(peer, 0, true).await? == affected(before + 3, 0));
    ensure!(
        clear(types::InputPeerSelf {}.into(), 0, true).await? == affected(before + 3, 0),
        "nothing is saved"
    );
    let request = functions::MessagesDeleteHistory { peer: user(1001, 0), ..Default::default() };
    let by_bot = bot.call::<enums::MessagesAffectedHistory>(|layer, out| request.write(layer, out)).await;
    ensure!(refused(by_bot)?.message == "BOT_METHOD_INVALID");
    send(&mut bot, user(1001, 0), "c", 3).await?;
    server.control("DELETE", &format!("{DIALOG}/messages?for_both=true"), Value::Null).await?;
    ensure!(texts(&server).await?.is_empty());
    Ok(())
}
