//! Private chats of users with users and with themselves, and the chats that bots can't have.

mod common;

use anyhow::{Context, Result, ensure};
use common::{Stage, list, new_message, phone, pushed_before, send, serve, sign_in_again, sign_in_user};
use parlor_stories::mtproto::{Client, refused};
use parlor_wire_tl::{LAYER, enums, functions, types};

/// Signs Ann and Bob in, who have no chat yet.
async fn begin() -> Result<(Stage, Client, Client)> {
    let stage = serve(None).await?;
    let ann = sign_in_user(&stage, 1001, "ann_user").await?;
    let bob = sign_in_user(&stage, 1002, "bob_user").await?;
    Ok((stage, ann, bob))
}

fn peer(id: i64) -> enums::Peer {
    types::PeerUser { user_id: id }.into()
}

/// Returns the texts of a chat's history, newest first.
async fn history(client: &mut Client, peer: &enums::InputPeer) -> Result<Vec<String>> {
    let request = functions::MessagesGetHistory { peer: peer.clone(), limit: 100, ..Default::default() };
    texts(client.call(|layer, out| request.write(layer, out)).await?)
}

async fn search(client: &mut Client, peer: &enums::InputPeer, q: &str) -> Result<Vec<String>> {
    let (peer, q, filter) = (peer.clone(), q.to_owned(), types::InputMessagesFilterEmpty {}.into());
    let request = functions::MessagesSearch { peer, q, filter, limit: 100, ..Default::default() };
    texts(client.call(|layer, out| request.write(layer, out)).await?)
}

fn texts(messages: enums::MessagesMessages) -> Result<Vec<String>> {
    let messages = match messages {
        enums::MessagesMessages::Messages(all) => all.messages,
        enums::MessagesMessages::MessagesSlice(some) => some.messages,
        enums::MessagesMessages::ChannelMessages(some) => some.messages,
    };
    let text = |message| match message {
        enums::Message::Message(message) => message.message,
        _ => "service".to_owned(),
    };
    Ok(messages.into_iter().map(text).collect())
}

async fn dialogs(client: &mut Client) -> Result<Vec<types::Dialog>> {
    let request = functions::MessagesGetDialogs { limit: 100, ..Default::default() };
    match client.call(|layer, out| request.write(layer, out)).await? {
        enums::MessagesDialogs::Dialogs(found) => {
            let dialogs = found.dialogs.into_iter().map(|enums::Dialog::Dialog(dialog)| dialog);
            Ok(dialogs.collect())
        }
        other => anyhow::bail!("{other:?}"),
    }
}

async fn call(client: &mut Client, write: impl FnOnce(u16, &mut parlor_wire_tl::Writer)) -> Result<()> {
    client.call::<bool>(write).await.map(|_| ())
}

#[tokio::test]
async fn users_write_to_each_other() -> Result<()> {
    let (_stage, mut ann, mut bob) = begin().await?;
    let (to_bob, to_ann) = (ann.resolve("bob_user").await?, bob.resolve("ann_user").await?);
    // Each account has its own ids: Ann has one message more.
    send(&mut ann, &types::InputPeerSelf {}.into(), "note", 1).await?;
    let sent = send(&mut ann, &to_bob, "Hi, Bob", 2).await?;
    ensure!(sent.id == 2, "{sent:?}");
    let pushed = list(bob.pushed().await?);
    let message = pushed.first().and_then(new_message).context("a message")?;
    ensure!((message.id, message.out, message.from_id.clone()) == (1, false, None), "{message:?}");
    ensure!((message.peer_id.clone(), message.saved_peer_id.clone()) == (peer(1001), None), "{message:?}");
    send(&mut bob, &to_ann, "Hi, Ann", 3).await?;
    pushed_before(&mut ann, "Hi, Ann").await?;
    ensure!(history(&mut ann, &to_bob).await? == ["Hi, Ann", "Hi, Bob"]);
    ensure!(history(&mut bob, &to_ann).await? == ["Hi, Ann", "Hi, Bob"]);
    ensure!(search(&mut bob, &to_ann, "bob").await? == ["Hi, Bob"]);

    let shown = dialogs(&mut ann).await?;
    let with_bob = shown.first().context("a dialog")?;
    ensure!((with_bob.peer.clone(), with_bob.top_message, with_bob.unread_count) == (peer(1002), 3, 1));
    // By writing, Bob has read all messages, his own included.
    ensure!((with_bob.read_inbox_max_id, with_bob.read_outbox_max_id) == (2, 3), "{with_bob:?}");
    ensure!(shown.len() == 2, "and Saved Messages");
    let read = functions::MessagesReadHistory { peer: to_bob.clone(), max_id: 0 };
    ann.call::<enums::MessagesAffectedMessages>(|layer, out| read.write(layer, out)).await?;
    let pushed = list(bob.pushed().await?);
    let [enums::Update::UpdateReadHistoryOutbox(outbox)] = &pushed[..] else { anyhow::bail!("{pushed:?}") };
    ensure!((outbox.peer.clone(), outbox.max_id) == (peer(1001), 2), "{outbox:?}");
    Ok(())
}

