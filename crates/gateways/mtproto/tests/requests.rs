//! Answers contain exactly the effects of their requests.

mod common;

use anyhow::{Result, ensure};
use common::{Stage, list, pushed_before, send, serve, sign_in_again, sign_in_user};
use parlor_stories::mtproto::{Client, refused};
use parlor_wire_tl::{enums, functions, types};

const HOUR: i64 = 60 * 60 * 1000;

/// Signs Ann and Bob in; Bob has written messages 1 and 2 to Ann.
async fn begin() -> Result<(Stage, Client, Client)> {
    let stage = serve(None).await?;
    let ann = sign_in_user(&stage, 1001, "ann_user").await?;
    let mut bob = sign_in_user(&stage, 1002, "bob_user").await?;
    let to_ann = bob.resolve("ann_user").await?;
    send(&mut bob, &to_ann, "one", 1).await?;
    send(&mut bob, &to_ann, "two", 2).await?;
    Ok((stage, ann, bob))
}

async fn read(client: &mut Client, peer: &enums::InputPeer, max_id: i32) -> Result<(i32, i32)> {
    let request = functions::MessagesReadHistory { peer: peer.clone(), max_id };
    let enums::MessagesAffectedMessages::AffectedMessages(affected) =
        client.call(|layer, out| request.write(layer, out)).await?;
    Ok((affected.pts, affected.pts_count))
}

async fn delete(client: &mut Client, id: Vec<i32>) -> Result<(i32, i32)> {
    let request = functions::MessagesDeleteMessages { id, revoke: false };
    let enums::MessagesAffectedMessages::AffectedMessages(affected) =
        client.call(|layer, out| request.write(layer, out)).await?;
    Ok((affected.pts, affected.pts_count))
}

async fn pin(client: &mut Client, peer: &enums::InputPeer, id: i32, unpin: bool) -> Result<enums::Updates> {
    let request =
        functions::MessagesUpdatePinnedMessage { peer: peer.clone(), id, unpin, ..Default::default() };
    client.call(|layer, out| request.write(layer, out)).await
}

async fn unpin_all(client: &mut Client, peer: &enums::InputPeer) -> Result<(i32, i32)> {
    let request = functions::MessagesUnpinAllMessages { peer: peer.clone(), ..Default::default() };
    let enums::MessagesAffectedHistory::AffectedHistory(affected) =
        client.call(|layer, out| request.write(layer, out)).await?;
    Ok((affected.pts, affected.pts_count))
}

async fn react(client: &mut Client, peer: &enums::InputPeer, msg_id: i32) -> Result<enums::Updates> {
    let reaction = types::ReactionEmoji { emoticon: "👍".to_owned() }.into();
    let request = functions::MessagesSendReaction {
        peer: peer.clone(),
        msg_id,
        reaction: Some(vec![reaction]),
        ..Default::default()
    };
    client.call(|layer, out| request.write(layer, out)).await
}

async fn edit(client: &mut Client, peer: &enums::InputPeer, id: i32, text: &str) -> Result<enums::Updates> {
    let request = functions::MessagesEditMessage {
        peer: peer.clone(),
        id,
        message: Some(text.to_owned()),
        ..Default::default()
    };
    client.call(|layer, out| request.write(layer, out)).await
}

#[tokio::test]
async fn counters_move_only_when_something_changes() -> Result<()> {
    let (_stage, mut ann, _bob) = begin().await?;
    let bob = ann.resolve("bob_user").await?;
    let start = ann.state().await?.pts;
    ensure!(read(&mut ann, &bob, 1).await? == (start + 1, 1));
    ensure!(read(&mut ann, &bob, 1).await? == (start + 1, 0), "it was read already");
    ensure!(read(&mut ann, &bob, 0).await? == (start + 2, 1));
    ensure!(read(&mut ann, &bob, 0).await? == (start + 2, 0), "nothing is left to read");
    ensure!(unpin_all(&mut ann, &bob).await? == (start + 2, 0), "nothing is pinned");
    // The pin and its service message.
    pin(&mut ann, &bob, 1, false).await?;
    ensure!(unpin_all(&mut ann, &bob).await? == (start + 5, 1));
    ensure!(delete(&mut ann, vec![1, 1, 99]).await? == (start + 6, 1));
    ensure!(delete(&mut ann, vec![1]).await? == (start + 6, 0), "it was deleted already");
    ensure!(ann.state().await?.pts == start + 6);
    Ok(())
}

#[tokio::test]
async fn pinning_a_pinned_message_has_no_updates() -> Result<()> {
    let (_stage, mut ann, _bob) = begin().await?;
    let bob = ann.resolve("bob_user").await?;
    let pinned = list(pin(&mut ann, &bob, 1, false).await?);
    let [enums::Update::UpdatePinnedMessages(pinned), enums::Update::UpdateNewMessage(service)] = &pinned[..]
    else {
        anyhow::bail!("{pinned:?}")
    };
    ensure!((pinned.messages.as_slice(), pinned.pinned) == (&[1][..], true), "{pinned:?}");
    ensure!(matches!(service.message, enums::Message::MessageService(_)), "{service:?}");
    ensure!(service.pts == pinned.pts + 1);
    ensure!(list(pin(&mut ann, &bob, 1, false).await?).is_empty(), "it is pinned already");
    ensure!(list(pin(&mut ann, &bob, 1, true).await?).len() == 1);
    ensure!(list(pin(&mut ann, &bob, 1, true).await?).is_empty(), "it is not pinned");
    let error = refused(pin(&mut ann, &bob, 99, false).await)?;
    ensure!(error.message == "MESSAGE_ID_INVALID", "{error}");
    Ok(())
}

