use super::value;
use crate::answer::ApiError;
use parlor_wire_bot_api::Json;
use parlor_wire_bot_api::json::{self, Object};
use parlor_world::markup::{
    ButtonAction, ButtonStyle, InlineButton, Keyboard, KeyboardButton, KeyboardRequest, MAX_BUTTONS, Markup,
};
use serde_json::Value;

/// A value that cannot be parsed, or is not served.
enum Fault {
    Bad(String),
    Unserved(&'static str),
}

impl From<String> for Fault {
    fn from(text: String) -> Self {
        Self::Bad(text)
    }
}

impl Fault {
    fn within(self, what: &str) -> Self {
        match self {
            Self::Bad(text) => Self::Bad(format!("Can't parse {what}: {text}")),
            unserved => unserved,
        }
    }
}

/// Decodes `reply_markup`. Like the official server, it determines the kind by the fields that are present.
pub(crate) fn reply_markup(parameter: &Json) -> Result<Option<Markup>, ApiError> {
    let Some(value) = value(parameter, "reply keyboard markup JSON object")? else { return Ok(None) };
    let object = value.as_object().ok_or_else(|| ApiError::bad_request("Object expected as reply markup"))?;
    read(object).map_err(|fault| match fault {
        Fault::Bad(text) => ApiError::bad_request(&text),
        Fault::Unserved(what) => ApiError::not_served(what),
    })
}

/// Like [`reply_markup`], for methods that accept only inline keyboards.
pub(crate) fn inline_keyboard(parameter: &Json) -> Result<Option<Markup>, ApiError> {
    match reply_markup(parameter)? {
        Some(markup) if markup.inline().is_none() => Err(ApiError::bad_request("Inline keyboard expected")),
        markup => Ok(markup),
    }
}

fn read(object: &Object) -> Result<Option<Markup>, Fault> {
    let rows = rows(object, "keyboard", "", keyboard_button, "keyboard button")?;
    let of_what = " of the InlineKeyboardMarkup";
    let inline = self::rows(object, "inline_keyboard", of_what, inline_button, "inline keyboard button")?;
    let remove =
        json::optional_bool(object, "hide_keyboard")? | json::optional_bool(object, "remove_keyboard")?;
    let selective =
        json::optional_bool(object, "personal_keyboard")? | json::optional_bool(object, "selective")?;
    let force =
        json::optional_bool(object, "force_reply_keyboard")? | json::optional_bool(object, "force_reply")?;
    let placeholder = json::optional_string(object, "input_field_placeholder")?;
    let placeholder = Some(placeholder).filter(|text| !text.is_empty());
    if !rows.is_empty() {
        return Ok(Some(Markup::Keyboard(Keyboard {
            rows,
            persistent: json::optional_bool(object, "is_persistent")?,
            resize: json::optional_bool(object, "resize_keyboard")?,
            one_time: json::optional_bool(object, "one_time_keyboard")?,
            placeholder,
            selective,
        })));
    }
    Ok(if !inline.is_empty() || json::has(object, "inline_keyboard") {
        Some(Markup::Inline(inline))
    } else if remove {
        Some(Markup::Remove { selective })
    } else if force {
        Some(Markup::ForceReply { placeholder, selective })
    } else {
        None
    })
}

fn rows<T>(
    object: &Object,
    field: &str,
    of_what: &str,
    button: fn(&Value) -> Result<T, Fault>,
    what: &str,
) -> Result<Vec<Vec<T>>, Fault> {
    let mut rows = Vec::new();
    let mut count = 0;
    for row in json::optional_array(object, field)?.unwrap_or_default() {
        let row =
            row.as_array().ok_or_else(|| format!("Field \"{field}\"{of_what} must be an Array of Arrays"))?;
        // The world checks the limit too; here it prevents decoding a million buttons first.
        count += row.len();
        if count > MAX_BUTTONS {
            return Err(Fault::Bad("reply markup is too long".to_owned()));
        }
        let buttons = row.iter().map(button).collect::<Result<Vec<T>, Fault>>();
        rows.push(buttons.map_err(|fault| fault.within(what))?);
    }
    rows.retain(|row| !row.is_empty());
    Ok(rows)
}

fn style(object: &Object) -> Result<Option<ButtonStyle>, String> {
    let style = json::optional_string(object, "style")?.to_lowercase();
    match style.as_str() {
        "" | "default" => Ok(None),
        name => ButtonStyle::parse(name).map(Some).ok_or_else(|| "invalid button style specified".to_owned()),
    }
}

fn keyboard_button(value: &Value) -> Result<KeyboardButton, Fault> {
    let object = match value {
        Value::String(text) => {
            return Ok(KeyboardButton { text: text.clone(), style: None, request: None });
        }
        Value::Object(object) => object,
        _ => return Err(Fault::Bad("KeyboardButton must be a String or an Object".to_owned())),
    };
    let (text, style) = (json::required_string(object, "text")?, style(object)?);
    Ok(KeyboardButton { text, style, request: keyboard_request(object)? })
}

fn keyboard_request(object: &Object) -> Result<Option<KeyboardRequest>, Fault> {
    if json::optional_bool(object, "request_phone_number")? || json::optional_bool(object, "request_contact")?
    {
        return Ok(Some(KeyboardRequest::Contact));
    }
    if json::optional_bool(object, "request_location")? {
        return Ok(Some(KeyboardRequest::Location));
    }
    if json::has(object, "request_poll") {
        let poll = json::required_object(object, "request_poll")?;
        return Ok(Some(KeyboardRequest::Poll(json::optional_string(poll, "type")?)));
    }
    if json::has(object, "web_app") {
        let url = json::required_string(json::required_object(object, "web_app")?, "url")?;
        return Ok(Some(KeyboardRequest::WebApp(url)));
    }
    for field in ["request_users", "request_user", "request_chat", "request_managed_bot"] {
        if json::has(object, field) {
            return Err(Fault::Unserved("a keyboard button that requests users or chats"));
        }
    }
    Ok(None)
}

fn inline_button(value: &Value) -> Result<InlineButton, Fault> {
    let object = value.as_object().ok_or_else(|| "InlineKeyboardButton must be an Object".to_owned())?;
    let (text, style) = (json::required_string(object, "text")?, style(object)?);
    Ok(InlineButton { text, style, action: action(object)? })
}

fn action(object: &Object) -> Result<ButtonAction, Fault> {
    let url = json::optional_string(object, "url")?;
    if !url.is_empty() {
        return Ok(ButtonAction::Url(url));
    }
    let data = json::optional_string(object, "callback_data")?;
    if !data.is_empty() {
        return Ok(ButtonAction::Callback(data));
    }
    for (field, what) in [
        ("callback_game", "a button that launches a game"),
        ("pay", "a button that pays"),
        ("switch_inline_query_chosen_chat", "a button with switch_inline_query_chosen_chat"),
    ] {
        if json::has(object, field) {
            return Err(Fault::Unserved(what));
        }
    }
    if json::has(object, "switch_inline_query") {
        return Ok(ButtonAction::SwitchInline(json::required_string(object, "switch_inline_query")?));
    }
    if json::has(object, "switch_inline_query_current_chat") {
        let query = json::required_string(object, "switch_inline_query_current_chat")?;
        return Ok(ButtonAction::SwitchInlineCurrent(query));
    }
    if json::has(object, "login_url") {
        let login = json::required_object(object, "login_url")?;
        return Ok(ButtonAction::LoginUrl {
            url: json::required_string(login, "url")?,
            bot_username: json::optional_string(login, "bot_username")?,
            request_write_access: json::optional_bool(login, "request_write_access")?,
            forward_text: json::optional_string(login, "forward_text")?,
        });
    }
    if json::has(object, "web_app") {
        let url = json::required_string(json::required_object(object, "web_app")?, "url")?;
        return Ok(ButtonAction::WebApp(url));
    }
    if json::has(object, "copy_text") {
        let text = json::required_string(json::required_object(object, "copy_text")?, "text")?;
        return Ok(ButtonAction::CopyText(text));
    }
    Err(Fault::Bad("Text buttons are unallowed in the inline keyboard".to_owned()))
}
