use crate::session::Sessions;
use crate::updates::{Pollers, Webhooks};

/// State that all requests of all worlds share.
pub(crate) struct Shared {
    pub(crate) pollers: Pollers,
    pub(crate) webhooks: Webhooks,
    pub(crate) sessions: Sessions,
}
