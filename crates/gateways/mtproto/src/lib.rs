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

    /// Serves one connection to a world until it ends. `first` are the bytes that were read already.
    pub async fn serve(&self, host: Host, stream: TcpStream, first: Vec<u8>, report: OnActivity) {
        let address = stream.local_addr().ok();
        let client = connection::Client { stream: Stream::Tcp(stream), first, address, report };
        connection::run(self.clone(), host, client).await;
    }

    /// Serves the bytes that a WebSocket carries. `address` is where the server listens.
    pub async fn serve_web(&self, host: Host, stream: DuplexStream, address: SocketAddr, report: OnActivity) {
        let (stream, address) = (Stream::Web(stream), Some(address));
        let client = connection::Client { stream, first: Vec::new(), address, report };
        connection::run(self.clone(), host, client).await;
    }
}

/// What a connection does at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// No message was opened yet.
    Handshake,
    /// It waits for the client, or for updates.
    Idle {
        /// Whether somebody is logged in on one of its sessions.
        logged_in: bool,
    },
    /// Requests wait for their answers.
    Busy,
}

/// Is told what a connection does, each time that it has done something.
pub type OnActivity = Arc<dyn Fn(Activity) + Send + Sync>;
