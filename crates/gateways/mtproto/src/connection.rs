use crate::context::Context;
use crate::keys::Key;
use crate::push::Pusher;
use crate::replay::Admission;
use crate::reply::Reply;
use crate::stream::Stream;
use crate::{Activity, MtProto, OnActivity, rpc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parlor_host::{Clock, Host, NoRandomness, random};
use parlor_wire_mtproto::handshake::{AwaitPq, HandshakeState, RandomBytes, ServerKeys};
use parlor_wire_mtproto::session::{Event, Session};
use parlor_wire_mtproto::transport::ServerTransport;
use parlor_wire_mtproto::{Envelope, ProtocolError, Side, peek_key_id};
use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::debug;

/// The time without any message after which a connection is closed; clients ping about once a minute.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// The time limit for the first valid message of a connection.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(60);
/// A client that does not take its answers is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// Requests that one connection may have waiting; more are not read until some are answered.
const MAX_WAITING: usize = 128;
/// Keys and sessions that one connection may use.
const MAX_SESSIONS: usize = 16;
/// > -404: the key is not known, or the exchange went wrong
const NOT_FOUND: i32 = -404;

type Pending = Pin<Box<dyn Future<Output = (SessionId, i64, Reply)> + Send>>;
type SessionId = (i64, i64);

/// The reason why the server closes a connection. The client sees only that it is closed.
#[derive(Debug)]
enum Ended {
    Protocol(#[expect(dead_code, reason = "shown by Debug")] ProtocolError),
    NoRandomness,
}

impl From<ProtocolError> for Ended {
    fn from(error: ProtocolError) -> Self {
        Self::Protocol(error)
    }
}

impl From<NoRandomness> for Ended {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

struct Connection {
    gateway: MtProto,
    host: Host,
    stream: Stream,
    address: Option<SocketAddr>,
    report: OnActivity,
    peer: Option<IpAddr>,
    incoming: ServerTransport,
    exchange: Option<HandshakeState>,
    first_salts: HashMap<i64, i64>,
    sessions: HashMap<SessionId, ActiveSession>,
    waiting: FuturesUnordered<Pending>,
    deadline: Instant,
    idle_timeout: Duration,
}

/// A session on this connection.
struct ActiveSession {
    key: Arc<Key>,
    session: Session,
    pusher: Pusher,
}

/// The client's end.
pub(crate) struct Client {
    pub(crate) stream: Stream,
    /// Bytes that were read from it already.
    pub(crate) first: Vec<u8>,
    /// The address that it reached.
    pub(crate) address: Option<SocketAddr>,
    /// Its address; unknown for WebSocket clients.
    pub(crate) peer: Option<IpAddr>,
    pub(crate) report: OnActivity,
}

/// Serves until either side has enough.
pub(crate) async fn run(gateway: MtProto, host: Host, client: Client) {
    let secret = gateway.0.proxy_secret;
    let connection = Connection {
        gateway,
        host,
        stream: client.stream,
        address: client.address,
        report: client.report,
        peer: client.peer,
        incoming: ServerTransport::new(secret),
        exchange: Some(HandshakeState::AwaitPq(AwaitPq)),
        first_salts: HashMap::new(),
        sessions: HashMap::new(),
        waiting: FuturesUnordered::new(),
        deadline: Instant::now() + HANDSHAKE_TIMEOUT,
        idle_timeout: HANDSHAKE_TIMEOUT,
    };
    if let Err(reason) = connection.serve(client.first).await {
        debug!(?reason, "connection error");
    }
}

enum Step {
    Read(usize),
    Answered(SessionId, i64, Reply),
    Notified(SessionId),
    Over,
}

impl Connection {
    async fn serve(mut self, first: Vec<u8>) -> Result<(), Ended> {
        self.receive(&first).await?;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            (self.report)(self.activity());
            match self.step(&mut buffer).await {
                Step::Over | Step::Read(0) => return Ok(()),
                Step::Read(_) => {
                    self.deadline = Instant::now() + self.idle_timeout;
                    self.receive(&buffer).await?;
                }
                Step::Answered(_, _, reply) if reply.ends => return Ok(()),
                Step::Answered(id, request, reply) => self.answered(id, request, reply).await,
                Step::Notified(id) => self.push(id).await,
            }
            self.flush().await?;
        }
    }

    async fn receive(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        self.incoming.receive(bytes);
        while let Some(frame) = self.incoming.frame()? {
            self.frame(frame).await?;
        }
        Ok(())
    }

    fn activity(&self) -> Activity {
        let is_logged_in = |active: &ActiveSession| active.key.login().owner(&self.host).is_some();
        match (self.waiting.is_empty(), self.sessions.is_empty()) {
            (false, _) => Activity::Busy,
            (true, true) => Activity::Handshake,
            (true, false) => Activity::Idle { logged_in: self.sessions.values().any(is_logged_in) },
        }
    }

    /// Waits for whatever comes first.
    async fn step(&mut self, buffer: &mut Vec<u8>) -> Step {
        let crowded = self.waiting.len() >= MAX_WAITING;
        let deadline = self.deadline;
        let mut pushers: FuturesUnordered<_> = self
            .sessions
            .iter_mut()
            .map(|(id, active)| async move { active.pusher.wait().await.then_some(*id) })
            .collect();
        tokio::select! {
            read = self.stream.read(buffer), if !crowded => read.map_or(Step::Over, Step::Read),
            Some((id, request, reply)) = self.waiting.next() => Step::Answered(id, request, reply),
            Some(notified) = pushers.next() => notified.map_or(Step::Over, Step::Notified),
            () = tokio::time::sleep_until(deadline) => Step::Over,
        }
    }

    async fn frame(&mut self, frame: Vec<u8>) -> Result<(), Ended> {
        // Four bytes are a transport's own word, of which clients have none that matters here.
        if frame.len() < 8 {
            return Ok(());
        }
        match peek_key_id(&frame)? {
            0 => self.exchange(frame).await,
            id => self.encrypted(id, frame).await,
        }
    }

    /// One step of the key exchange. Its arithmetic runs on a thread that may block.
    async fn exchange(&mut self, frame: Vec<u8>) -> Result<(), Ended> {
        let state = self.exchange.take().ok_or(ProtocolError::Handshake)?;
        let (gateway, random) = (self.gateway.clone(), RandomBytes(random()?));
        let stepped = tokio::task::spawn_blocking(move || {
            let server = ServerKeys { rsa: &gateway.0.rsa, group: &gateway.0.group };
            let now = i32::try_from(Clock::machine() / 1000).unwrap_or(i32::MAX);
            state.handle(&server, &frame, &random, now)
        });
        let Ok(Ok((answer, next))) = stepped.await else {
            self.write_error(NOT_FOUND).await?;
            return Err(ProtocolError::Handshake.into());
        };
        if let HandshakeState::Completed(done) = &next {
            let key = self.gateway.0.keys.add(&self.host, done.key.clone());
            debug!("key exchange completed");
            self.first_salts.insert(key.auth.id(), done.salt);
        }
        self.exchange = Some(next);
        let id = ((Clock::machine() / 1000) << 32) | 1;
        let length = u32::try_from(answer.len()).unwrap_or(u32::MAX);
        let plain = [&[0; 8][..], &id.to_le_bytes(), &length.to_le_bytes(), &answer].concat();
        self.write(&plain).await
    }

    async fn encrypted(&mut self, key_id: i64, frame: Vec<u8>) -> Result<(), Ended> {
        let known =
            self.sessions.iter().find(|((key, _), _)| *key == key_id).map(|(_, active)| active.key.clone());
        let key = match known {
            Some(key) => key,
            None => match self.gateway.0.keys.find(&self.host, key_id).await {
                Some(key) => key,
                None => return self.write_error(NOT_FOUND).await,
            },
        };
        let envelope = match Envelope::open(&frame, &key.auth, Side::Client) {
            Ok(envelope) => envelope,
            Err(error) => {
                self.write_error(NOT_FOUND).await?;
                return Err(error.into());
            }
        };
        self.idle_timeout = self.idle_timeout.max(IDLE_TIMEOUT);
        let id = (key_id, envelope.session);
        if !self.sessions.contains_key(&id) {
            if self.sessions.len() >= MAX_SESSIONS {
                return Err(ProtocolError::Malformed.into());
            }
            let session = Session::new(envelope.session, self.first_salts.get(&key_id).copied());
            let pusher = Pusher::new(self.host.clone(), key.clone());
            self.sessions.insert(id, ActiveSession { key: key.clone(), session, pusher });
        }
        let Some(active) = self.sessions.get_mut(&id) else { return Ok(()) };
        for event in active.session.receive(&key.auth, envelope, Clock::machine())? {
            if let Event::Request { id: request, .. } | Event::DestroyKey { id: request } = event {
                match key.admit(id.1, request) {
                    Admission::New => {}
                    // Somebody sent a recorded frame again: the session has acknowledged it, and no more happens.
                    Admission::Repeated => continue,
                    Admission::TooOld => {
                        active.session.refuse(request, Clock::machine());
                        continue;
                    }
                }
            }
            match event {
                Event::Request { id: request, body } => {
                    let context = Context {
                        shown: Arc::default(),
                        gateway: self.gateway.clone(),
                        host: self.host.clone(),
                        key: key.clone(),
                        already_returned: active.pusher.already_returned.clone(),
                        is_subscribed: active.pusher.is_subscribed(),
                        address: self.address,
                        peer: self.peer,
                        data_centre: self.incoming.data_centre(),
                    };
                    let future = async move { (id, request, rpc::answer(context, body).await) };
                    self.waiting.push(Box::pin(future));
                }
                Event::DisconnectAfter { seconds } => {
                    let seconds = u64::try_from(seconds.clamp(5, 3600)).unwrap_or(60);
                    self.idle_timeout = Duration::from_secs(seconds);
                    self.deadline = Instant::now() + self.idle_timeout;
                }
                Event::DestroyKey { .. } => {
                    let answer = rpc::destroy_key(&self.gateway, &self.host, &key).await;
                    active.session.respond_bare(&answer, Clock::machine());
                }
            }
        }
        Ok(())
    }

    async fn answered(&mut self, id: SessionId, request: i64, reply: Reply) {
        let Some(active) = self.sessions.get_mut(&id) else { return };
        active.session.respond(request, &reply.body, Clock::machine());
        if active.pusher.begin(&reply) {
            // Updates made before the subscription are not notified; catch up now.
            self.push(id).await;
        }
    }

    async fn push(&mut self, id: SessionId) {
        let Some(active) = self.sessions.get_mut(&id) else { return };
        for body in active.pusher.collect().await {
            active.session.notify(body, Clock::machine());
        }
    }

    /// Writes all that the sessions have to say.
    async fn flush(&mut self) -> Result<(), Ended> {
        let mut frames = Vec::new();
        for active in self.sessions.values_mut() {
            while let Some(frame) = active.session.transmit(&active.key.auth, Clock::machine(), &random()?) {
                frames.push(frame);
            }
        }
        for frame in frames {
            self.write(&frame).await?;
        }
        // Only now: what could not be written is sent to the next session.
        self.sessions.values_mut().for_each(|active| active.pusher.written());
        Ok(())
    }

    async fn write(&mut self, frame: &[u8]) -> Result<(), Ended> {
        let [chance] = random()?;
        let packed = self.incoming.pack(frame, chance);
        let written = tokio::time::timeout(WRITE_TIMEOUT, self.stream.write_all(&packed)).await;
        if matches!(written, Ok(Ok(()))) { Ok(()) } else { Err(ProtocolError::Framing.into()) }
    }

    async fn write_error(&mut self, code: i32) -> Result<(), Ended> {
        self.write(&code.to_le_bytes()).await
    }
}
