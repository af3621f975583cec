use super::Host;
use super::inner::Inner;
use parlor_storage::JournalError;
use parlor_storage::journal::history::Base;
use std::sync::Arc;
use std::time::Duration;

/// The pause after every piece, so that the world's own work comes first. A piece takes a few milliseconds.
const REST: Duration = Duration::from_millis(10);
/// The maximum number of damages that are reported; verification ends there.
const MAX_DAMAGES: usize = 100;

impl Host {
    /// Verifies all events that the journal holds now, and its base, a piece at a time, while the world executes commands.
    /// Returns the damages it found.
    ///
    /// # Errors
    ///
    /// If the journal can't be read any further.
    pub async fn verify(&self) -> Result<Vec<JournalError>, JournalError> {
        let end = self.0.events();
        let mut damages = Vec::new();
        let mut next = 0;
        while next < end && damages.len() < MAX_DAMAGES {
            let inner = self.0.clone();
            let verified = tokio::task::spawn_blocking(move || inner.verify_from(next)).await;
            let verified = verified.map_err(JournalError::storage)??;
            next = verified.next;
            damages.extend(verified.damages);
            tokio::time::sleep(REST).await;
        }
        if let Some(damage) = self.verify_base().await? {
            damages.push(damage);
            self.0.renew_base().await;
        }
        Ok(damages)
    }

    /// Verifies the checksums of the base's pieces.
    async fn verify_base(&self) -> Result<Option<JournalError>, JournalError> {
        for number in 0.. {
            let inner = self.0.clone();
            let read = tokio::task::spawn_blocking(move || read_piece(&inner, number)).await;
            match read.map_err(JournalError::storage)? {
                Ok(true) => tokio::time::sleep(REST).await,
                // The base has no more pieces, the host has stopped, or the journal is in memory.
                Ok(false) | Err(JournalError::Closed) => break,
                Err(damage) => return Ok(Some(damage)),
            }
        }
        Ok(None)
    }
}

/// Reads a piece of the base. Returns false if the base has no such piece.
fn read_piece(inner: &Arc<Inner>, number: u64) -> Result<bool, JournalError> {
    inner.with_history(|history| Ok(history.read_piece(Base::Current, number)?.is_some()))
}
