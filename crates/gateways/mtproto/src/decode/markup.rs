use crate::refusal::RpcError;
use parlor_wire_tl::{Bytes, enums, types};
use parlor_world::markup::{
    ButtonAction, InlineButton, Keyboard, KeyboardButton, KeyboardRequest, MAX_BUTTONS, Markup,
};

/// A keyboard. Layers differ in how they spell buttons; all spellings are read.
pub(crate) fn markup(markup: &enums::ReplyMarkup) -> Result<Markup, RpcError> {
    // The world counts too, but a million buttons are not brought before it.
    if buttons(markup) > MAX_BUTTONS {
        return Err(RpcError::bad("REPLY_MARKUP_TOO_LONG"));
    }
    Ok(match markup {
        enums::ReplyMarkup::ReplyKeyboardHide(hide) => Markup::Remove { selective: hide.selective },
        enums::ReplyMarkup::ReplyKeyboardForceReply(force) => Markup::ForceReply {
            placeholder: force.placeholder.clone().unwrap_or_default(),
            selective: force.selective,
        },
        enums::ReplyMarkup::ReplyKeyboardMarkup(keyboard) => {
            let rows = keyboard.rows.iter().map(|enums::KeyboardButtonRow::KeyboardButtonRow(row)| {
                row.buttons.iter().map(keyboard_button).collect::<Result<Vec<_>, _>>()
            });
            Markup::Keyboard(Keyboard {
                rows: rows.collect::<Result<_, _>>()?,
                persistent: keyboard.persistent,
                resize: keyboard.resize,
                one_time: keyboard.single_use,
                placeholder: keyboard.placeholder.clone().unwrap_or_default(),
                selective: keyboard.selective,
            })
        }
        enums::ReplyMarkup::ReplyInlineMarkup(inline) => {
            let old = inline.rows_before.iter().map(|enums::KeyboardButtonRow::KeyboardButtonRow(row)| {
                row.buttons.iter().map(old_button).collect::<Result<Vec<_>, _>>()
            });
            let new =
                inline.rows.iter().map(|enums::KeyboardInlineButtonRow::KeyboardInlineButtonRow(row)| {
                    row.buttons.iter().map(new_button).collect::<Result<Vec<_>, _>>()
                });
            Markup::Inline(old.chain(new).collect::<Result<_, _>>()?)
        }
    })
}

/// How many buttons it has, in all spellings.
fn buttons(markup: &enums::ReplyMarkup) -> usize {
    let old = |rows: &[enums::KeyboardButtonRow]| -> usize {
        rows.iter().map(|enums::KeyboardButtonRow::KeyboardButtonRow(row)| row.buttons.len()).sum()
    };
    match markup {
        enums::ReplyMarkup::ReplyKeyboardHide(_) | enums::ReplyMarkup::ReplyKeyboardForceReply(_) => 0,
        enums::ReplyMarkup::ReplyKeyboardMarkup(keyboard) => old(&keyboard.rows),
        enums::ReplyMarkup::ReplyInlineMarkup(inline) => {
            let new = inline.rows.iter();
            let new =
                new.map(|enums::KeyboardInlineButtonRow::KeyboardInlineButtonRow(row)| row.buttons.len());
            old(&inline.rows_before) + new.sum::<usize>()
        }
    }
}

fn keyboard_button(button: &enums::KeyboardButton) -> Result<KeyboardButton, RpcError> {
    use enums::{ButtonType as T, KeyboardButton as B};
    let (text, look, request) = match button {
        B::KeyboardButton(button) => {
            let request = match &button.r#type {
                T::ButtonTypeDefault(_) => None,
                T::ButtonTypeRequestPhone(_) => Some(KeyboardRequest::Contact),
                T::ButtonTypeRequestGeoLocation(_) => Some(KeyboardRequest::Location),
                T::ButtonTypeSimpleWebView(view) => Some(KeyboardRequest::WebApp(view.url.clone())),
            };
            (&button.text, &button.style, request)
        }
        B::KeyboardButtonRequestPhone(button) => {
            (&button.text, &button.style, Some(KeyboardRequest::Contact))
        }
        B::KeyboardButtonRequestGeoLocation(button) => {
            (&button.text, &button.style, Some(KeyboardRequest::Location))
        }
        B::KeyboardButtonSimpleWebView(button) => {
            (&button.text, &button.style, Some(KeyboardRequest::WebApp(button.url.clone())))
        }
        _ => return Err(RpcError::bad("BUTTON_TYPE_INVALID")),
    };
    Ok(KeyboardButton { text: text.clone(), style: style(look.as_ref()), request })
}

