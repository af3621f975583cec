use crate::subscription::{Interest, Positions};

/// The answer to one request, and its effect on the session.
pub(crate) struct Reply {
    /// The result's bytes, or an `rpc_error`.
    pub(crate) body: Vec<u8>,
    /// Whether the session wants updates from now on.
    pub(crate) interest: Interest,
    /// The first entries of the account's logs that the session was not told of.
    pub(crate) next_entries: Option<Positions>,
    /// A test ordered that the connection ends instead.
    pub(crate) ends: bool,
}
