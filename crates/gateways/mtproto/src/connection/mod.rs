//! Runs one connection: frames, key exchanges, sessions and their requests.

mod timer;
mod waiting;

use crate::context::Context;
use crate::keys::Key;
use crate::padding::padding;
use crate::push::Pusher;
use crate::replay::Admission;
use crate::stream::Stream;
use crate::{Activity, MtProto, OnActivity, rpc};
use parlor_host::{Clock, Host, NoRandomness, random};
use parlor_wire_mtproto::handshake::{AwaitPq, HandshakeState, RandomBytes, ServerKeys};
use parlor_wire_mtproto::session::{Event, Session};
use parlor_wire_mtproto::transport::ServerTransport;
use parlor_wire_mtproto::{Envelope, ProtocolError, Side, peek_key_id};
use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;
use timer::Timer;
use tokio::time::Instant;
use tracing::debug;
use waiting::{Answered, Pending, Waiting};

/// The time without any message after which a connection is closed; clients ping about once a minute.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// The time limit for the first valid message of a connection.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(60);
/// The time limit for writing a frame; a client that does not read its answers is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// > The server usually acknowledges the receipt of a message using an RPC response. If a response is a long time coming, a
/// > server may first send a receipt acknowledgment, and later the RPC response itself.
const ACK_DELAY: Duration = Duration::from_secs(1);
/// The time without any message after which sessions free the ids of messages that are too old to be repeated.
const TRIM_DELAY: Duration = Duration::from_secs(330);
/// The maximum number of requests of one connection that are being executed; no more are read until some are answered.
const MAX_WAITING: usize = 128;
/// The maximum number of bytes of answers that wait to be written; above it, further requests are not executed at once.
const MAX_QUEUED: usize = 512 << 10;
/// The maximum number of sessions, and of key exchanges that are remembered, of one connection.
const MAX_SESSIONS: usize = 16;
/// > -404: the key is not known, or the exchange went wrong
const NOT_FOUND: i32 = -404;

type SessionId = (i64, i64);

/// The reason why the server closes a connection. The client sees only that it is closed.
#[derive(Debug)]
enum Ended {
    Protocol(#[expect(dead_code, reason = "shown by Debug")] ProtocolError),
    NoRandomness,
    /// The client does not read its answers, or has disconnected.
    NotWritten,
    /// A test injected the fault.
    Injected,
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
    /// A key exchange that has begun.
    exchange: Option<Box<HandshakeState>>,
    /// The first salts of the latest keys that were created on this connection, by key id.
    first_salts: Vec<(i64, i64)>,
    // A list, because almost every connection has one session.
    sessions: Vec<ActiveSession>,
    waiting: Waiting,
    timer: Timer,
    last_read: Instant,
    idle_timeout: Duration,
    /// When the acknowledgements that wait for an answer are sent without it.
    ack_deadline: Option<Instant>,
    /// Whether nothing was received since the sessions were trimmed.
    is_trimmed: bool,
}

/// A session on this connection.
struct ActiveSession {
    id: SessionId,
    key: Arc<Key>,
    session: Session,
    pusher: Pusher,
}

impl ActiveSession {
    /// Frees memory that an idle client does not need.
    fn trim(&mut self, now: i64) {
        self.session.trim(now);
        self.key.trim(now);
    }
}

/// A client that has connected.
pub(crate) struct Client {
    pub(crate) stream: Stream,
    /// Bytes that were read from the stream already.
    pub(crate) first: Vec<u8>,
    /// The server address that the client connected to.
    pub(crate) address: Option<SocketAddr>,
    /// The client's address; unknown for WebSocket clients.
    pub(crate) peer: Option<IpAddr>,
    pub(crate) report: OnActivity,
}

/// Serves the connection until either side closes it.
// Not an `async fn`, and `serve` borrows the connection, to save memory: a future reserves space for each of its arguments,
// and again for each variable that they are moved to.
pub(crate) fn run(gateway: MtProto, host: Host, client: Client) -> impl Future<Output = ()> + Send {
    let mut connection = Connection::new(gateway, host, client);
    async move {
        let ended = connection.serve().await;
        if let Err(reason) = &ended {
            debug!(?reason, "connection error");
        }
        if !matches!(ended, Err(Ended::NotWritten)) {
            // Everything received is acknowledged before the connection is closed.
            let _ = connection.acknowledge_all().await;
        }
    }
}

enum Step {
    Read(usize),
    Answered(Answered),
    /// The session with that index may have updates.
    Notified(usize),
    Expired,
    Over,
}

impl Connection {
    fn new(gateway: MtProto, host: Host, client: Client) -> Self {
        let mut incoming = ServerTransport::new(gateway.0.proxy_secret);
        incoming.receive(&client.first);
        let now = Instant::now();
        Self {
            gateway,
            host,
            stream: client.stream,
            address: client.address,
            report: client.report,
            peer: client.peer,
            incoming,
            exchange: None,
            first_salts: Vec::new(),
            sessions: Vec::new(),
            waiting: Waiting::default(),
            timer: Timer::new(now + HANDSHAKE_TIMEOUT),
            last_read: now,
            idle_timeout: HANDSHAKE_TIMEOUT,
            ack_deadline: None,
            is_trimmed: true,
        }
    }

