/// The log target of messages to the operator, the person who runs the program. They are written at every log level.
pub const OPERATOR: &str = "parlor::operator";

/// Sends a message to the operator. The binary's log subscriber writes it to standard error.
pub fn notify_operator(text: &str) {
    tracing::warn!(target: OPERATOR, "{text}");
}
