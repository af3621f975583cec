//! MTProto ports of worlds that were made for tests: MTProto has no paths, so a world needs an address of its own.

use crate::serve::Door;
use crate::server::reachable;
use parlor_control::OpenPort;
use parlor_host::Host;
use parlor_mtproto::MtProto;
use parlor_world::{AccountId, UserId};
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// The ports that are open.
#[derive(Clone)]
pub(crate) struct Ports {
    open: Arc<Mutex<HashMap<u64, SocketAddr>>>,
    address: SocketAddr,
    mtproto: MtProto,
}

impl Ports {
    /// The default world is at the server's own address.
    pub(crate) fn new(default: u64, address: SocketAddr, mtproto: MtProto) -> Self {
        let open = HashMap::from([(default, reachable(address))]);
        Self { open: Arc::new(Mutex::new(open)), address, mtproto }
    }

    /// For the control API.
    pub(crate) fn opener(self) -> OpenPort {
        Arc::new(move |host| {
            let ports = self.clone();
            Box::pin(async move { ports.open(host).await })
        })
    }

    async fn open(self, host: Host) -> io::Result<SocketAddr> {
        let mut open = self.open.lock().await;
        if let Some(address) = open.get(&host.id()) {
            return Ok(*address);
        }
        let listener = TcpListener::bind((self.address.ip(), 0)).await?;
        let address = reachable(listener.local_addr()?);
        open.insert(host.id(), address);
        let ports = self.clone();
        tokio::spawn(async move {
            let id = host.id();
            // The bell of nobody: it only tells when the world has gone.
            let mut end = host.watch(AccountId::User(UserId(0)));
            let door = Door::new(listener);
            loop {
                let (stream, permit) = tokio::select! {
                    rung = end.ring() => if rung { continue } else { break },
                    Some(next) = door.next() => next,
                };
                let (mtproto, host) = (ports.mtproto.clone(), host.clone());
                tokio::spawn(async move {
                    mtproto.serve(host, stream).await;
                    drop(permit);
                });
            }
            ports.open.lock().await.remove(&id);
        });
        Ok(address)
    }
}
