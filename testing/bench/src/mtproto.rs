//! MTProto: key exchanges, requests, idle sessions, pushes.

use crate::http::{Connection, post};
use crate::process::Memory::Anonymous;
use crate::process::Watch;
use crate::report::{Aim, figure, paired, quantile};
use crate::server::{Build, Server};
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
const PUSHES: usize = 500;
const MOST_CONNECTIONS: usize = 64;

pub(crate) async fn run() -> Result<()> {
    exchanges()?;
    envelopes()?;
    requests().await?;
    pushes().await
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
    let ratio = limit.as_secs_f64() / whole.as_secs_f64();
    figure(
        &format!("{:.0} /s : one RSA operation and two powers {:.0} /s", rate(whole), rate(limit)),
        ratio,
        "",
        Aim::None,
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
    println!("1 KiB on one core, {SEALS} times");
    figure("AES-256-IGE, encrypted", encrypted, "MB/s", Aim::AtLeast(700.0));
    figure("AES-256-IGE, decrypted", decrypted, "MB/s", Aim::AtLeast(700.0));
    figure("an envelope, sealed", sealed * 1e6, "us", Aim::None);
    figure("an envelope, opened", opened * 1e6, "us", Aim::None);
    Ok(())
}

/// A server with a dialog, and the bot's key.
async fn server(build: &Build) -> Result<(Server, AuthKey)> {
    let server = build.memory().await?.with_dialog()?;
    let mut control = Connection::open(server.port)?;
    let key = mint(&mut control, 1)?;
    Ok((server, key))
}

/// Creates bots with dialogs: sessions of one bot would all get the updates of each other.
fn more_bots(server: &Server, count: usize) -> Result<Vec<AuthKey>> {
    let mut control = Connection::open(server.port)?;
    let mut keys = Vec::new();
    for id in 2..2 + count {
        control.call(&post("/control/bots", &format!(r#"{{"token":"{id}:A"}}"#)))?;
        control.call(&post(&format!("/control/users/1001/dialogs/{id}/start"), "{}"))?;
        keys.push(mint(&mut control, id)?);
    }
    Ok(keys)
}

fn mint(control: &mut Connection, bot: usize) -> Result<AuthKey> {
    let request = post("/control/sessions", &format!(r#"{{"account":"{bot}"}}"#));
    let session: Value = serde_json::from_slice(control.call(&request)?)?;
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

/// One build, with the keys of its bots and what was measured.
struct Contender {
    name: &'static str,
    server: Server,
    keys: Vec<AuthKey>,
    rates: Vec<f64>,
    cpu: f64,
    requests: f64,
}

async fn requests() -> Result<()> {
    let mut contenders = Vec::new();
    for build in Build::all() {
        let (server, _) = server(&build).await?;
        let keys = more_bots(&server, MOST_CONNECTIONS)?;
        let (rates, cpu, requests) = (Vec::new(), 0.0, 0.0);
        contenders.push(Contender { name: build.name, server, keys, rates, cpu, requests });
    }
    let echo = Server::bare("echo").await?;
    let mut processes: Vec<_> = contenders.iter().map(|contender| contender.server.process()).collect();
    processes.push(echo.process());
    println!("messages.sendMessage against a bare TCP echo of {REQUEST} bytes, {ROUNDS} interleaved rounds");
    for connections in [1, MOST_CONNECTIONS] {
        let watch = Watch::begin(&processes)?;
        let mut bare = Vec::new();
        for contender in &mut contenders {
            (contender.rates, contender.cpu, contender.requests) = (Vec::new(), 0.0, 0.0);
        }
        for _ in 0..ROUNDS {
            for contender in &mut contenders {
                contender.measure(connections).await?;
            }
            bare.push(echo_rate(echo.port, connections).await?);
        }
        let rate = quantile(&mut bare.clone(), 0.5);
        let foreign = watch.foreign()? * 100.0;
        println!(
            "  {connections} connections; echo {rate:.0} /s; {foreign:.0} % of the cores' time were others'"
        );
        let aim = if connections == MOST_CONNECTIONS { Aim::AtLeast(0.4) } else { Aim::None };
        for contender in &contenders {
            let (name, rates) = (contender.name, &contender.rates);
            let rate = quantile(&mut rates.clone(), 0.5);
            figure(&format!("{name}: {rate:.0} /s : echo"), paired(rates, &bare), "", aim);
            let each = contender.cpu / contender.requests * 1e6;
            figure(&format!("{name}: CPU time of the server for a request"), each, "us", Aim::None);
        }
    }
    Ok(())
}

impl Contender {
    async fn measure(&mut self, connections: usize) -> Result<()> {
        let before = self.server.process().cpu()?;
        let (port, keys) = (self.server.port, self.keys.clone());
        let rate = rate(connections, move |n, until| {
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
        .await?;
        self.cpu += self.server.process().cpu()?.since(before).total();
        self.requests += rate * ROUND.as_secs_f64();
        self.rates.push(rate);
        Ok(())
    }
}

async fn echo_rate(port: u16, connections: usize) -> Result<f64> {
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
    .await
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
    let (server, key) = server(&Build::current()).await?;
    let mut client = Client::resume(&format!("127.0.0.1:{}", server.port), key, 229).await?;
    client.begin().await?;
    let mut user = Connection::open(server.port)?;
    let say = post("/control/users/1001/dialogs/1/messages", r#"{"text":"hello"}"#);
    let (mut pushed, mut answered) = (Vec::new(), Vec::new());
    for _ in 0..PUSHES {
        let (began, say) = (Instant::now(), say.clone());
        let said = tokio::task::spawn_blocking(move || {
            user.call(&say)?;
            anyhow::Ok((user, began.elapsed().as_secs_f64()))
        });
        client.pushed().await?;
        pushed.push(began.elapsed().as_secs_f64());
        let (connection, said) = said.await??;
        answered.push(said);
        user = connection;
    }
    println!(
        "a user's message at the bot's session, {PUSHES} times, against the answer to the user's request"
    );
    for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        let (push, answer) = (quantile(&mut pushed, share), quantile(&mut answered, share));
        figure(
            &format!("{name}: {:.0} us : {:.0} us", push * 1e6, answer * 1e6),
            push / answer,
            "",
            Aim::None,
        );
    }
    Ok(())
}

/// The memory of an idle session, in bytes.
pub(crate) async fn idle_memory(build: &Build, sessions: usize) -> Result<f64> {
    let (server, key) = server(build).await?;
    let before = server.settled(Anonymous).await?;
    let mut clients = Vec::new();
    for _ in 0..sessions {
        let wire = Wire::open(&format!("127.0.0.1:{}", server.port), Framing::Abridged, false).await?;
        let mut client = Client::over(wire, key.clone(), 0, 229);
        client.call_raw(&get_state()).await?.ok();
        clients.push(client);
    }
    Ok((server.settled(Anonymous).await? as f64 - before as f64) / sessions as f64)
}

fn get_state() -> Vec<u8> {
    let mut out = Writer::default();
    functions::UpdatesGetState {}.write(229, &mut out);
    out.finish().unwrap_or_default()
}
