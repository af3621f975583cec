//! **The MTProto gateway**: sessions over TCP, requests to commands, updates to whoever is connected.
//!
//! A connection is one task (`connection.rs`): it cuts frames, exchanges keys, opens envelopes, and hands requests to
//! `rpc`, where one file per subject turns them into the world's commands. `push.rs` sends what happened meanwhile;
//! `view` spells the world's things, `decode` reads the client's, `refusal.rs` spells every refusal.
//!
//! This crate must never decide what the world may do, nor know another gateway. Start with [`MtProto::serve`].

mod connection;
mod context;
mod decode;
mod keys;
mod notes;
mod push;
mod refusal;
mod replay;
mod rpc;
mod stream;
mod view;

use keys::Keys;
use parlor_host::{Clock, Host};
use parlor_wire_mtproto::RsaKey;
use parlor_wire_mtproto::dh::Group;
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
    /// The secret by which clients use this server as an MTProto proxy.
    proxy_secret: Option<[u8; 16]>,
}

impl MtProto {
    /// With the development key; none only if its constants were damaged. With a secret it is an MTProto proxy too, which
    /// leads to itself.
    pub fn new(proxy_secret: Option<[u8; 16]>) -> Option<Self> {
        let (rsa, group) = (RsaKey::development()?, Group::new()?);
        let inner = Inner { rsa, group, keys: Keys::new(Clock::machine()), proxy_secret };
        Some(Self(Arc::new(inner)))
    }

    /// Whether a connection's first four bytes are MTProto's and not HTTP's.
    ///
    /// > obfuscated payloads never begin like an HTTP request: `HEAD`, `POST`, `GET ` and `OPTI` are excluded
    pub fn speaks(first: [u8; 4]) -> bool {
        let http: [&[u8; 4]; 9] =
            [b"GET ", b"POST", b"HEAD", b"PUT ", b"DELE", b"OPTI", b"PATC", b"TRAC", b"CONN"];
        !http.contains(&&first)
    }

    /// Serves one connection to a world until it ends.
    pub async fn serve(&self, host: Host, stream: TcpStream) {
        let address = stream.local_addr().ok();
        connection::run(self.clone(), host, Stream::Tcp(stream), address).await;
    }

    /// Serves the bytes that a WebSocket carries. `address` is where the server listens.
    pub async fn serve_web(&self, host: Host, stream: DuplexStream, address: SocketAddr) {
        connection::run(self.clone(), host, Stream::Web(stream), Some(address)).await;
    }
}