#[tokio::test]
async fn users_edit_react_pin_and_type() -> Result<()> {
    let (_stage, mut ann, mut bob) = begin().await?;
    let (to_bob, to_ann) = (ann.resolve("bob_user").await?, bob.resolve("ann_user").await?);
    send(&mut ann, &to_bob, "Hi", 1).await?;
    pushed_before(&mut bob, "Hi").await?;

    let typing = functions::MessagesSetTyping {
        peer: to_bob.clone(),
        action: types::SendMessageTypingAction {}.into(),
        ..Default::default()
    };
    call(&mut ann, |layer, out| typing.write(layer, out)).await?;
    let pushed = list(bob.pushed().await?);
    let [enums::Update::UpdateUserTyping(typing)] = &pushed[..] else { anyhow::bail!("{pushed:?}") };
    ensure!(typing.user_id == 1001);

    let (peer, message) = (to_bob.clone(), Some("Hello".to_owned()));
    let edit = functions::MessagesEditMessage { peer, id: 1, message, ..Default::default() };
    ann.call::<enums::Updates>(|layer, out| edit.write(layer, out)).await?;
    let pushed = list(bob.pushed().await?);
    let [enums::Update::UpdateEditMessage(edited)] = &pushed[..] else { anyhow::bail!("{pushed:?}") };
    let enums::Message::Message(edited) = &edited.message else { anyhow::bail!("{edited:?}") };
    ensure!((edited.message.as_str(), edited.out) == ("Hello", false) && edited.edit_date.is_some());
    let edit = functions::MessagesEditMessage { peer: to_ann.clone(), ..edit };
    let error = refused(bob.call::<enums::Updates>(|layer, out| edit.write(layer, out)).await)?;
    ensure!((error.code, error.message.as_str()) == (403, "MESSAGE_AUTHOR_REQUIRED"), "{error}");

    let reaction = Some(vec![types::ReactionEmoji { emoticon: "🔥".to_owned() }.into()]);
    let react = functions::MessagesSendReaction { peer: to_ann, msg_id: 1, reaction, ..Default::default() };
    bob.call::<enums::Updates>(|layer, out| react.write(layer, out)).await?;
    let pushed = list(ann.pushed().await?);
    let [enums::Update::UpdateMessageReactions(reactions)] = &pushed[..] else { anyhow::bail!("{pushed:?}") };
    let enums::MessageReactions::MessageReactions(reactions) = &reactions.reactions;
    ensure!(reactions.results.len() == 1, "{reactions:?}");

    let pin = functions::MessagesUpdatePinnedMessage { peer: to_bob.clone(), id: 1, ..Default::default() };
    ann.call::<enums::Updates>(|layer, out| pin.write(layer, out)).await?;
    let pushed = list(bob.pushed().await?);
    ensure!(matches!(pushed.first(), Some(enums::Update::UpdatePinnedMessages(_))), "{pushed:?}");
    let pin = functions::MessagesUpdatePinnedMessage { pm_oneside: true, unpin: true, ..pin };
    let error = refused(ann.call::<enums::Updates>(|layer, out| pin.write(layer, out)).await)?;
    ensure!(error.message == "NOT_SERVED_BY_PARLOR: pm_oneside of messages.updatePinnedMessage", "{error}");
    Ok(())
}

