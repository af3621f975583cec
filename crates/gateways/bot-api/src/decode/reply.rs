use super::text::formatted;
use super::value;
use crate::answer::ApiError;
use parlor_wire_bot_api::{Args, Json, json};
use parlor_world::MessageId;
use parlor_world::ops::message::ReplyTo;
use serde_json::Value;

/// Decodes `reply_parameters`, or the old `reply_to_message_id`. `chat_id` is the chat that the message is sent to.
pub(crate) fn reply_parameters(
    parameters: &Json,
    args: &Args,
    chat_id: &str,
) -> Result<Option<ReplyTo>, ApiError> {
    let Some(value) = value(parameters, "reply parameters JSON object")? else {
        let message = args.get("reply_to_message_id").parse().ok().filter(|id| *id > 0).map(MessageId);
        let allow_without = args.get("allow_sending_without_reply").eq_ignore_ascii_case("true");
        return Ok(message.map(|id| ReplyTo { message: Some(id), allow_without, ..ReplyTo::default() }));
    };
    let bad = |text: String| ApiError::bad_request(&text);
    let object = value.as_object().ok_or_else(|| bad("Object expected as reply parameters".to_owned()))?;
    if object.is_empty() {
        return Ok(None);
    }
    let other_chat = json::optional_string(object, "chat_id").map_err(bad)?;
    if !other_chat.is_empty() && other_chat != chat_id {
        return Err(ApiError::not_served("a reply to a message of another chat"));
    }
    for field in ["ephemeral_message_id", "checklist_task_id", "poll_option_id"] {
        if json::has(object, field) {
            return Err(ApiError::not_served(&format!("{field} of reply_parameters")));
        }
    }
    let message = json::required_integer(object, "message_id").map_err(bad)?;
    let quote = json::optional_string(object, "quote").map_err(bad)?;
    let mode = json::optional_string(object, "quote_parse_mode").map_err(bad)?;
    let quote =
        formatted(&quote, &mode, object.get("quote_entities").unwrap_or(&Value::Null)).map_err(bad)?;
    let position = json::optional_integer(object, "quote_position").map_err(bad)?.unwrap_or(0);
    Ok(Some(ReplyTo {
        message: i32::try_from(message).ok().filter(|id| *id > 0).map(MessageId),
        allow_without: json::optional_bool(object, "allow_sending_without_reply").map_err(bad)?,
        quote,
        position: u32::try_from(position).unwrap_or(0),
    }))
}