fn old_button(button: &enums::KeyboardButton) -> Result<InlineButton, RpcError> {
    use enums::KeyboardButton as B;
    let (text, look, action) = match button {
        B::KeyboardButtonUrl(b) => (&b.text, &b.style, ButtonAction::Url(b.url.clone())),
        B::KeyboardButtonCallback(b) => (&b.text, &b.style, ButtonAction::Callback(data(&b.data)?)),
        B::KeyboardButtonWebView(b) => (&b.text, &b.style, ButtonAction::WebApp(b.url.clone())),
        B::KeyboardButtonCopy(b) => (&b.text, &b.style, ButtonAction::CopyText(b.copy_text.clone())),
        B::KeyboardButtonSwitchInline(b) => (&b.text, &b.style, switch(b.same_peer, &b.query)),
        B::InputKeyboardButtonUrlAuth(b) => {
            (&b.text, &b.style, login(&b.url, b.fwd_text.as_ref(), b.request_write_access))
        }
        B::KeyboardButtonUrlAuth(b) => (&b.text, &b.style, login(&b.url, b.fwd_text.as_ref(), false)),
        _ => return Err(RpcError::bad("BUTTON_TYPE_INVALID")),
    };
    Ok(InlineButton { text: text.clone(), style: style(look.as_ref()), action })
}

fn new_button(button: &enums::KeyboardInlineButton) -> Result<InlineButton, RpcError> {
    use enums::InlineButtonType as T;
    let enums::KeyboardInlineButton::KeyboardInlineButton(button) = button;
    let action = match &button.r#type {
        T::InlineButtonTypeUrl(b) => ButtonAction::Url(b.url.clone()),
        T::InlineButtonTypeCallback(b) => ButtonAction::Callback(data(&b.data)?),
        T::InlineButtonTypeWebView(b) => ButtonAction::WebApp(b.url.clone()),
        T::InlineButtonTypeCopy(b) => ButtonAction::CopyText(b.copy_text.clone()),
        T::InlineButtonTypeSwitchInline(b) => switch(b.same_peer, &b.query),
        T::InputInlineButtonTypeUrlAuth(b) => login(&b.url, b.fwd_text.as_ref(), b.request_write_access),
        T::InlineButtonTypeUrlAuth(b) => login(&b.url, b.fwd_text.as_ref(), false),
    };
    Ok(InlineButton { text: button.text.clone(), style: style(button.style.as_ref()), action })
}

fn switch(same_peer: bool, query: &str) -> ButtonAction {
    match same_peer {
        true => ButtonAction::SwitchInlineCurrent(query.to_owned()),
        false => ButtonAction::SwitchInline(query.to_owned()),
    }
}

fn login(url: &str, forward_text: Option<&String>, request_write_access: bool) -> ButtonAction {
    ButtonAction::LoginUrl {
        url: url.to_owned(),
        forward_text: forward_text.cloned().unwrap_or_default(),
        bot_username: String::new(),
        request_write_access,
    }
}

/// Both protocols must be able to say it: only text is taken.
fn data(data: &Bytes) -> Result<String, RpcError> {
    String::from_utf8(data.0.clone()).map_err(|_| RpcError::bad("BUTTON_DATA_INVALID"))
}

fn style(style: Option<&enums::KeyboardButtonStyle>) -> String {
    let Some(enums::KeyboardButtonStyle::KeyboardButtonStyle(style)) = style else { return String::new() };
    let types::KeyboardButtonStyle { bg_primary, bg_danger, bg_success, .. } = style;
    let names = [(bg_primary, "primary"), (bg_danger, "danger"), (bg_success, "success")];
    names.iter().find(|(set, _)| **set).map_or(String::new(), |(_, name)| (*name).to_owned())
}