#[tokio::test]
async fn users_delete_for_themselves_or_for_both() -> Result<()> {
    let (_stage, mut ann, mut bob) = begin().await?;
    let (to_bob, to_ann) = (ann.resolve("bob_user").await?, bob.resolve("ann_user").await?);
    for (id, text) in [(1, "one"), (2, "two"), (3, "three")] {
        send(&mut ann, &to_bob, text, id).await?;
    }
    for (id, revoke) in [(1, false), (2, true)] {
        let delete = functions::MessagesDeleteMessages { id: vec![id], revoke };
        bob.call::<enums::MessagesAffectedMessages>(|layer, out| delete.write(layer, out)).await?;
    }
    ensure!(history(&mut bob, &to_ann).await? == ["three"]);
    ensure!(history(&mut ann, &to_bob).await? == ["three", "one"]);
    let clear = functions::MessagesDeleteHistory { peer: to_bob.clone(), revoke: true, ..Default::default() };
    ann.call::<enums::MessagesAffectedHistory>(|layer, out| clear.write(layer, out)).await?;
    ensure!(history(&mut ann, &to_bob).await?.is_empty() && history(&mut bob, &to_ann).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn blocked_users_are_refused() -> Result<()> {
    let (_stage, mut ann, mut bob) = begin().await?;
    let (to_bob, to_ann) = (ann.resolve("bob_user").await?, bob.resolve("ann_user").await?);
    let block = functions::ContactsBlock { id: to_ann.clone(), ..Default::default() };
    call(&mut bob, |layer, out| block.write(layer, out)).await?;
    let error = refused(send(&mut ann, &to_bob, "Hi", 1).await)?;
    ensure!((error.code, error.message.as_str()) == (403, "USER_IS_BLOCKED"), "{error}");
    let error = refused(send(&mut bob, &to_ann, "Hi", 2).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "YOU_BLOCKED_USER"), "{error}");
    let blocked = functions::ContactsGetBlocked { limit: 10, ..Default::default() };
    let enums::ContactsBlocked::Blocked(list) = bob.call(|layer, out| blocked.write(layer, out)).await?;
    ensure!(list.blocked.len() == 1 && list.users.len() == 1, "{list:?}");
    let unblock = functions::ContactsUnblock { id: to_ann, ..Default::default() };
    call(&mut bob, |layer, out| unblock.write(layer, out)).await?;
    send(&mut ann, &to_bob, "Hi", 3).await?;
    Ok(())
}

#[tokio::test]
async fn a_user_has_a_chat_with_itself() -> Result<()> {
    let (stage, mut ann, mut bob) = begin().await?;
    let mut tablet = sign_in_again(&stage, 1001).await?;
    let saved: enums::InputPeer = types::InputPeerSelf {}.into();
    let sent = send(&mut ann, &saved, "a note", 1).await?;
    ensure!((sent.id, sent.out, sent.pts_count) == (1, true, 1), "{sent:?}");
    let pushed = list(tablet.pushed().await?);
    let [update] = &pushed[..] else { anyhow::bail!("once: {pushed:?}") };
    let message = new_message(update).context("a message")?;
    ensure!(message.out && message.from_id == Some(peer(1001)), "{message:?}");
    ensure!(message.peer_id == peer(1001) && message.saved_peer_id == Some(peer(1001)), "{message:?}");
    let shown = dialogs(&mut ann).await?;
    let [dialog] = &shown[..] else { anyhow::bail!("{shown:?}") };
    ensure!(
        (dialog.peer.clone(), dialog.unread_count, dialog.top_message) == (peer(1001), 0, 1),
        "{dialog:?}"
    );

    // A forwarded message of another user keeps its sender.
    let to_ann = bob.resolve("ann_user").await?;
    send(&mut bob, &to_ann, "from Bob", 2).await?;
    let forward = functions::MessagesForwardMessages {
        from_peer: ann.resolve("bob_user").await?,
        to_peer: saved.clone(),
        id: vec![2],
        random_id: vec![3],
        ..Default::default()
    };
    let forwarded = list(ann.call(|layer, out| forward.write(layer, out)).await?);
    let message = forwarded.iter().find_map(new_message).context("a message")?;
    ensure!(message.out && message.peer_id == peer(1001) && message.fwd_from.is_some(), "{message:?}");
    ensure!(message.saved_peer_id == Some(peer(1002)), "{message:?}");

    // > Pinning a message in your own chat does not produce a service message (Telethon)
    let pin = functions::MessagesUpdatePinnedMessage {
        peer: saved.clone(),
        id: 1,
        pm_oneside: true,
        ..Default::default()
    };
    let pinned = list(ann.call(|layer, out| pin.write(layer, out)).await?);
    ensure!(matches!(&pinned[..], [enums::Update::UpdatePinnedMessages(_)]), "{pinned:?}");
    ensure!(history(&mut ann, &saved).await? == ["from Bob", "a note"]);
    ensure!(search(&mut ann, &saved, "NOTE").await? == ["a note"]);
    let delete = functions::MessagesDeleteMessages { id: vec![1], revoke: false };
    ann.call::<enums::MessagesAffectedMessages>(|layer, out| delete.write(layer, out)).await?;
    ensure!(history(&mut ann, &saved).await? == ["from Bob"]);
    Ok(())
}

#[tokio::test]
async fn users_are_found_by_phone_and_access_hashes_differ_by_viewer() -> Result<()> {
    let (_stage, mut ann, mut bob) = begin().await?;
    let request = functions::ContactsResolvePhone { phone: format!("+{}", phone(1002)) };
    let enums::ContactsResolvedPeer::ResolvedPeer(found) =
        ann.call(|layer, out| request.write(layer, out)).await?;
    ensure!(found.peer == peer(1002), "{found:?}");
    let request = functions::ContactsResolvePhone { phone: phone(1003) };
    let error =
        refused(ann.call::<enums::ContactsResolvedPeer>(|layer, out| request.write(layer, out)).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "PHONE_NOT_OCCUPIED"), "{error}");
    // An access hash of another viewer is refused, and so is one that was never sent.
    let of_ann = ann.resolve("bob_user").await?;
    let wrong: enums::InputPeer = types::InputPeerUser { user_id: 1002, access_hash: 0 }.into();
    let stolen = match (of_ann, bob.resolve("ann_user").await?) {
        (enums::InputPeer::InputPeerUser(of_ann), enums::InputPeer::InputPeerUser(_)) => {
            types::InputPeerUser { user_id: 1001, access_hash: of_ann.access_hash }
        }
        other => anyhow::bail!("{other:?}"),
    };
    let error = refused(send(&mut ann, &wrong, "Hi", 1).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "{error}");
    let error = refused(send(&mut bob, &stolen.into(), "Hi", 1).await)?;
    ensure!(error.message == "PEER_ID_INVALID", "{error}");
    Ok(())
}

#[tokio::test]
async fn bots_cannot_write_to_bots_or_to_themselves() -> Result<()> {
    let stage = serve(None).await?;
    let mut bots = Vec::new();
    for token in ["777:AAAA", "778:BBBB"] {
        let mut bot = Client::connect(&stage.address, LAYER).await?;
        bot.begin().await?;
        bot.log_in(token).await?;
        bots.push(bot);
    }
    let bot = bots.first_mut().context("a bot")?;
    let other = types::InputPeerUser { user_id: 778, access_hash: 0 };
    for peer in [types::InputPeerSelf {}.into(), other.into()] {
        let error = refused(send(bot, &peer, "Hi", 1).await)?;
        ensure!((error.code, error.message.as_str()) == (400, "USER_IS_BOT"), "{peer:?}: {error}");
    }
    Ok(())
}
