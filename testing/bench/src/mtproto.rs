//! MTProto: key exchanges, requests, idle sessions, pushes.

use crate::http::{Connection, post};
use crate::report::quantile;
use crate::server::Server;
use anyhow::{Context, Result};
use parlor_stories::mtproto::{Client, Wire, random_bytes};
use parlor_wire_mtproto::client::{ClientHandshake, RsaPadding};
use parlor_wire_mtproto::handshake::{AwaitPq, HandshakeState, RandomBytes, ServerKeys};
use parlor_wire_mtproto::transport::Framing;
use parlor_wire_mtproto::{AuthKey, Envelope, Ige, RsaKey, Side, dh::Group};
use parlor_wire_tl::{Writer, enums, functions, types};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const EXCHANGES: usize = 40;
const SEALS: u32 = 50_000;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 3;
/// Bytes of a `messages.sendMessage` and of its answer on the wire, sealed and framed, about.
const REQUEST: usize = 172;
const SESSIONS: u64 = 10_000;
const PUSHES: usize = 500;

pub(crate) async fn run() -> Result<()> {
    exchanges()?;
    envelopes()?;
    requests().await?;
    pushes().await?;
    idle().await
}

/// The server's part of a key exchange, compared with its unavoidable arithmetic.
fn exchanges() -> Result<()> {
    let (rsa, group) = (RsaKey::development().context("key")?, Group::new().context("group")?);
    let server = ServerKeys { rsa: &rsa, group: &group };
    let (mut whole, mut limit) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..EXCHANGES {
        let mut client = ClientHandshake::new(RandomBytes(random_bytes()), RsaPadding::RsaPad, None);
        let mut frame = client.begin();
        let mut state = HandshakeState::AwaitPq(AwaitPq);
        loop {
            let started = Instant::now();
            let (answer, next) =
                state.handle(&server, &frame, &RandomBytes(random_bytes()), 1_790_000_000)?;
            whole += started.elapsed();
            state = next;
            match client.handle(&rsa, &group, &answer)? {
                Some(next) => frame = next,
                None => break,
            }
        }
        let exponent: [u8; 256] = random_bytes();
        let started = Instant::now();
        let public = group.public(&exponent);
        std::hint::black_box((rsa.decrypt(&[1; 256]), group.shared(&public, &exponent)));
        limit += started.elapsed();
    }
    let rate = |time: Duration| EXCHANGES as f64 / time.as_secs_f64();
    println!("key exchange, the server's part, one core, {EXCHANGES} times");
    println!(
        "  {:.0} /s : one RSA operation and two powers {:.0} /s = {:.2}",
        rate(whole),
        rate(limit),
        limit.as_secs_f64() / whole.as_secs_f64()
    );
    Ok(())
}

/// A message of 1 KiB: two hashes for its key, one over it, and AES-256-IGE.
fn envelopes() -> Result<()> {
    let key = AuthKey::new([7; 256]);
    let envelope = Envelope { salt: 1, session: 2, id: 4, sequence: 1, body: vec![9; 1024] };
    let frame = envelope.seal(&key, Side::Client, &[1; 16]);
    let started = Instant::now();
    for _ in 0..SEALS {
        std::hint::black_box(std::hint::black_box(&envelope).seal(&key, Side::Server, &[1; 16]));
    }
    let sealed = started.elapsed().as_secs_f64() / f64::from(SEALS);
    let started = Instant::now();
    for _ in 0..SEALS {
        std::hint::black_box(Envelope::open(std::hint::black_box(&frame), &key, Side::Client)?);
    }
    let opened = started.elapsed().as_secs_f64() / f64::from(SEALS);
    let ige = Ige { key: [7; 32], iv: [9; 32] };
    let mut data = [1; 1024];
    let mut rate = |act: fn(&Ige, &mut [u8])| {
        let started = Instant::now();
        for _ in 0..SEALS {
            act(&ige, std::hint::black_box(&mut data));
        }
        1024.0 * f64::from(SEALS) / started.elapsed().as_secs_f64() / 1e6
    };
    let (encrypted, decrypted) = (rate(Ige::encrypt), rate(Ige::decrypt));
    println!("AES-256-IGE of 1 KiB, one core, {SEALS} times");
    println!("  encrypted at {encrypted:.0} MB/s, decrypted at {decrypted:.0} MB/s   (aim 700)");
    println!("an envelope of 1 KiB, one core, {SEALS} times");
    println!(
        "  sealed in {:.1} us, opened in {:.1} us, {:.0} MB/s with its hashes",
        sealed * 1e6,
        opened * 1e6,
        1024.0 / sealed / 1e6
    );
    Ok(())
}

/// A server with a dialog, and the bot's key.
async fn server() -> Result<(Server, AuthKey)> {
    let server = Server::parlor(&["--memory"]).await?.with_dialog().await?;
    let mut control = Connection::open(server.port).await?;
    let key = mint(&mut control, 1).await?;
    Ok((server, key))
}