#[tokio::test]
async fn changes_without_effect_are_refused() -> Result<()> {
    let (_stage, mut ann, mut bob) = begin().await?;
    let (to_bob, to_ann) = (ann.resolve("bob_user").await?, bob.resolve("ann_user").await?);
    ensure!(list(react(&mut ann, &to_bob, 1).await?).len() == 1);
    let error = refused(react(&mut ann, &to_bob, 1).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "MESSAGE_NOT_MODIFIED"), "{error}");
    ensure!(list(edit(&mut bob, &to_ann, 1, "one!").await?).len() == 1);
    let error = refused(edit(&mut bob, &to_ann, 1, "one!").await)?;
    ensure!((error.code, error.message.as_str()) == (400, "MESSAGE_NOT_MODIFIED"), "{error}");
    let request = functions::AccountUpdateUsername { username: "bob_user".to_owned() };
    let error = refused(bob.call::<enums::User>(|layer, out| request.write(layer, out)).await)?;
    ensure!((error.code, error.message.as_str()) == (400, "USERNAME_NOT_MODIFIED"), "{error}");
    Ok(())
}

/// > [it] will simply return the messages that the previous call generated
#[tokio::test]
async fn a_repeated_random_id_is_answered_with_the_first_message() -> Result<()> {
    let (stage, mut ann, _bob) = begin().await?;
    let bob = ann.resolve("bob_user").await?;
    let first = send(&mut ann, &bob, "three", 7).await?;
    send(&mut ann, &bob, "four", 8).await?;
    ensure!(send(&mut ann, &bob, "three", 7).await? == first);
    // After a day, the next entry of the log drops this one.
    stage.host.clock().advance(25 * HOUR)?;
    let later = send(&mut ann, &bob, "five", 9).await?;
    let again = send(&mut ann, &bob, "three", 7).await?;
    ensure!((again.id, again.date) == (first.id, first.date), "{again:?}");
    ensure!((again.pts, again.pts_count) == (later.pts, 0), "{again:?}");
    let forward = functions::MessagesForwardMessages {
        from_peer: bob.clone(),
        to_peer: types::InputPeerSelf {}.into(),
        id: vec![1, 2],
        random_id: vec![11, 12],
        ..Default::default()
    };
    let forwarded: enums::Updates = ann.call(|layer, out| forward.write(layer, out)).await?;
    let repeated: enums::Updates = ann.call(|layer, out| forward.write(layer, out)).await?;
    ensure!(list(forwarded.clone()) == list(repeated), "{forwarded:?}");
    Ok(())
}

#[tokio::test]
async fn updates_in_an_answer_are_pushed_to_other_sessions_only() -> Result<()> {
    let (stage, mut ann, mut bob) = begin().await?;
    let (to_bob, to_ann) = (ann.resolve("bob_user").await?, bob.resolve("ann_user").await?);
    let mut phone = sign_in_again(&stage, 1001).await?;
    send(&mut bob, &to_ann, "begin", 3).await?;
    pushed_before(&mut ann, "begin").await?;
    pushed_before(&mut phone, "begin").await?;
    let own = send(&mut ann, &to_bob, "own", 4).await?;
    edit(&mut ann, &to_bob, own.id, "own!").await?;
    react(&mut ann, &to_bob, 1).await?;
    pin(&mut ann, &to_bob, 1, false).await?;
    unpin_all(&mut ann, &to_bob).await?;
    delete(&mut ann, vec![own.id]).await?;
    send(&mut bob, &to_ann, "unread", 5).await?;
    pushed_before(&mut ann, "unread").await?;
    read(&mut ann, &to_bob, 0).await?;
    send(&mut bob, &to_ann, "end", 6).await?;
    let pushed = pushed_before(&mut ann, "end").await?;
    ensure!(pushed.is_empty(), "{pushed:?}");
    let pushed = pushed_before(&mut phone, "end").await?;
    let names: Vec<_> = pushed.iter().map(name).collect();
    ensure!(
        names == ["message", "edit", "reactions", "pin", "service", "pin", "delete", "message", "read"],
        "{pushed:?}"
    );
    Ok(())
}

fn name(update: &enums::Update) -> &'static str {
    match update {
        enums::Update::UpdateNewMessage(new) => match new.message {
            enums::Message::MessageService(_) => "service",
            _ => "message",
        },
        enums::Update::UpdateEditMessage(_) => "edit",
        enums::Update::UpdateMessageReactions(_) => "reactions",
        enums::Update::UpdatePinnedMessages(_) => "pin",
        enums::Update::UpdateDeleteMessages(_) => "delete",
        enums::Update::UpdateReadHistoryInbox(_) => "read",
        _ => "other",
    }
}
