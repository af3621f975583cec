//! An MTProto client that can do what libraries never do.

use anyhow::{Context, Result, anyhow, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use parlor_wire_mtproto::client::{
    ClientHandshake, ClientSession, ClientTransport, RsaPadding, ServerMessage,
};
use parlor_wire_mtproto::dh::Group;
use parlor_wire_mtproto::handshake::RandomBytes;
use parlor_wire_mtproto::transport::Framing;
use parlor_wire_mtproto::{AuthKey, RsaKey};
use parlor_wire_tl::{Reader, Tl, Writer, enums, functions, types};
use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// The time-out of every wait, generous for slow machines.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A connection with a session.
pub struct Client {
    wire: Wire,
    session: ClientSession,
    layer: u16,
    updates: VecDeque<Vec<u8>>,
    last_frame: Vec<u8>,
}

/// Frames over TCP, or through a WebSocket.
pub struct Wire {
    stream: Box<dyn Stream>,
    transport: ClientTransport,
}

/// An RPC error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} {message}")]
pub struct RpcError {
    /// A code like HTTP's, with 420 for floods.
    pub code: i32,
    /// The error's name in capitals.
    pub message: String,
}

/// The machine's time in milliseconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "a client has the machine's clock")]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Pseudo-random bytes that differ at every call; not for secrets.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut state = now().unsigned_abs() ^ std::ptr::from_ref(&TIMEOUT).addr() as u64;
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    state ^= COUNT.fetch_add(0x9e37_79b9_7f4a_7c15, std::sync::atomic::Ordering::Relaxed);
    std::array::from_fn(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
}

/// The refusal of a call that must not succeed.
///
/// # Errors
///
/// When it did succeed, or failed for another reason.
pub fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> Result<RpcError> {
    match outcome {
        Ok(answer) => bail!("it was not refused: {answer:?}"),
        Err(error) => error.downcast::<RpcError>(),
    }
}

/// Bytes in both directions.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Wire {
    /// Connects to `host:port`.
    pub async fn open(address: &str, framing: Framing, obfuscated: bool) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Self::over(stream, framing, obfuscated, None).await
    }

    /// Connects to a proxy with a secret.
    pub async fn by_proxy(address: &str, framing: Framing, secret: [u8; 16]) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Self::over(stream, framing, true, Some(secret)).await
    }

    /// Connects by WebSocket, as web apps do.
    pub async fn by_web_socket(address: &str, framing: Framing, origin: Option<&str>) -> Result<Self> {
        let mut request = format!("ws://{address}/apiws").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", "binary".parse()?);
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse()?);
        }
        let stream = TcpStream::connect(address).await?;
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        tokio::spawn(async move {
            let mut ours = ours;
            let mut buffer = Vec::new();
            loop {
                buffer.clear();
                tokio::select! {
                    message = socket.next() => match message {
                        Some(Ok(message)) => ours.write_all(&message.into_data()).await?,
                        _ => return anyhow::Ok(()),
                    },
                    read = ours.read_buf(&mut buffer) => match read? {
                        0 => return Ok(()),
                        _ => socket.send(Message::binary(std::mem::take(&mut buffer))).await?,
                    },
                }
            }
        });
        Self::over(theirs, framing, true, None).await
    }

    async fn over(
        mut stream: impl Stream + 'static,
        framing: Framing,
        obfuscated: bool,
        secret: Option<[u8; 16]>,
    ) -> Result<Self> {
        let head = obfuscated.then(|| {
            let mut head: [u8; 64] = random_bytes();
            head[0] = 0x5a;
            head[4] = 1;
            head
        });
        let (transport, begin) = ClientTransport::new(framing, head, secret);
        stream.write_all(&begin).await?;
        Ok(Self { stream: Box::new(stream), transport })
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(&self.transport.pack(frame)).await?)
    }

    /// Waits for the next frame.
    pub async fn receive(&mut self) -> Result<Vec<u8>> {
        let next = async {
            loop {
                if let Some(frame) = self.transport.frame()? {
                    return Ok(frame);
                }
                let mut bytes = Vec::with_capacity(16 << 10);
                ensure!(self.stream.read_buf(&mut bytes).await? > 0, "the server closed the connection");
                self.transport.receive(&bytes);
            }
        };
        tokio::time::timeout(TIMEOUT, next).await.context("the server does not answer")?
    }

    /// Exchanges a key; with `expires_in`, a temporary one. Returns it with the first salt.
    pub async fn exchange(&mut self, padding: RsaPadding, expires_in: Option<i32>) -> Result<(AuthKey, i64)> {
        let (rsa, group) = (RsaKey::development().context("key")?, Group::new().context("group")?);
        let mut exchange = ClientHandshake::new(RandomBytes(random_bytes()), padding, expires_in);
        let mut frame = exchange.begin();
        loop {
            self.send(&frame).await?;
            match exchange.handle(&rsa, &group, &self.receive().await?)? {
                Some(next) => frame = next,
                None => return exchange.finish().context("a key"),
            }
        }
    }
}

