//! MTProto ports of worlds. MTProto has no paths, so each world needs its own address.

use crate::address::reachable;
use crate::connections::ConnectionLimiter;
use crate::serve::mtproto_connection;
use parlor_control::OpenPort;
use parlor_host::Host;
use parlor_mtproto::MtProto;
use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;

/// The open ports by world. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ports {
    open: Arc<Mutex<HashMap<u64, SocketAddr>>>,
    address: SocketAddr,
    limiter: ConnectionLimiter,
    mtproto: MtProto,
}

impl Ports {
    /// Creates the map; the default world uses the server's own address.
    pub(crate) fn new(
        default: u64,
        address: SocketAddr,
        limiter: ConnectionLimiter,
        mtproto: MtProto,
    ) -> Self {
        let open = HashMap::from([(default, reachable(address))]);
        Self { open: Arc::new(Mutex::new(open)), address, limiter, mtproto }
    }

    /// Returns the function with which the control API opens a port.
    pub(crate) fn opener(self) -> OpenPort {
        Arc::new(move |host| {
            let ports = self.clone();
            Box::pin(async move { ports.open(host).await })
        })
    }

    /// Returns whether this server listens at an address, for any of its worlds.
    pub(crate) fn is_own(&self, address: SocketAddr) -> bool {
        let is_own_port = self.lock().values().any(|own| own.port() == address.port());
        let ip = address.ip().to_canonical();
        // Only addresses of this machine can be bound.
        is_own_port && (ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok())
    }

    async fn open(self, host: Host) -> io::Result<SocketAddr> {
        if let Some(address) = self.lock().get(&host.id()) {
            return Ok(*address);
        }
        let listener = TcpListener::bind((self.address.ip(), 0)).await?;
        let address = reachable(listener.local_addr()?);
        // A concurrent request may have opened a port first; then this listener is dropped.
        let registered = *self.lock().entry(host.id()).or_insert(address);
        if registered == address {
            tokio::spawn(self.serve(host, listener));
        }
        Ok(registered)
    }

    /// Serves the port of a world until the world ends; it may have ended already.
    async fn serve(self, host: Host, listener: TcpListener) {
        let serve = |stream, slot| mtproto_connection(stream, slot, self.mtproto.clone(), host.clone());
        tokio::select! {
            () = self.limiter.clone().accept(listener, serve) => {}
            () = host.ended() => {}
        }
        self.lock().remove(&host.id());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, SocketAddr>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_host::{ClockStart, Options};
    use parlor_storage::Memory;
    use parlor_world::Rules;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    fn host() -> Host {
        let options = Options { rules: Rules::default(), key: [1; 16], clock: ClockStart::System };
        Host::open(Box::new(Memory::forgetting()), options).unwrap()
    }

    fn ports() -> Ports {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        Ports::new(
            host().id(),
            address,
            ConnectionLimiter::new(16),
            MtProto::new(None, None).unwrap().unwrap(),
        )
    }

    /// Waits until the port is closed and removed from the map.
    async fn until_closed(ports: &Ports, host: &Host, address: SocketAddr) {
        let closed = async {
            while ports.lock().contains_key(&host.id()) || TcpListener::bind(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), closed).await.expect("the port stays open");
    }

    #[tokio::test(start_paused = true)]
    async fn a_port_is_closed_with_its_world() {
        let ports = ports();
        // Dropped before the port is served for the first time.
        let dropped_early = host();
        let address = ports.clone().open(dropped_early.clone()).await.unwrap();
        dropped_early.close().await;
        until_closed(&ports, &dropped_early, address).await;
        // Dropped before the port is opened.
        let gone = host();
        gone.close().await;
        let address = ports.clone().open(gone.clone()).await.unwrap();
        until_closed(&ports, &gone, address).await;
    }

    #[tokio::test]
    async fn every_port_is_recognised_at_every_address_of_this_machine() {
        let (ports, host) = (ports(), host());
        let port = ports.clone().open(host).await.unwrap().port();
        for ip in ["127.0.0.1", "127.0.0.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"] {
            let at = |port| SocketAddr::new(ip.parse().unwrap(), port);
            assert_eq!([1, port, 2].map(|port| ports.is_own(at(port))), [true, true, false], "{ip}");
        }
        // Reserved for documentation (RFC 5737): no machine has it.
        assert!(!ports.is_own(SocketAddr::from(([192, 0, 2, 1], port))));
    }

    #[tokio::test]
    async fn a_world_has_one_port() {
        let (ports, host) = (ports(), host());
        let (first, second) =
            tokio::join!(ports.clone().open(host.clone()), ports.clone().open(host.clone()));
        assert_eq!(first.unwrap(), second.unwrap());
    }
}
