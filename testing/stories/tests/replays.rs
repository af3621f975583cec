//! A recorded frame is not executed again, whatever connection it arrives on.

use anyhow::{Context, Result, ensure};
use parlor_stories::Server;
use parlor_stories::mtproto::{Client, Wire, now};
use parlor_wire_mtproto::AuthKey;
use parlor_wire_mtproto::transport::Framing;
use parlor_wire_tl::{LAYER, enums, functions};
use serde_json::{Value, json};
use std::time::Duration;

const USER: &str = "/users/1001";

async fn set_name(client: &mut Client, name: &str) -> Result<()> {
    let request = functions::AccountUpdateProfile { first_name: Some(name.to_owned()), ..Default::default() };
    client.call::<enums::User>(|layer, out| request.write(layer, out)).await.map(|_| ())
}

async fn name(server: &Server) -> Result<Value> {
    Ok(server.control("GET", USER, Value::Null).await?["first_name"].clone())
}

/// Sends a recorded frame by a new connection, and waits until the server is done with it: a later request of the
/// connection, of the same kind, is answered. Requests of a connection are begun in their order.
async fn replay(server: &Server, key: &str, frame: &[u8]) -> Result<()> {
    let mut wire = Wire::open(server.address(), Framing::Intermediate, false).await?;
    wire.send(frame).await?;
    ensure!(wire.receive().await?.len() > 8);
    let key = AuthKey::from_hex(key).context("a key")?;
    let mut client = Client::over(wire, key, 0, LAYER);
    let request = functions::AccountUpdateProfile { about: Some("Waited.".to_owned()), ..Default::default() };
    client.call::<enums::User>(|layer, out| request.write(layer, out)).await.map(drop)
}

async fn connect(server: &Server, key: &str) -> Result<Client> {
    let key = AuthKey::from_hex(key).context("a key")?;
    let mut client = Client::resume(server.address(), key, LAYER).await?;
    client.begin().await?;
    Ok(client)
}

#[tokio::test]
async fn a_recorded_frame_is_executed_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let data = ["--data", file.to_str().context("utf-8")?];
    let mut server = Server::start(&data).await?;
    server.control("POST", "/users", json!({"id": 1001, "first_name": "Ann"})).await?;
    let session = server.control("POST", "/sessions", json!({"account": "1001"})).await?;
    let key = session["auth_key"].as_str().context("a key")?;
    let mut ann = connect(&server, key).await?;
    set_name(&mut ann, "Anna").await?;
    let recorded = ann.last_frame().to_owned();
    set_name(&mut ann, "Annabel").await?;
    // While the session's own connection is open, after it has ended, and after a restart.
    replay(&server, key, &recorded).await?;
    ensure!(name(&server).await? == "Annabel");
    drop(ann);
    replay(&server, key, &recorded).await?;
    ensure!(name(&server).await? == "Annabel");
    // Within one second clients' ids can't be compared with the time of the restart.
    let second = now() / 1000;
    while now() / 1000 == second {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.child.kill().await?;
    let server = Server::start(&data).await?;
    replay(&server, key, &recorded).await?;
    ensure!(name(&server).await? == "Annabel");
    // A correct client continues without an error.
    let mut ann = connect(&server, key).await?;
    set_name(&mut ann, "Anna").await?;
    ensure!(name(&server).await? == "Anna");
    Ok(())
}