impl Client {
    /// Connects, and exchanges a key.
    pub async fn connect(address: &str, layer: u16) -> Result<Self> {
        let mut wire = Wire::open(address, Framing::Intermediate, false).await?;
        let (key, salt) = wire.exchange(RsaPadding::RsaPad, None).await?;
        Ok(Self::over(wire, key, salt, layer))
    }

    /// Connects with a key that the server knows. The first salt is wrong, so the first request is sent twice.
    pub async fn resume(address: &str, key: AuthKey, layer: u16) -> Result<Self> {
        Ok(Self::over(Wire::open(address, Framing::Abridged, true).await?, key, 0, layer))
    }

    /// Uses an open connection.
    pub fn over(wire: Wire, key: AuthKey, salt: i64, layer: u16) -> Self {
        let session = ClientSession::new(key, salt, i64::from_le_bytes(random_bytes()));
        Self { wire, session, layer, updates: VecDeque::new(), last_frame: Vec::new() }
    }

    /// The key.
    pub fn key(&self) -> AuthKey {
        self.session.key().clone()
    }

    /// Sends a request and waits for the bytes of its answer. Updates that arrive before it are queued.
    pub async fn call_raw(&mut self, body: &[u8]) -> Result<Result<Vec<u8>, RpcError>> {
        let mut id = self.send_request(body).await?;
        loop {
            let frame = self.wire.receive().await?;
            if let Ok(code) = <[u8; 4]>::try_from(frame.as_slice()) {
                bail!("transport error {}", i32::from_le_bytes(code));
            }
            // Updates may follow the answer in the same frame.
            let mut answer = None;
            for told in self.session.receive(&frame)? {
                match told {
                    ServerMessage::Result { request, body } if request == id => answer = Some(Ok(body)),
                    ServerMessage::Error { request, code, message } if request == id => {
                        answer = Some(Err(RpcError { code, message }));
                    }
                    ServerMessage::BadMsg { message, code: 48 } if message >= id => {
                        id = self.send_request(body).await?;
                    }
                    ServerMessage::BadMsg { code, .. } => bail!("bad message: {code}"),
                    ServerMessage::Other(body) => self.updates.push_back(body),
                    ServerMessage::Result { .. }
                    | ServerMessage::Error { .. }
                    | ServerMessage::Acknowledged(_) => {}
                }
            }
            if let Some(answer) = answer {
                return Ok(answer);
            }
        }
    }

    async fn send_request(&mut self, body: &[u8]) -> Result<i64> {
        let (id, frame) = self.session.request(body, now(), &random_bytes());
        self.wire.send(&frame).await?;
        self.last_frame = frame;
        Ok(id)
    }

    /// The frame of the last request, as an eavesdropper could record it.
    pub fn last_frame(&self) -> &[u8] {
        &self.last_frame
    }

    /// Calls a function, which `write` encodes, and reads its result.
    pub async fn call<T: Tl>(&mut self, write: impl FnOnce(u16, &mut Writer)) -> Result<T> {
        let mut out = Writer::default();
        write(self.layer, &mut out);
        let body = out.finish().map_err(|name| anyhow!("layer {} lacks {name}", self.layer))?;
        let answer = self.call_raw(&body).await??;
        T::read(&mut Reader::new(&answer)).with_context(|| format!("{} bytes", answer.len()))
    }

