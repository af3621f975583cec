//! When requests are acknowledged: in the frame of their answer, after a second, or before the connection ends.

mod common;

use anyhow::{Context, Result, ensure};
use common::{BOT, Stage, USER, with_bot};
use parlor_host::{Fault, FaultKind};
use parlor_stories::mtproto::{Wire, now, random_bytes};
use parlor_wire_mtproto::AuthKey;
use parlor_wire_mtproto::client::{ClientSession, ServerMessage};
use parlor_wire_mtproto::transport::Framing;
use parlor_wire_tl::{LAYER, Reader, Tl, Writer, enums, functions};
use parlor_world::ops::message::Send;
use parlor_world::text::Text;
use std::time::{Duration, Instant};

/// Creates a session of the key.
fn session(key: &AuthKey) -> ClientSession {
    let salt = key.salt(now() / 1000 / 3600);
    ClientSession::new(key.clone(), salt, i64::from_le_bytes(random_bytes()))
}

fn get_state() -> Vec<u8> {
    let mut out = Writer::default();
    functions::UpdatesGetState {}.write(LAYER, &mut out);
    out.finish().unwrap_or_default()
}

/// A connection with one session, whose frames are read one by one.
struct Frames {
    wire: Wire,
    session: ClientSession,
}

impl Frames {
    async fn open(stage: &Stage, key: &AuthKey) -> Result<Self> {
        let wire = Wire::open(&stage.address, Framing::Intermediate, false).await?;
        Ok(Self { wire, session: session(key) })
    }

    /// Sends a request and returns its id.
    async fn request(&mut self) -> Result<i64> {
        let (id, frame) = self.session.request(&get_state(), now(), &random_bytes());
        self.wire.send(&frame).await?;
        Ok(id)
    }

    /// Returns the messages of the next frame.
    async fn next(&mut self) -> Result<Vec<ServerMessage>> {
        Ok(self.session.receive(&self.wire.receive().await?)?)
    }
}

/// Injects a fault into the bot's next request.
fn inject(stage: &Stage, kind: FaultKind) {
    stage.host.faults().inject(Fault { bot: BOT, kind, count: 1, remaining: 1, method: None });
}

#[tokio::test]
async fn an_acknowledgement_comes_in_the_frame_of_the_answer() -> Result<()> {
    let (stage, bot) = with_bot().await?;
    let mut frames = Frames::open(&stage, &bot.key()).await?;
    for _ in 0..3 {
        let id = frames.request().await?;
        let messages = frames.next().await?;
        let [ServerMessage::Acknowledged(ids), ServerMessage::Result { request, .. }, ..] = &messages[..]
        else {
            anyhow::bail!("{messages:?}")
        };
        ensure!(ids == &[id] && *request == id, "{id}: {messages:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_slow_request_is_acknowledged_after_a_second() -> Result<()> {
    let (stage, bot) = with_bot().await?;
    let mut frames = Frames::open(&stage, &bot.key()).await?;
    frames.request().await?;
    frames.next().await?;
    inject(&stage, FaultKind::TimeOut { after: Duration::from_secs(600) });
    let started = Instant::now();
    let slow = frames.request().await?;
    ensure!(frames.next().await? == [ServerMessage::Acknowledged(vec![slow])]);
    let waited = started.elapsed();
    ensure!(waited > Duration::from_millis(900), "it did not wait for an answer: {waited:?}");
    // The next answer does not acknowledge it again.
    let fast = frames.request().await?;
    let messages = frames.next().await?;
    ensure!(messages.first() == Some(&ServerMessage::Acknowledged(vec![fast])), "{messages:?}");
    Ok(())
}

#[tokio::test]
async fn a_request_is_acknowledged_before_the_connection_ends() -> Result<()> {
    let (stage, bot) = with_bot().await?;
    for kind in [FaultKind::Dropped, FaultKind::TimeOut { after: Duration::from_millis(10) }] {
        let mut frames = Frames::open(&stage, &bot.key()).await?;
        frames.request().await?;
        frames.next().await?;
        inject(&stage, kind);
        let id = frames.request().await?;
        ensure!(frames.next().await? == [ServerMessage::Acknowledged(vec![id])], "{kind:?}");
        ensure!(frames.next().await.is_err(), "{kind:?}: the connection has ended");
    }
    Ok(())
}

#[tokio::test]
async fn updates_are_pushed_to_every_session_of_a_connection() -> Result<()> {
    let (stage, bot) = with_bot().await?;
    let key = bot.key();
    drop(bot);
    let mut wire = Wire::open(&stage.address, Framing::Abridged, true).await?;
    let mut sessions = [session(&key), session(&key), session(&key)];
    for session in &mut sessions {
        let (id, frame) = session.request(&get_state(), now(), &random_bytes());
        wire.send(&frame).await?;
        let answers = session.receive(&wire.receive().await?)?;
        let is_answer = |message: &ServerMessage| matches!(message, ServerMessage::Result { request, .. } if *request == id);
        ensure!(answers.iter().any(is_answer), "{answers:?}");
    }
    for text in ["one", "two"] {
        stage.host.execute(Send::text(USER, BOT, Text::plain(text))).await?;
        let mut pushed = [false; 3];
        while pushed != [true; 3] {
            let frame = wire.receive().await?;
            let mut all = sessions.iter_mut().enumerate();
            let opened = all.find_map(|(n, session)| Some((n, session.receive(&frame).ok()?)));
            let (n, messages) = opened.context("a frame of one of the sessions")?;
            pushed[n] |= messages.iter().any(is_update);
        }
    }
    Ok(())
}

fn is_update(message: &ServerMessage) -> bool {
    matches!(message, ServerMessage::Other(body) if enums::Updates::read(&mut Reader::new(body)).is_ok())
}
