use super::value;
use crate::answer::ApiError;
use parlor_wire_bot_api::{Json, json};
use parlor_world::AccountId;
use parlor_world::state::bot_settings::{BotCommand, CommandScope, MenuButton};
use serde_json::Value;

/// Decodes `commands`.
pub(crate) fn commands(parameter: &Json) -> Result<Vec<BotCommand>, ApiError> {
    let Some(value) = value(parameter, "commands JSON object")? else { return Ok(Vec::new()) };
    let list = value.as_array().ok_or_else(|| ApiError::bad_request("Expected an Array of BotCommand"))?;
    let read = |value: &Value| -> Result<BotCommand, String> {
        let object = value.as_object().ok_or("expected an Object")?;
        Ok(BotCommand {
            command: json::required_string(object, "command")?,
            description: json::required_string(object, "description")?,
        })
    };
    let commands = list.iter().map(read).collect::<Result<_, _>>();
    commands.map_err(|error| ApiError::bad_request(&format!("Can't parse BotCommand: {error}")))
}

/// Decodes `scope`; the default scope if it is absent.
pub(crate) fn scope(parameter: &Json) -> Result<Scope, ApiError> {
    let Some(value) = value(parameter, "BotCommandScope JSON object")? else {
        return Ok(Scope::Known(CommandScope::Default));
    };
    let bad = |text: &str| ApiError::bad_request(&format!("Can't parse BotCommandScope: {text}"));
    let object = value.as_object().ok_or_else(|| bad("BotCommandScope must be an Object"))?;
    let kind = json::required_string(object, "type").map_err(|error| bad(&error))?;
    match kind.as_str() {
        "default" => return Ok(Scope::Known(CommandScope::Default)),
        "all_private_chats" => return Ok(Scope::Known(CommandScope::AllPrivateChats)),
        "all_group_chats" => return Ok(Scope::Known(CommandScope::AllGroupChats)),
        "all_chat_administrators" => return Ok(Scope::Known(CommandScope::AllChatAdministrators)),
        "chat" | "chat_administrators" | "chat_member" => {}
        _ => return Err(bad("Unsupported type specified")),
    }
    let chat = json::required_string(object, "chat_id").map_err(|error| bad(&error))?;
    if chat.is_empty() {
        return Err(bad("Empty chat_id specified"));
    }
    let user = match kind.as_str() {
        "chat_member" => Some(json::required_integer(object, "user_id").map_err(|error| bad(&error))?),
        _ => None,
    };
    Ok(Scope::InChat { kind: kind.into(), chat: chat.into(), user: user.map(AccountId) })
}

/// Whom a list of commands is for, before its chat is found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// No chat is named.
    Known(CommandScope),
    /// `chat`, `chat_administrators` or `chat_member` of a chat.
    InChat { kind: Box<str>, chat: Box<str>, user: Option<AccountId> },
}

/// Decodes `menu_button`; the default button if it is absent.
pub(crate) fn menu_button(parameter: &Json) -> Result<MenuButton, ApiError> {
    let Some(value) = value(parameter, "menu button JSON object")? else { return Ok(MenuButton::Default) };
    let read = || -> Result<MenuButton, String> {
        let object = value.as_object().ok_or("MenuButton must be an Object")?;
        Ok(match json::required_string(object, "type")?.as_str() {
            "default" => MenuButton::Default,
            "commands" => MenuButton::Commands,
            "web_app" => MenuButton::WebApp {
                text: json::required_string(object, "text")?,
                url: json::required_string(json::required_object(object, "web_app")?, "url")?,
            },
            _ => return Err("MenuButton has unsupported type".to_owned()),
        })
    };
    read().map_err(|error| ApiError::bad_request(&format!("Can't parse menu button: {error}")))
}
