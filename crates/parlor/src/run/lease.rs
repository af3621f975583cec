//! A lease of a server that ends with the last one: held from before the program starts until it has ended.

use super::events::Events;
use anyhow::Result;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A lease, which is given back when dropped.
pub(super) struct Lease {
    held: watch::Receiver<u64>,
    reader: JoinHandle<()>,
}

impl Lease {
    /// Takes a lease of the server at `origin`.
    ///
    /// # Errors
    ///
    /// The server has gone, is ending, or wants a token.
    pub(super) async fn take(origin: &str, token: Option<&str>) -> Result<Self> {
        let mut events = Events::open(&format!("{origin}/control/lease"), token).await?;
        let (told, held) = watch::channel(1);
        let reader = tokio::spawn(async move {
            while let Some(event) = events.next().await {
                told.send_replace(event["leases"].as_u64().unwrap_or(1));
            }
        });
        Ok(Self { held, reader })
    }

    /// Whether nobody else holds one.
    pub(super) fn is_last(&self) -> bool {
        *self.held.borrow() <= 1
    }

    /// Waits until the server has gone.
    pub(super) async fn lost(&self) {
        let mut held = self.held.clone();
        while held.changed().await.is_ok() {}
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // The connection is closed with the task, which is what gives the lease back.
        self.reader.abort();
    }
}