    async fn serve(&mut self) -> Result<(), Ended> {
        self.receive().await?;
        loop {
            self.flush().await?;
            (self.report)(self.activity());
            match self.step().await {
                Step::Over | Step::Read(0) => return Ok(()),
                Step::Read(_) => {
                    (self.last_read, self.is_trimmed) = (Instant::now(), false);
                    self.receive().await?;
                }
                Step::Answered(answered) => self.answered(answered).await?,
                Step::Notified(at) => self.push(at).await,
                Step::Expired if self.last_read + self.idle_timeout <= Instant::now() => return Ok(()),
                Step::Expired => self.expire(),
            }
        }
    }

    /// Handles the frames that have arrived.
    async fn receive(&mut self) -> Result<(), Ended> {
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
            (true, false) => Activity::Idle { logged_in: self.sessions.iter().any(is_logged_in) },
        }
    }

    /// Waits for the next event.
    async fn step(&mut self) -> Step {
        let is_full = self.waiting.len() >= MAX_WAITING;
        let deadline = self.deadline();
        let Self { stream, incoming, waiting, sessions, timer, .. } = self;
        tokio::select! {
            read = stream.read(incoming), if !is_full => read.map_or(Step::Over, Step::Read),
            answered = waiting.next() => Step::Answered(answered),
            notified = notified(sessions) => notified.map_or(Step::Over, Step::Notified),
            () = timer.wait_until(deadline) => Step::Expired,
        }
    }

    /// Returns the time of the next task that does not depend on an event.
    fn deadline(&self) -> Instant {
        let trim = (!self.is_trimmed).then(|| self.last_read + TRIM_DELAY);
        let idle = self.last_read + self.idle_timeout;
        [self.ack_deadline, trim].into_iter().flatten().fold(idle, Instant::min)
    }

    /// Runs the tasks whose deadlines have passed.
    fn expire(&mut self) {
        let now = Instant::now();
        if self.ack_deadline.is_some_and(|deadline| deadline <= now) {
            self.sessions.iter_mut().for_each(|active| active.session.release_acknowledgements());
        }
        if self.last_read + TRIM_DELAY <= now {
            self.sessions.iter_mut().for_each(|active| active.trim(Clock::machine()));
            self.is_trimmed = true;
        }
    }

    async fn frame(&mut self, frame: Vec<u8>) -> Result<(), Ended> {
        // A short frame is a message of the transport itself; none that clients send needs an answer.
        if frame.len() < 8 {
            return Ok(());
        }
        match peek_key_id(&frame)? {
            // Boxed, because it is rare and would increase the size of every connection's future.
            0 => Box::pin(self.exchange(frame)).await,
            id => self.encrypted(id, frame).await,
        }
    }

