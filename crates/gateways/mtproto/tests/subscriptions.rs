//! The sessions that updates are pushed to.

mod common;

use anyhow::{Context, Result, ensure};
use common::{BOT, Stage, USER, with_bot};
use parlor_stories::mtproto::Client;
use parlor_wire_mtproto::AuthKey;
use parlor_wire_tl::{LAYER, Raw, Writer, enums, functions, types};
use parlor_world::ops::message::Send;
use parlor_world::text::Text;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Returns the key of a bot whose connection is closed.
async fn begin() -> Result<(Stage, AuthKey)> {
    let (stage, bot) = with_bot().await?;
    Ok((stage, bot.key()))
}

async fn say(stage: &Stage, text: &str) -> Result<()> {
    stage.host.execute(Send::text(USER, BOT, Text::plain(text))).await?;
    Ok(())
}

/// Opens a new session of the key that has only set up its connection, as sessions for files do.
async fn session(stage: &Stage, key: &AuthKey) -> Result<Client> {
    let mut client = Client::resume(&stage.address, key.clone(), LAYER).await?;
    client.begin().await?;
    Ok(client)
}

async fn ask_self(client: &mut Client) -> Result<()> {
    let request = functions::UsersGetUsers { id: vec![types::InputUserSelf {}.into()] };
    client.call::<Vec<enums::User>>(|layer, out| request.write(layer, out)).await.map(|_| ())
}

fn texts(updates: enums::Updates) -> Vec<String> {
    let enums::Updates::Updates(updates) = updates else { return Vec::new() };
    let text = |update| match update {
        enums::Update::UpdateNewMessage(new) => match new.message {
            enums::Message::Message(message) => Some(message.message),
            _ => None,
        },
        _ => None,
    };
    updates.updates.into_iter().filter_map(text).collect()
}

/// Returns the texts of pushed messages, up to and including `last`.
async fn pushed_until(client: &mut Client, last: &str) -> Result<Vec<String>> {
    let mut all = Vec::new();
    while all.last().is_none_or(|text| text != last) {
        all.extend(texts(client.pushed().await?));
    }
    Ok(all)
}

/// Returns the texts that were pushed to a session before the answers to two more requests. An update that was pushed to
/// another session before would arrive by then.
async fn pushed_so_far(client: &mut Client) -> Result<Vec<String>> {
    for _ in 0..2 {
        client.begin().await?;
    }
    Ok(client.pushed_already().into_iter().flat_map(texts).collect())
}

#[tokio::test]
async fn updates_are_not_pushed_to_a_session_for_files() -> Result<()> {
    let (stage, key) = begin().await?;
    let mut main = session(&stage, &key).await?;
    main.state().await?;
    let mut files = session(&stage, &key).await?;
    say(&stage, "one").await?;
    ensure!(pushed_until(&mut main, "one").await? == ["one"]);
    ensure!(pushed_so_far(&mut files).await?.is_empty(), "it only set up its connection");
    // Once it sends any other request, updates are pushed to it.
    ask_self(&mut files).await?;
    say(&stage, "two").await?;
    ensure!(pushed_until(&mut main, "two").await? == ["two"]);
    ensure!(pushed_until(&mut files, "two").await? == ["two"]);
    Ok(())
}

#[tokio::test]
async fn updates_are_pushed_to_a_session_that_reconnects_alone_until_another_asks() -> Result<()> {
    let (stage, key) = begin().await?;
    // Pyrogram sends only these requests after its connection was lost.
    let mut first = session(&stage, &key).await?;
    say(&stage, "one").await?;
    ensure!(pushed_until(&mut first, "one").await? == ["one"]);
    let mut second = session(&stage, &key).await?;
    second.state().await?;
    say(&stage, "two").await?;
    ensure!(pushed_until(&mut second, "two").await? == ["two"]);
    ensure!(pushed_so_far(&mut first).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn without_updates_means_none() -> Result<()> {
    let (stage, key) = begin().await?;
    let mut client = Client::resume(&stage.address, key.clone(), LAYER).await?;
    let mut query = Writer::default();
    functions::UpdatesGetState {}.write(LAYER, &mut query);
    let query = Raw(query.finish().map_err(anyhow::Error::msg)?);
    let request = functions::InvokeWithoutUpdates { query };
    client.call::<enums::UpdatesState>(|layer, out| request.write(layer, out)).await?;
    let mut other = session(&stage, &key).await?;
    other.state().await?;
    say(&stage, "one").await?;
    ensure!(pushed_until(&mut other, "one").await? == ["one"]);
    client.call::<enums::UpdatesState>(|layer, out| request.write(layer, out)).await?;
    client.call::<enums::UpdatesState>(|layer, out| request.write(layer, out)).await?;
    ensure!(client.pushed_already().is_empty());
    Ok(())
}

/// > If there aren't many updates while the client is disconnected, Telegram seems to send them without asking for them
/// > (Telethon)
#[tokio::test]
async fn missed_updates_are_pushed_to_the_next_session_once() -> Result<()> {
    let (stage, key) = begin().await?;
    let mut first = session(&stage, &key).await?;
    first.state().await?;
    say(&stage, "one").await?;
    ensure!(pushed_until(&mut first, "one").await? == ["one"]);
    end(&stage, first).await?;
    say(&stage, "two").await?;
    say(&stage, "three").await?;
    let mut second = session(&stage, &key).await?;
    ask_self(&mut second).await?;
    ensure!(pushed_until(&mut second, "three").await? == ["two", "three"]);
    end(&stage, second).await?;
    say(&stage, "four").await?;
    let mut third = session(&stage, &key).await?;
    ensure!(pushed_until(&mut third, "four").await? == ["four"]);
    // mtcute requests the state first, and keeps its own: missed updates are pushed to it too.
    end(&stage, third).await?;
    say(&stage, "five").await?;
    let mut fourth = Client::resume(&stage.address, key.clone(), LAYER).await?;
    fourth.state().await?;
    ensure!(pushed_until(&mut fourth, "five").await? == ["five"]);
    Ok(())
}

/// Closes the only session, and waits until the server has noticed.
async fn end(stage: &Stage, session: Client) -> Result<()> {
    drop(session);
    let ended = async {
        while stage.connections.load(Ordering::SeqCst) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ended).await.context("the connection does not end")
}
