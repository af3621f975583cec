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

/// Opens an MTProto port for a world, unless one is open; returns its address.
pub type OpenPort =
    Arc<dyn Fn(Host) -> Pin<Box<dyn Future<Output = io::Result<SocketAddr>> + Send>> + Send + Sync>;

/// Sends a request to the Bot API: its path without the world's prefix, and its JSON body. Returns the status and body of the
/// answer, or `None` if a fault closed the connection.
pub type CallBot = Arc<
    dyn Fn(Host, String, String) -> Pin<Box<dyn Future<Output = Option<(u16, Bytes)>> + Send>> + Send + Sync,
>;

/// Called after a world was reset and before the request is answered: creates the demo bot again.
pub type AfterReset = Arc<dyn Fn(Host) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// The state that routes need, beside the world of the request.
#[derive(Clone)]
pub struct Control {
    /// All worlds of the server.
    pub worlds: Arc<Worlds>,
    /// Decides which requests are allowed.
    pub guard: Arc<Guard>,
    /// Opens MTProto ports of worlds.
    pub mtproto: OpenPort,
    /// Calls the Bot API as a bot's program, for tests and the inspector.
    pub call_bot: CallBot,
    /// The leases that keep the server running.
    pub leases: Leases,
    /// The data file of the default world; `None` if its data is in memory only.
    pub data: Option<Arc<str>>,
    /// Called after a reset.
    pub after_reset: AfterReset,
    /// Returns whether the Bot API or MTProto has a method with this name, in any case. MTProto's namespace may be omitted.
    pub is_method: fn(&str) -> bool,
    /// The root URL of addresses in answers, such as `http://127.0.0.1:8081`.
    pub root: Arc<str>,
    /// The messages that waits have returned.
    pub waits: Arc<Waits>,
}