    /// Runs one step of the key exchange. The arithmetic is slow, so it runs on a thread that may block.
    async fn exchange(&mut self, frame: Vec<u8>) -> Result<(), Ended> {
        let state = self.exchange.take().map_or(HandshakeState::AwaitPq(AwaitPq), |state| *state);
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
        match next {
            HandshakeState::Completed(done) => {
                let key = self.gateway.0.keys.add(&self.host, done.key);
                debug!("key exchange completed");
                if self.first_salts.len() >= MAX_SESSIONS {
                    self.first_salts.remove(0);
                }
                self.first_salts.push((key.auth.id(), done.salt));
            }
            next => self.exchange = Some(Box::new(next)),
        }
        let id = ((Clock::machine() / 1000) << 32) | 1;
        let length = u32::try_from(answer.len()).unwrap_or(u32::MAX);
        let plain = [&[0; 8][..], &id.to_le_bytes(), &length.to_le_bytes(), &answer].concat();
        self.write(&plain).await
    }

    async fn encrypted(&mut self, key_id: i64, frame: Vec<u8>) -> Result<(), Ended> {
        let Some(key) = self.key(key_id).await else { return self.write_error(NOT_FOUND).await };
        let envelope = match Envelope::open(&frame, &key.auth, Side::Client) {
            Ok(envelope) => envelope,
            Err(error) => {
                self.write_error(NOT_FOUND).await?;
                return Err(error.into());
            }
        };
        self.idle_timeout = self.idle_timeout.max(IDLE_TIMEOUT);
        let at = self.session(&key, envelope.session)?;
        let active = &mut self.sessions[at];
        for event in active.session.receive(&key.auth, envelope, Clock::machine())? {
            self.event(at, event).await?;
        }
        Ok(())
    }

    async fn key(&mut self, id: i64) -> Option<Arc<Key>> {
        if let Some(active) = self.sessions.iter().find(|active| active.id.0 == id) {
            return Some(active.key.clone());
        }
        Box::pin(self.gateway.0.keys.find(&self.host, id)).await
    }

    /// Returns the index of a session; its first message creates it.
    fn session(&mut self, key: &Arc<Key>, session: i64) -> Result<usize, Ended> {
        let id = (key.auth.id(), session);
        if let Some(at) = self.sessions.iter().position(|active| active.id == id) {
            return Ok(at);
        }
        if self.sessions.len() >= MAX_SESSIONS {
            return Err(ProtocolError::Malformed.into());
        }
        let first_salt = self.first_salts.iter().find(|(key, _)| *key == id.0).map(|(_, salt)| *salt);
        let session = Session::new(session, first_salt);
        let pusher = Pusher::new(self.host.clone(), key.clone());
        // `push` would reserve space for four sessions, but most connections have one.
        self.sessions.reserve_exact(1);
        self.sessions.push(ActiveSession { id, key: key.clone(), session, pusher });
        Ok(self.sessions.len() - 1)
    }

    async fn event(&mut self, at: usize, event: Event) -> Result<(), Ended> {
        let ActiveSession { id: (_, session_id), key, session, .. } = &mut self.sessions[at];
        if let Event::Request { id, .. } | Event::DestroyKey { id } = event {
            match key.admit(*session_id, id) {
                Admission::New => {}
                Admission::Repeated => {
                    // A recorded frame was sent again: it is only acknowledged.
                    session.release_acknowledgements();
                    return Ok(());
                }
                Admission::TooOld => {
                    session.refuse(id, Clock::machine());
                    return Ok(());
                }
            }
        }
        match event {
            Event::Request { id, body } => self.request(at, id, body).await?,
            Event::DisconnectAfter { seconds } => {
                let seconds = u64::try_from(seconds.clamp(5, 3600)).unwrap_or(60);
                self.idle_timeout = Duration::from_secs(seconds);
            }
            Event::DestroyKey { .. } => {
                let answer = Box::pin(rpc::destroy_key(&self.gateway, &self.host, key)).await;
                session.respond_bare(&answer, Clock::machine());
            }
        }
        Ok(())
    }