    /// Sends `help.getConfig` in `invokeWithLayer` and `initConnection`, as clients begin.
    pub async fn begin(&mut self) -> Result<types::Config> {
        let layer = self.layer;
        let config: enums::Config = self
            .call(|at, out| {
                let inner = |write: &dyn Fn(&mut Writer)| {
                    let mut out = Writer::default();
                    write(&mut out);
                    parlor_wire_tl::Raw(out.finish().unwrap_or_default())
                };
                let query = inner(&|out| functions::HelpGetConfig {}.write(at, out));
                let connection = functions::InitConnection {
                    api_id: 1,
                    device_model: "test".to_owned(),
                    query,
                    ..Default::default()
                };
                let query = inner(&|out| connection.write(at, out));
                functions::InvokeWithLayer { layer: i32::from(layer), query }.write(at, out);
            })
            .await?;
        let enums::Config::Config(config) = config;
        Ok(config)
    }

    /// Logs a bot in.
    pub async fn log_in(&mut self, token: &str) -> Result<()> {
        let request = functions::AuthImportBotAuthorization {
            api_id: 1,
            api_hash: "a".repeat(32),
            bot_auth_token: token.to_owned(),
            ..Default::default()
        };
        self.call::<enums::AuthAuthorization>(|layer, out| request.write(layer, out)).await.map(|_| ())
    }

    /// Has a login code sent, and returns its hash.
    pub async fn send_code(&mut self, phone: &str) -> Result<String> {
        let request = functions::AuthSendCode { phone_number: phone.to_owned(), ..Default::default() };
        let enums::AuthSentCode::SentCode(sent) = self.call(|layer, out| request.write(layer, out)).await?;
        Ok(sent.phone_code_hash)
    }

    /// Signs in with a code.
    pub async fn sign_in(&mut self, phone: &str, hash: &str, code: &str) -> Result<enums::AuthAuthorization> {
        let request = functions::AuthSignIn {
            phone_number: phone.to_owned(),
            phone_code_hash: hash.to_owned(),
            phone_code: Some(code.to_owned()),
        };
        self.call(|layer, out| request.write(layer, out)).await
    }

    /// `updates.getState`; from then on the session is pushed updates.
    pub async fn state(&mut self) -> Result<types::UpdatesState> {
        let enums::UpdatesState::State(state) =
            self.call(|layer, out| functions::UpdatesGetState {}.write(layer, out)).await?;
        Ok(state)
    }

    /// The peer of the account with a username, as this account names it.
    pub async fn resolve(&mut self, username: &str) -> Result<enums::InputPeer> {
        let request =
            functions::ContactsResolveUsername { username: username.to_owned(), ..Default::default() };
        let enums::ContactsResolvedPeer::ResolvedPeer(resolved) =
            self.call(|layer, out| request.write(layer, out)).await?;
        match resolved.users.as_slice() {
            [enums::User::User(user)] => {
                let access_hash = user.access_hash.context("a hash")?;
                Ok(types::InputPeerUser { user_id: user.id, access_hash }.into())
            }
            users => bail!("{users:?}"),
        }
    }

    /// Takes the updates that are already queued.
    pub fn pushed_already(&mut self) -> Vec<enums::Updates> {
        let pushed = self.updates.drain(..);
        pushed.filter_map(|body| enums::Updates::read(&mut Reader::new(&body)).ok()).collect()
    }

    /// Waits for the next updates that the server pushes.
    pub async fn pushed(&mut self) -> Result<enums::Updates> {
        loop {
            while let Some(body) = self.updates.pop_front() {
                if let Ok(updates) = enums::Updates::read(&mut Reader::new(&body)) {
                    return Ok(updates);
                }
            }
            let frame = self.wire.receive().await?;
            for told in self.session.receive(&frame)? {
                if let ServerMessage::Other(body) = told {
                    self.updates.push_back(body);
                }
            }
        }
    }
}
