//! Decodes parameters that are not scalars. The error texts are those of the official server.

mod commands;
mod markup;
mod message_ids;
mod reply;
mod rights;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use commands::{Scope, commands, menu_button, scope};
pub(crate) use markup::{inline_keyboard, reply_markup};
pub(crate) use message_ids::{message_id, message_ids, thread};
pub(crate) use reply::reply_parameters;
pub(crate) use rights::{administrator_rights, permissions};
pub(crate) use text::{link_preview, text};

use crate::answer::ApiError;
use parlor_wire_bot_api::Json;
use parlor_world::{AccountId, ChatSelector};
use serde_json::Value;

/// Decodes `chat_id`: an id, or `@name`. Any other text becomes 0, which is the id of no account.
pub(crate) fn chat(text: &str) -> ChatSelector {
    match text {
        "" => ChatSelector::Empty,
        name if name.starts_with('@') => ChatSelector::Username(name.to_owned()),
        id => ChatSelector::Id(id.trim().parse().unwrap_or(0)),
    }
}

/// `user_id`, at which the official server looks before everything else.
pub(crate) fn user_id(id: Option<i64>) -> Result<AccountId, ApiError> {
    let id = id.filter(|id| *id > 0).map(AccountId);
    id.ok_or_else(|| ApiError::bad_request("invalid user_id specified"))
}

/// Parses a JSON parameter; `None` if it is absent.
fn value(json: &Json, what: &str) -> Result<Option<Value>, ApiError> {
    if json.is_empty() {
        return Ok(None);
    }
    let parsed = serde_json::from_str(&json.0);
    parsed.map(Some).map_err(|_| ApiError::bad_request(&format!("Can't parse {what}")))
}
