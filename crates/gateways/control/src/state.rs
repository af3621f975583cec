use crate::guard::Guard;
use crate::leases::Leases;
use crate::waits::Waits;
use axum::body::Bytes;
use parlor_host::{Host, Worlds};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

/// Opens a port at which MTProto clients reach a world, or tells the one that is open.
pub type OpenPort =
    Arc<dyn Fn(Host) -> Pin<Box<dyn Future<Output = io::Result<SocketAddr>> + Send>> + Send + Sync>;

/// A request of the Bot API, made for whoever plays a bot's program: its path without the world's prefix, its JSON body;
/// the answer's status and body, or none when a fault dropped the connection.
pub type CallBot = Arc<
    dyn Fn(Host, String, String) -> Pin<Box<dyn Future<Output = Option<(u16, Bytes)>> + Send>> + Send + Sync,
>;

/// Puts back what belongs to a world that was emptied: the demo bot. The reset is answered afterwards.
pub type AfterReset = Arc<dyn Fn(Host) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What the routes need beside the world of the request.
#[derive(Clone)]
pub struct Control {
    /// All worlds of the server.
    pub worlds: Arc<Worlds>,
    /// Who may call.
    pub guard: Arc<Guard>,
    /// Where MTProto clients reach a world.
    pub mtproto: OpenPort,
    /// How a test, or a person at the inspector, plays a bot's program.
    pub call_bot: CallBot,
    /// Who keeps the server alive.
    pub leases: Leases,
    /// The file with the data of the default world; none if it is kept in memory only.
    pub data: Option<Arc<str>>,
    /// What follows a reset.
    pub after_reset: AfterReset,
    /// Whether the Bot API or MTProto has a method of that name, in any case; MTProto's also by the last word alone.
    pub is_method: fn(&str) -> bool,
    /// `http://127.0.0.1:8081`: what addresses in answers begin with.
    pub root: Arc<str>,
    /// What waits have given.
    pub waits: Arc<Waits>,
}
