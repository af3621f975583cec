use crate::subscription::Interest;

/// The answer to one request, and its effect on the session.
pub(crate) struct Reply {
    /// The result's bytes, or an `rpc_error`.
    pub(crate) body: Vec<u8>,
    /// Whether the session wants updates from now on.
    pub(crate) interest: Interest,
    /// The first entry of the account's log that was not sent to the session.
    pub(crate) next_entry: Option<i64>,
    /// Whether an injected fault closes the connection instead.
    pub(crate) ends: bool,
}