/// Creates bots with dialogs: sessions of one bot would all get the updates of each other.
async fn more_bots(server: &Server, count: usize) -> Result<Vec<AuthKey>> {
    let mut control = Connection::open(server.port).await?;
    let mut keys = Vec::new();
    for id in 2..2 + count {
        control.call(&post("/control/bots", &format!(r#"{{"token":"{id}:A"}}"#))).await?;
        control.call(&post(&format!("/control/users/1001/dialogs/{id}/start"), "{}")).await?;
        keys.push(mint(&mut control, id).await?);
    }
    Ok(keys)
}

async fn mint(control: &mut Connection, bot: usize) -> Result<AuthKey> {
    let request = post("/control/sessions", &format!(r#"{{"account":"{bot}"}}"#));
    let session: Value = serde_json::from_slice(control.call(&request).await?)?;
    session["auth_key"].as_str().and_then(AuthKey::from_hex).context("a key")
}

async fn send(client: &mut Client, text: &str) -> Result<()> {
    let request = functions::MessagesSendMessage {
        peer: types::InputPeerUser { user_id: 1001, access_hash: 0 }.into(),
        message: text.to_owned(),
        random_id: i64::from_le_bytes(random_bytes()),
        ..Default::default()
    };
    client.call::<enums::Updates>(|layer, out| request.write(layer, out)).await.map(|_| ())
}

async fn requests() -> Result<()> {
    let (server, _) = server().await?;
    let keys = more_bots(&server, 64).await?;
    let echo = Server::bare("echo").await?;
    println!(
        "messages.sendMessage against sendMessage and a bare TCP echo of {REQUEST} bytes, median of {ROUNDS}"
    );
    for connections in [1, 64] {
        let mut rates = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            let (port, keys) = (server.port, keys.clone());
            rates[0].push(
                rate(connections, move |n, until| {
                    let key = keys[n].clone();
                    async move {
                        let mut client = Client::resume(&format!("127.0.0.1:{port}"), key, 229).await?;
                        let mut count = 0;
                        while Instant::now() < until {
                            send(&mut client, "a message of the usual length, forty odd").await?;
                            count += 1;
                        }
                        Ok(count)
                    }
                })
                .await?,
            );
            rates[1].push(
                rate(connections, move |_, until| async move {
                    let body = r#"{"chat_id":1001,"text":"a message of the usual length, forty odd"}"#;
                    let request = post("/bot1:A/sendMessage", body);
                    let mut connection = Connection::open(port).await?;
                    let mut count = 0;
                    while Instant::now() < until {
                        connection.call(&request).await?;
                        count += 1;
                    }
                    Ok(count)
                })
                .await?,
            );
            let port = echo.port;
            rates[2].push(
                rate(connections, move |_, until| async move {
                    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
                    stream.set_nodelay(true)?;
                    let mut buffer = [0; REQUEST];
                    let mut count = 0;
                    while Instant::now() < until {
                        stream.write_all(&buffer).await?;
                        stream.read_exact(&mut buffer).await?;
                        count += 1;
                    }
                    Ok(count)
                })
                .await?,
            );
        }
        let [mtproto, bot_api, bare] = rates.map(|mut rates| quantile(&mut rates, 0.5));
        println!(
            "  {connections:>2} connections: {mtproto:>7.0} /s : Bot API {bot_api:>7.0} /s = {:.2}, : echo {bare:>7.0} /s = {:.2}",
            mtproto / bot_api,
            mtproto / bare
        );
    }
    Ok(())
}

/// Requests per second of concurrent tasks.
async fn rate<F>(connections: usize, task: impl Fn(usize, Instant) -> F) -> Result<f64>
where
    F: Future<Output = Result<u64>> + Send + 'static,
{
    let started = Instant::now();
    let tasks: Vec<_> = (0..connections).map(|n| tokio::spawn(task(n, started + ROUND))).collect();
    let mut total = 0;
    for task in tasks {
        total += task.await??;
    }
    Ok(total as f64 / started.elapsed().as_secs_f64())
}

/// The time from a user's request to the update in the bot's session.
async fn pushes() -> Result<()> {
    let (server, key) = server().await?;
    let mut client = Client::resume(&format!("127.0.0.1:{}", server.port), key, 229).await?;
    client.begin().await?;
    let mut user = Connection::open(server.port).await?;
    let say = post("/control/users/1001/dialogs/1/messages", r#"{"text":"hello"}"#);
    let (mut pushed, mut answered) = (Vec::new(), Vec::new());
    for _ in 0..PUSHES {
        let started = Instant::now();
        let said = async {
            user.call(&say).await?;
            anyhow::Ok(started.elapsed().as_secs_f64())
        };
        let heard = async {
            client.pushed().await?;
            anyhow::Ok(started.elapsed().as_secs_f64())
        };
        let (said, heard) = tokio::try_join!(said, heard)?;
        answered.push(said);
        pushed.push(heard);
    }
    println!(
        "a user's message at the bot's session, {PUSHES} times, against the answer to the user's request"
    );
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let (push, answer) = (quantile(&mut pushed, share), quantile(&mut answered, share));
        println!("  {name}  {:>5.0} us : {:>5.0} us = {:.1}", push * 1e6, answer * 1e6, push / answer);
    }
    Ok(())
}

/// Idle sessions.
async fn idle() -> Result<()> {
    let (server, key) = server().await?;
    let before = server.memory()?;
    let mut sessions = Vec::new();
    for _ in 0..SESSIONS {
        let wire = Wire::open(&format!("127.0.0.1:{}", server.port), Framing::Abridged, false).await?;
        let mut client = Client::over(wire, key.clone(), 0, 229);
        client.call_raw(&get_state()).await?.ok();
        sessions.push(client);
    }
    println!(
        "memory of an idle session, {SESSIONS} of them\n  {} bytes",
        (server.memory()? - before) / SESSIONS
    );
    Ok(())
}

fn get_state() -> Vec<u8> {
    let mut out = Writer::default();
    functions::UpdatesGetState {}.write(229, &mut out);
    out.finish().unwrap_or_default()
}
