//! The history of a chat, page by page, over MTProto.

use anyhow::{Result, ensure};
use parlor_stories::{Program, Server};
use parlor_wire_tl::{enums, functions};
use serde_json::{Value, json};
use std::process::Stdio;

/// More than two pages.
const MESSAGES: i32 = 230;
const DIALOG: &str = "/users/2002/dialogs/777";

/// A person with a history of which every message is of the same second.
async fn stage() -> Result<Server> {
    let server = Server::start(&["--memory"]).await?;
    server.control("POST", "/bots", json!({"token": "777:AAAA", "username": "history_bot"})).await?;
    let ann = json!({"id": 2002, "first_name": "Ann", "phone": "+99966 2 1234"});
    server.control("POST", "/users", ann).await?;
    server.control("POST", "/clock/freeze", Value::Null).await?;
    for number in 1..=MESSAGES {
        let message = json!({"text": format!("message {number}")});
        server.control("POST", &format!("{DIALOG}/messages"), message).await?;
    }
    Ok(server)
}

/// The ids and dates on a page.
fn listed(page: enums::MessagesMessages) -> Result<Vec<(i32, i32)>> {
    let messages = match page {
        enums::MessagesMessages::Messages(page) => page.messages,
        enums::MessagesMessages::MessagesSlice(page) => page.messages,
        enums::MessagesMessages::ChannelMessages(page) => page.messages,
    };
    let id = |message| match message {
        enums::Message::Message(message) => Ok((message.id, message.date)),
        other => Err(anyhow::anyhow!("{other:?}")),
    };
    messages.into_iter().map(id).collect()
}

#[tokio::test]
async fn pages_continue_within_a_second() -> Result<()> {
    let server = stage().await?;
    let mut ann = server.minted("2002").await?;
    let peer = ann.resolve("history_bot").await?;
    let mut seen = Vec::new();
    let (mut offset_id, mut offset_date) = (0, 0);
    loop {
        let request = functions::MessagesGetHistory {
            peer: peer.clone(),
            offset_id,
            offset_date,
            limit: 100,
            ..Default::default()
        };
        let page = listed(ann.call(|layer, out| request.write(layer, out)).await?)?;
        let Some(last) = page.last() else { break };
        (offset_id, offset_date) = *last;
        seen.extend(page.iter().map(|(id, _)| *id));
    }
    ensure!(seen == (1..=MESSAGES).rev().collect::<Vec<_>>(), "{seen:?}");
    // Without an id, the date alone decides.
    let request = functions::MessagesGetHistory { peer, offset_date, limit: 100, ..Default::default() };
    ensure!(listed(ann.call(|layer, out| request.write(layer, out)).await?)?.is_empty());
    Ok(())
}

#[tokio::test]
async fn telethon_reads_the_whole_history() -> Result<()> {
    let server = stage().await?;
    let program = Program::python("telethon_history.py").argument("+9996621234").argument("history_bot");
    let output = program.command(&server.root, 1).stderr(Stdio::piped()).output().await?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let forth: Vec<i32> = (1..=MESSAGES).collect();
    let back: Vec<i32> = (1..=MESSAGES).rev().collect();
    let expected = format!("all {back:?}\nreversed {forth:?}\nfound {back:?}\nbefore []\n");
    ensure!(said == expected, "{said}");
    Ok(())
}
