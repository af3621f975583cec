//! A lease of a server. A server that `parlor run` started ends when its last lease is released.

use super::events::Events;
use anyhow::Result;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A lease, which is released when dropped.
pub(super) struct Lease {
    held: watch::Receiver<u64>,
    reader: JoinHandle<()>,
}

impl Lease {
    /// Takes a lease of the server at `origin`.
    ///
    /// # Errors
    ///
    /// If the server does not answer, is stopping, or requires a token.
    pub(super) async fn take(origin: &str, token: Option<&str>) -> Result<Self> {
        let mut events = Events::open(&format!("{origin}/control/lease"), token).await?;
        let (count, held) = watch::channel(1);
        let reader = tokio::spawn(async move {
            while let Some(event) = events.next().await {
                count.send_replace(event["leases"].as_u64().unwrap_or(1));
            }
        });
        Ok(Self { held, reader })
    }

    /// Returns whether this is the only lease.
    pub(super) fn is_last(&self) -> bool {
        *self.held.borrow() <= 1
    }

    /// Waits until the server has stopped.
    pub(super) async fn lost(&self) {
        let mut held = self.held.clone();
        while held.changed().await.is_ok() {}
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Ending the task closes the connection, which releases the lease.
        self.reader.abort();
    }
}
