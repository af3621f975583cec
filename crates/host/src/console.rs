/// The target of messages to the operator, the person who runs the program. They are written whatever the log's level is.
pub const OPERATOR: &str = "parlor::operator";

/// Sends a message to the operator. The binary's subscriber writes it to the standard error.
pub fn tell_operator(text: &str) {
    tracing::warn!(target: OPERATOR, "{text}");
}
