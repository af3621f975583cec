//! **The MTProto gateway**: runs sessions over TCP, turns requests into commands, and pushes updates to connected clients.
//!
//! A connection is one task (`connection/mod.rs`): it splits the stream into frames, exchanges keys, decrypts envelopes, and
//! passes requests to `rpc`, where one file per method group turns them into the world's commands. `executed.rs` builds
//! answers from the effects of a command, `push.rs` sends the other updates; `view` encodes the world's objects, `decode`
//! decodes the client's, `refusal.rs` encodes every refusal.
//!
//! This crate must never decide what the world may do, nor know another gateway. Start with [`MtProto::serve`].

mod already_returned;
mod attempts;
mod connection;
mod context;
mod decode;
mod executed;
mod inspector;
mod keys;
mod padding;
mod push;
mod refusal;
mod replay;
mod reply;
mod rpc;
mod stream;
mod subscription;
#[cfg(test)]
mod test_world;
mod view;

use attempts::Attempts;
use keys::Keys;
use parlor_host::{Clock, Host, NoRandomness, random};
use parlor_wire_mtproto::RsaKey;
use parlor_wire_mtproto::dh::Group;
use parlor_wire_mtproto::srp::Verifier;
use parlor_world::state::session::Password;
use std::net::SocketAddr;
use std::sync::Arc;
use stream::Stream;
use tokio::io::DuplexStream;
use tokio::net::TcpStream;

/// The gateway; cheap to clone.
#[derive(Clone)]
pub struct MtProto(Arc<Inner>);

struct Inner {
    rsa: RsaKey,
    group: Group,
    keys: Keys,
    /// The secret with which clients use this server as an MTProto proxy.
    proxy_secret: Option<[u8; 16]>,
    /// The password of users who have no two-step password of their own.
    password: Option<Password>,
    attempts: Attempts,
}

impl MtProto {
    /// Creates a gateway with the development key. Returns `None` only if the constants of that key were damaged.
    ///
    /// With a proxy secret, the server is also an MTProto proxy, which leads to itself. With a control token, users without a
    /// two-step password of their own must enter the token as their password, and registering by phone is refused:
    /// otherwise everybody who reaches the server could log in as any user.
    ///
    /// # Errors
    ///
    /// If the system provides no random bytes for the password's salts.
    pub fn new(
        proxy_secret: Option<[u8; 16]>,
        control_token: Option<&str>,
    ) -> Result<Option<Self>, NoRandomness> {
        let (Some(rsa), Some(group)) = (RsaKey::development(), Group::new()) else { return Ok(None) };
        let password = match control_token {
            Some(token) => Some(token_password(&group, token)?),
            None => None,
        };
        let inner = Inner {
            rsa,
            group,
            password,
            attempts: Attempts::default(),
            keys: Keys::new(Clock::machine()),
            proxy_secret,
        };
        Ok(Some(Self(Arc::new(inner))))
    }

    /// Serves one connection to a world until it ends. `first` holds the bytes that were read already.
    pub fn serve(
        &self,
        host: Host,
        stream: TcpStream,
        first: Vec<u8>,
        report: OnActivity,
    ) -> impl Future<Output = ()> + Send + use<> {
        let address = stream.local_addr().ok();
        let peer = stream.peer_addr().ok().map(|peer| peer.ip());
        let client = connection::Client { stream: Stream::Tcp(stream), first, address, peer, report };
        connection::run(self.clone(), host, client)
    }

    /// Serves one WebSocket connection. `address` is the address on which the server listens.
    pub fn serve_web(
        &self,
        host: Host,
        stream: DuplexStream,
        address: SocketAddr,
        report: OnActivity,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (stream, address) = (Stream::Web(stream), Some(address));
        let client = connection::Client { stream, first: Vec::new(), address, peer: None, report };
        connection::run(self.clone(), host, client)
    }
}

/// The current activity of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// No valid message was received yet.
    Handshake,
    /// The connection waits for the client, or for updates.
    Idle {
        /// Whether one of its sessions is logged in.
        logged_in: bool,
    },
    /// Requests wait for their answers.
    Busy,
}

/// A callback for each change of a connection's activity.
pub type OnActivity = Arc<dyn Fn(Activity) + Send + Sync>;

/// Creates a two-step password from the control token.
fn token_password(group: &Group, token: &str) -> Result<Password, NoRandomness> {
    let (salt1, salt2) = (random::<16>()?.to_vec(), random::<16>()?.to_vec());
    let verifier = Verifier::new(group, token, salt1, salt2);
    let hint = "the control token that the server printed".to_owned();
    Ok(Password { salt1: verifier.salt1, salt2: verifier.salt2, verifier: verifier.value, hint })
}