    async fn request(&mut self, at: usize, request: i64, body: Vec<u8>) -> Result<(), Ended> {
        let active = &self.sessions[at];
        let context = Context {
            shown: Mutex::default(),
            gateway: self.gateway.clone(),
            host: self.host.clone(),
            key: active.key.clone(),
            already_returned: active.pusher.already_returned.clone(),
            is_subscribed: active.pusher.is_subscribed(),
            address: self.address,
            peer: self.peer,
            data_centre: self.incoming.data_centre(),
        };
        let session = active.id;
        let has_room = active.session.queued_bytes() < MAX_QUEUED;
        let mut pending: Pending =
            Box::pin(async move { Answered { session, request, reply: rpc::answer(context, body).await } });
        // Most requests complete when they are polled first; then the answer and the acknowledgement are sent in one frame.
        if has_room
            && let Poll::Ready(answered) = poll_fn(|task| Poll::Ready(pending.as_mut().poll(task))).await
        {
            return self.answered(answered).await;
        }
        self.waiting.push(pending);
        Ok(())
    }

    async fn answered(&mut self, Answered { session, request, reply }: Answered) -> Result<(), Ended> {
        if reply.ends {
            return Err(Ended::Injected);
        }
        let Some(at) = self.sessions.iter().position(|active| active.id == session) else { return Ok(()) };
        let active = &mut self.sessions[at];
        active.session.respond(request, &reply.body, Clock::machine());
        if active.pusher.begin(&reply) {
            // Updates made before the subscription are not notified; catch up now.
            self.push(at).await;
        }
        Ok(())
    }

    async fn push(&mut self, at: usize) {
        let active = &mut self.sessions[at];
        // Boxed, because it would increase the size of every idle connection's future.
        for body in Box::pin(active.pusher.collect()).await {
            active.session.notify(body, Clock::machine());
        }
    }

    /// Writes everything that the sessions have queued.
    async fn flush(&mut self) -> Result<(), Ended> {
        for at in 0..self.sessions.len() {
            loop {
                let ActiveSession { key, session, .. } = &mut self.sessions[at];
                if !session.has_output() {
                    break;
                }
                let Some(frame) = session.transmit(&key.auth, Clock::machine(), &padding()?) else { break };
                self.write(&frame).await?;
            }
        }
        // Recorded only after writing: updates that could not be written are sent to the next session.
        self.sessions.iter_mut().for_each(|active| active.pusher.written());
        let has_acks = self.sessions.iter().any(|active| active.session.holds_acknowledgements());
        self.ack_deadline = has_acks.then(|| self.ack_deadline.unwrap_or(self.last_read + ACK_DELAY));
        Ok(())
    }

    async fn acknowledge_all(&mut self) -> Result<(), Ended> {
        self.sessions.iter_mut().for_each(|active| active.session.release_acknowledgements());
        self.flush().await
    }

    async fn write(&mut self, frame: &[u8]) -> Result<(), Ended> {
        let [chance] = padding()?;
        let packed = self.incoming.pack(frame, chance);
        let written = tokio::time::timeout(WRITE_TIMEOUT, self.stream.write_all(&packed)).await;
        if matches!(written, Ok(Ok(()))) { Ok(()) } else { Err(Ended::NotWritten) }
    }

    async fn write_error(&mut self, code: i32) -> Result<(), Ended> {
        self.write(&code.to_le_bytes()).await
    }
}

/// Waits until a session may have updates and returns its index; `None` when the world has ended.
async fn notified(sessions: &mut [ActiveSession]) -> Option<usize> {
    match sessions {
        [] => std::future::pending().await,
        [only] => only.pusher.wait().await.then_some(0),
        [first, rest @ ..] => tokio::select! {
            is_running = first.pusher.wait() => is_running.then_some(0),
            at = Box::pin(notified(rest)) => at.map(|at| at + 1),
        },
    }
}

#[cfg(test)]
mod tests;
