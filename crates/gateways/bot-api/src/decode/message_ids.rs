use crate::answer::ApiError;
use parlor_wire_bot_api::{Json, json};
use parlor_world::MessageId;
use serde_json::Value;

/// Decodes `message_id`. A missing or invalid one becomes 0, which is the id of no message.
pub(crate) fn message_id(id: Option<i64>) -> MessageId {
    MessageId(id.and_then(|id| i32::try_from(id).ok()).unwrap_or(0).max(0))
}

/// Decodes `message_thread_id`. The General topic has no id of its own: naming it names a topic that does not exist, as in the
/// official server.
pub(crate) fn thread(id: Option<i64>) -> Option<MessageId> {
    const GENERAL: i64 = 1;
    let id = id.filter(|id| *id > 0)?;
    Some(if id == GENERAL { MessageId(0) } else { MessageId(i32::try_from(id).unwrap_or(0)) })
}

/// Decodes `message_ids`: 1 to 100 ids.
pub(crate) fn message_ids(ids: &Json) -> Result<Vec<MessageId>, ApiError> {
    let bad = ApiError::bad_request;
    if ids.is_empty() {
        return Err(bad("Message identifiers are not specified"));
    }
    let value: Value =
        serde_json::from_str(&ids.0).map_err(|_| bad("Can't parse message_ids JSON object"))?;
    let list = value.as_array().ok_or_else(|| bad("Expected an Array of message identifiers"))?;
    if list.len() > 100 {
        return Err(bad("Too many message identifiers specified"));
    }
    if list.is_empty() {
        return Err(bad("Message identifiers are not specified"));
    }
    let read = |value: &Value| match json::integer(value) {
        None => Err(bad("Message identifier must be a Number")),
        Some(None) => Err(bad("Can't parse message identifier as a Number")),
        Some(Some(id)) => {
            let id = i32::try_from(id).map_err(|_| bad("Can't parse message identifier as a Number"))?;
            if id > 0 { Ok(MessageId(id)) } else { Err(bad("Invalid message identifier specified")) }
        }
    };
    list.iter().map(read).collect()
}
