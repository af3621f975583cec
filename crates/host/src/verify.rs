use crate::host::Host;
use parlor_storage::JournalError;
use std::time::Duration;

/// A rest after every piece, which takes a few milliseconds: the world's own work comes first.
const REST: Duration = Duration::from_millis(10);
/// Damaged places that are told of; a journal with more is not read on.
const MAX_DAMAGES: usize = 100;

impl Host {
    /// Verifies all events that the journal holds now, a piece at a time, while the world goes on.
    ///
    /// # Errors
    ///
    /// When the journal can't be read on from some event.
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
        Ok(damages)
    }
}
